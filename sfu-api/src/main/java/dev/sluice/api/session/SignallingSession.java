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
  private final OfferFlow offers;
  private final ViewFlow views;
  private final RequestFlow requests;
  private final MoveFlow moves;
  private final AccessToken token;
  private final AtomicBoolean ended = new AtomicBoolean();
  private SlotCounts mostSlots = SlotCounts.UNBOUNDED;
  private boolean joined;
  private volatile boolean overflowed;
  private volatile @Nullable Awaited awaited;

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
    this.offers = new OfferFlow(participation, service.environment(), service.nowNanos());
    this.views = new ViewFlow(environment.hits(), service.nowNanos());
    this.requests = new RequestFlow(participation, environment.hits(), service.nowNanos());
    this.moves = new MoveFlow(limits.capacity().bufferedMessages());
    this.token = token;
  }

  String id() {
    return credentials.session();
  }

  /** Asks the room to let the participant in. */
  void start(SlotCounts most) {
    mostSlots = most;
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

  /** The fatal error for a resume that cannot be. */
  static ServerMessage.Failure unknown(@Nullable String requestId) {
    return new ServerMessage.Failure(
        ErrorCode.SESSION_UNKNOWN,
        "This session has ended or cannot be resumed; join again.",
        requestId,
        true);
  }

  /** Hands over one input from any thread; never blocks. */
  void post(SessionInput input) {
    if (!mailbox.offer(input)) {
      overflowed = true;
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
      rejectLate(input);
      return;
    }
    try {
      switch (input) {
        case SessionInput.FromClient said -> {
          if (!moves.moving()) {
            handleSaid(said);
          } else if (!moves.holds(said)) {
            overflowed = true;
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
        case SessionInput.FromPath(String requestId, DownlinkInfo downlink) ->
            outbox.say(RequestFlow.answer(requestId, downlink));
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
    if (outbox.isOn(said.connection()) && !ended.get()) {
      handleMessage(said.message());
    }
  }

  /** Who resumes or moves a session while it ends must hear of it. */
  private static void rejectLate(SessionInput input) {
    if (input instanceof SessionInput.Move(_, CompletableFuture<MoveOutcome> answer)) {
      answer.complete(new MoveOutcome.Unknown());
    }
    if (input
        instanceof SessionInput.Attach(SignallingConnection connection, _, String requestId)) {
      connection.closeWith(unknown(requestId), CloseCodes.POLICY_VIOLATION);
    }
  }

  private void handleMessage(ClientMessage message) {
    if (message instanceof ClientMessage.Leave) {
      handleLeave();
      return;
    }
    if (!joined && message instanceof ClientMessage.Ping ping) {
      outbox.sayUnnumbered(new ServerMessage.Pong(ping.time()));
      return;
    }
    if (!joined) {
      complain(error(ErrorCode.NOT_JOINED, "Wait for \"joined\".", message.id()));
      return;
    }
    switch (message) {
      case ClientMessage.Join _, ClientMessage.Resume _ ->
          complain(error(ErrorCode.ALREADY_JOINED, "This socket has its session.", message.id()));
      case ClientMessage.Offer offer -> outbox.say(offers.answer(offer, service.nowNanos()));
      case ClientMessage.AnswerApplied applied -> sayIfAny(offers.confirm(applied));
      case ClientMessage.Candidate candidate -> sayIfAny(offers.checkCandidate(candidate));
      case ClientMessage.SetView view -> handleView(view);
      case ClientMessage.Mute mute -> sayIfAny(requests.mute(mute));
      case ClientMessage.RaiseHand hand -> requests.raiseHand(hand);
      case ClientMessage.Whisper whisper -> sayIfAny(requests.whisper(whisper));
      case ClientMessage.SendData data -> sayIfAny(requests.send(data, service.nowNanos()));
      case ClientMessage.Moderate order -> sayIfAny(requests.moderate(order));
      case ClientMessage.GetDownlink question ->
          sayIfAny(
              requests.ask(
                  question,
                  known -> post(new SessionInput.FromPath(question.id(), known)),
                  service.nowNanos()));
      case ClientMessage.Ping ping -> outbox.say(new ServerMessage.Pong(ping.time()));
      case ClientMessage.Leave _ -> handleLeave();
    }
  }

  private void handleLeave() {
    if (release()) {
      participation.leave(SessionEnd.LEFT.leaveReason());
      outbox.close(CloseCodes.NORMAL);
    }
  }

  private void handleView(ClientMessage.SetView view) {
    ServerMessage.Failure refusal =
        views.check(view, participation.grants().subscribe(), service.nowNanos());
    if (refusal == null) {
      participation.view(view);
    } else {
      outbox.say(refusal);
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
        requests.note(event);
        outbox.say(RoomEventMessages.of(event));
      }
    }
  }

  private void handleJoined(RoomEvent.Joined in) {
    joined = true;
    awaited = null;
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
    requests.handleMoved(moved.self());
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
      end(SessionEnd.REMOVED);
    }
  }

  private void handleRefused(RoomEvent.Refused refused) {
    service.environment().countRefusal(refused.code());
    if (release()) {
      complain(
          new ServerMessage.Failure(ErrorCode.of(refused.code()), refused.detail(), null, true));
    }
  }

  private void handleAttach(SessionInput.Attach attach) {
    List<String> missed = outbox.missedSince(attach.lastSeq());
    if (missed == null || !joined) {
      attach.connection().closeWith(unknown(attach.requestId()), CloseCodes.POLICY_VIOLATION);
      end(SessionEnd.SIGNALLING_LOST);
      return;
    }
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
    service.registry().remove(this);
    return ended.compareAndSet(false, true);
  }

  private void sayClosed(SessionEnd why) {
    outbox.say(why.message());
    outbox.close(why.closeCode());
  }

  private void sayIfAny(ServerMessage.@Nullable Failure error) {
    if (error != null) {
      outbox.say(error);
    }
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

  private static ServerMessage.Failure error(
      ErrorCode code, String sentence, @Nullable String requestId) {
    return new ServerMessage.Failure(code, sentence, requestId, false);
  }
}
