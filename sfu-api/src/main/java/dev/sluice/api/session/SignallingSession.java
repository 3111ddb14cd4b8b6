package dev.sluice.api.session;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.session.ServerMessage.Credentials;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One participant's signalling from join to the end, over one socket or, with resumes, several.
 * Media goes on while there is no socket.
 *
 * <p>All state belongs to the mailbox: client messages, room events and socket changes are handled
 * one after the other, in the order in which they came, on a thread that may block. So the media
 * worker, which only puts events in, never waits for a client; and when a client does not read, the
 * mailbox fills, and the next {@link #sweep} ends the session.
 */
final class SignallingSession {
  private static final Logger LOG = LoggerFactory.getLogger(SignallingSession.class);

  private final SignallingService service;
  private final Participation participation;
  private final Credentials credentials;
  private final Mailbox<SessionInput> mailbox;
  private final SessionOutbox outbox;
  private final MessageFlow messages;
  private final MoveFlow moves;
  private final AccessToken token;
  private final AtomicBoolean ended = new AtomicBoolean();
  private SlotCounts mostSlots = SlotCounts.UNBOUNDED;
  private boolean joined;
  private volatile boolean overflowed;
  private volatile @Nullable Awaited awaited;
  private volatile @Nullable Exchange joining;

  /**
   * Something that must come before a deadline: the room's answer, or the client on a new socket.
   */
  record Awaited(boolean answerToJoin, long deadlineNanos) {}

  SignallingSession(
      SignallingService service, SignallingConnection connection, RoomId room, AccessToken token) {
    SessionEnvironment environment = service.environment();
    SignallingLimits limits = environment.limits();
    this.service = service;
    this.outbox = new SessionOutbox(service, connection);
    this.participation =
        new Participation(environment, room, token.standing(), limits.traffic().maxMessageBytes());
    participation.setClient(connection.clientAddress());
    this.credentials = Credentials.random(environment);
    this.mailbox =
        new Mailbox<>(limits.capacity().bufferedMessages(), environment.executor(), this::handle);
    this.messages = new MessageFlow(participation, environment, service.nowNanos());
    this.moves = new MoveFlow(limits.capacity().bufferedMessages());
    this.token = token;
  }

  String id() {
    return credentials.session();
  }

  /** Asks the room to let the participant in. */
  void start(SlotCounts most, Exchange exchange) {
    mostSlots = most;
    exchange.concern(participation.key());
    joining = exchange.waitFor(Exchange.Wait.ROOM);
    await(true, service.environment().limits().timeouts().join());
    String identity = token.identity().isEmpty() ? participation.id().value() : token.identity();
    participation.join(identity, token.name(), most, this::hear);
  }

  /** Who it is in its room. */
  ParticipantId participant() {
    return participation.id();
  }

  /** On the media worker. */
  private void hear(RoomEvent event) {
    if (event instanceof RoomEvent.Moved moved) {
      participation.handleMoved(moved.room());
      if (ended.get()) {
        // It left the room before this one, perhaps, in which it was no longer.
        participation.leave(SessionEnd.SIGNALLING_LOST.leaveReason());
      }
    }
    post(new SessionInput.FromRoom(event));
  }

  boolean isResumeToken(String token) {
    return credentials.areProvedBy(token);
  }

  /** Hands over one input from any thread; never blocks. */
  void post(SessionInput input) {
    if (!mailbox.offer(input)) {
      overflowed = true;
      input.reject();
    }
  }

  /** Looks for what has taken too long; from any thread. */
  void sweep(long nowNanos) {
    if (overflowed) {
      abandon();
      return;
    }
    Awaited current = awaited;
    if (current != null && nowNanos - current.deadlineNanos() >= 0) {
      post(new SessionInput.Expired(current));
    }
  }

  /** Ends a session whose mailbox is stuck behind a client that does not read. */
  private void abandon() {
    if (!release()) {
      return;
    }
    service.environment().hits().count(Limit.OUTBOUND_QUEUE);
    participation.leave(SessionEnd.SLOW_CLIENT.leaveReason());
    outbox.abandon();
  }

  private void handle(SessionInput input) {
    if (ended.get()) {
      input.reject();
      return;
    }
    try {
      switch (input) {
        case SessionInput.FromClient said -> {
          if (!moves.moving()) {
            handleSaid(said);
          } else if (!moves.holds(said)) {
            overflowed = true;
            said.reject();
          }
        }
        case SessionInput.Move(RoomId target, CompletableFuture<MoveOutcome> answer) -> {
          if (joined) {
            moves.begin(participation, target, answer, () -> post(new SessionInput.MoveEnded()));
          } else {
            answer.complete(new MoveOutcome.Unknown());
          }
        }
        case SessionInput.MoveEnded() -> {
          moves.end();
          SessionInput.FromClient said = moves.next();
          while (said != null) {
            handleSaid(said);
            said = moves.next();
          }
        }
        case SessionInput.Unreadable(SignallingConnection from, ServerMessage.Failure error) -> {
          if (outbox.isOn(from)) {
            complain(error);
          }
        }
        case SessionInput.FromRoom(RoomEvent event) -> handleEvent(event);
        case SessionInput.FromPath known -> handleDownlink(known);
        case SessionInput.Attach attach -> handleAttach(attach);
        case SessionInput.Detached(SignallingConnection gone) -> handleDetached(gone);
        case SessionInput.Expired(Awaited expired) -> handleExpired(expired);
        case SessionInput.End(SignallingConnection of, SessionEnd why) -> {
          if (of == null || outbox.isOn(of)) {
            end(why);
          }
        }
      }
    } catch (RuntimeException e) {
      // A broken invariant must not take the other sessions along.
      LOG.error("Session {} in room {} is ended by a fault", id(), participation.room(), e);
      end(SessionEnd.INTERNAL_ERROR);
    }
  }

  private void handleSaid(SessionInput.FromClient said) {
    Exchange exchange = said.exchange();
    exchange.stopWaiting();
    exchange.concern(participation.key());
    if (!outbox.isOn(said.connection()) || ended.get()) {
      said.reject();
      return;
    }
    try {
      handleMessage(said.message(), exchange);
    } catch (RuntimeException e) {
      exchange.end(ErrorCode.INTERNAL.wireName());
      throw e;
    }
  }

  private void handleMessage(ClientMessage message, Exchange exchange) {
    switch (message) {
      case ClientMessage.Leave _ -> {
        exchange.end(TraceAttributes.OK);
        handleLeave();
      }
      case ClientMessage.Ping ping when !joined ->
          outbox.sayUnnumbered(new ServerMessage.Pong(ping.time()));
      case ClientMessage.GetDownlink question when joined -> ask(question, exchange);
      default -> {
        ServerMessage answer =
            joined
                ? messages.answer(message, service.nowNanos())
                : new ServerMessage.Failure(
                    ErrorCode.NOT_JOINED, "Wait for \"joined\".", message.id(), false);
        exchange.end(answer);
        if (answer instanceof ServerMessage.Failure error) {
          complain(error);
        } else if (answer != null) {
          outbox.say(answer);
        }
      }
    }
  }

  private void ask(ClientMessage.GetDownlink question, Exchange exchange) {
    exchange.waitFor(Exchange.Wait.ROOM);
    ServerMessage.Failure refusal =
        messages.ask(
            question,
            known -> post(new SessionInput.FromPath(question.id(), known.orElse(null), exchange)),
            service.nowNanos());
    if (refusal != null) {
      exchange.end(refusal);
      outbox.say(refusal);
    }
  }

  private void handleDownlink(SessionInput.FromPath known) {
    DownlinkInfo downlink = known.downlink();
    if (downlink == null) {
      // It is not in the room any more, of which it hears in its turn.
      known.reject();
    } else {
      known.exchange().end(TraceAttributes.OK);
      outbox.say(RequestFlow.answer(known.requestId(), downlink));
    }
  }

  private void handleLeave() {
    if (release()) {
      participation.leave(SessionEnd.LEFT.leaveReason());
      outbox.close(CloseCodes.NORMAL);
    }
  }

  private void handleEvent(RoomEvent event) {
    switch (event) {
      case RoomEvent.Joined in -> handleJoined(in);
      case RoomEvent.Moved moved -> handleMoved(moved);
      case RoomEvent.Refused refused -> handleRefused(refused);
      case RoomEvent.Removed removed -> {
        if (release()) {
          sayClosed(SessionEnd.of(removed.reason()));
        }
      }
      case RoomEvent.Waiting _ -> {
        // As long as it takes; a client that goes away ends it.
        awaited = null;
        endJoining("waiting");
        outbox.sayUnnumbered(new ServerMessage.Waiting());
      }
      case RoomEvent.ParticipantUpdated(ParticipantInfo updated)
          when updated.id().equals(participation.id()) -> {
        participation.setStanding(updated.standing());
        outbox.say(RoomEventMessages.of(event));
      }
      case RoomEvent.PublishRefused refused -> {
        service.environment().countRefusal(refused.code());
        outbox.say(RoomEventMessages.of(event));
      }
      default -> {
        messages.note(event);
        outbox.say(RoomEventMessages.of(event));
      }
    }
  }

  private void handleJoined(RoomEvent.Joined in) {
    joined = true;
    awaited = null;
    endJoining(TraceAttributes.OK);
    outbox.say(
        new ServerMessage.Joined(
            credentials,
            participation.room(),
            in.self(),
            in.others(),
            service.environment().iceServers(),
            participation.grants().subscribe()
                ? ServerMessage.SlotsWanted.toShow(in.others(), mostSlots)
                : ServerMessage.SlotsWanted.NONE,
            service.environment().limits().timeouts().resume().toSeconds()));
    handleEntered();
  }

  private void handleMoved(RoomEvent.Moved moved) {
    participation.followMove();
    messages.handleMoved(moved.self());
    outbox.say(new ServerMessage.Moved(moved.room(), moved.self(), moved.others()));
    handleEntered();
  }

  /** It is in a room: it is told how that is set up, and may be banned from it by now. */
  private void handleEntered() {
    RoomSettings settings = participation.control().settings(participation.room());
    if (!settings.policy().equals(RoomPolicy.OPEN) || !settings.metadata().isEmpty()) {
      outbox.say(new ServerMessage.RoomUpdated(settings));
    }
    if (service.admission().bans().keepOut(participation.room(), token)) {
      // Banned while it was on its way in.
      end(SessionEnd.BANNED);
    }
  }

  private void handleRefused(RoomEvent.Refused refused) {
    ErrorCode code = ErrorCode.of(refused.code());
    service.environment().countRefusal(refused.code());
    endJoining(code.wireName());
    if (release()) {
      complain(new ServerMessage.Failure(code, refused.detail(), null, true));
    }
  }

  private void handleAttach(SessionInput.Attach attach) {
    attach.exchange().concern(participation.key());
    List<String> missed = outbox.missedSince(attach.lastSeq());
    if (missed == null || !joined) {
      attach.reject();
      end(SessionEnd.SIGNALLING_LOST);
      return;
    }
    attach.exchange().end(TraceAttributes.OK);
    awaited = null;
    participation.setClient(attach.connection().clientAddress());
    outbox.moveTo(attach.connection(), missed);
    outbox.say(new ServerMessage.Resumed(id()));
  }

  private void handleDetached(SignallingConnection gone) {
    if (!outbox.isOn(gone)) {
      return;
    }
    outbox.detach();
    if (joined) {
      await(false, service.environment().limits().timeouts().resume());
    } else {
      // It has no resume token yet, so it cannot come back.
      end(SessionEnd.SIGNALLING_LOST);
    }
  }

  private void handleExpired(Awaited expired) {
    if (!expired.equals(awaited)) {
      return;
    }
    if (expired.answerToJoin()) {
      LOG.error("Room {} did not answer a join in time", participation.room());
      end(SessionEnd.INTERNAL_ERROR);
    } else {
      end(SessionEnd.SIGNALLING_LOST);
    }
  }

  private void end(SessionEnd why) {
    if (release()) {
      participation.leave(why.leaveReason());
      sayClosed(why);
    }
  }

  /** Whether this call is the one that ended the session. */
  private boolean release() {
    awaited = null;
    endJoining("ended");
    service.registry().remove(this);
    return ended.compareAndSet(false, true);
  }

  private void sayClosed(SessionEnd why) {
    outbox.say(why.message());
    outbox.close(why.closeCode());
  }

  /** An error about the conversation itself; before {@code joined} it belongs to no session. */
  private void complain(ServerMessage.Failure error) {
    if (joined) {
      outbox.say(error);
    } else {
      outbox.sayUnnumbered(error);
    }
    if (error.fatal()) {
      outbox.close(CloseCodes.POLICY_VIOLATION);
    }
  }

  private void await(boolean answerToJoin, Duration limit) {
    awaited = new Awaited(answerToJoin, service.nowNanos() + limit.toNanos());
  }

  /** The room has answered, or nothing will. */
  private void endJoining(String outcome) {
    Exchange exchange = joining;
    if (exchange != null) {
      joining = null;
      exchange.end(outcome);
    }
  }
}
