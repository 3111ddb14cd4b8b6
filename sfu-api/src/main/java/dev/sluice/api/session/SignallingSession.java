package dev.sluice.api.session;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.session.ServerMessage.Credentials;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
  private static final int SESSION_ID_BYTES = 16;
  private static final int RESUME_TOKEN_BYTES = 24;

  private final SignallingService service;
  private final Participation participation;
  private final Credentials credentials;
  private final Mailbox<SessionInput> mailbox;
  private final OutboundLog log;
  private final OfferFlow offers;
  private final Set<TrackId> ownTracks = new HashSet<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private boolean joined;
  private volatile boolean overflowed;
  private volatile @Nullable SignallingConnection attached;
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
    this.attached = connection;
    this.participation =
        new Participation(environment, room, token.grants(), limits.traffic().maxMessageBytes());
    participation.setClient(connection.clientAddress());
    this.credentials = newCredentials(environment);
    this.mailbox =
        new Mailbox<>(limits.capacity().bufferedMessages(), environment.executor(), this::handle);
    this.log =
        new OutboundLog(limits.capacity().bufferedMessages(), limits.capacity().bufferedBytes());
    this.offers = new OfferFlow(participation, service.environment(), service.nowNanos());
  }

  String id() {
    return credentials.session();
  }

  /** Asks the room to let the participant in. */
  void start(AccessToken token) {
    await(true, service.environment().limits().timeouts().join());
    String identity = token.identity().isEmpty() ? participation.id().value() : token.identity();
    participation.join(identity, token.name(), event -> post(new SessionInput.FromRoom(event)));
  }

  /**
   * Whether this is the token that its client was given; takes equally long for every wrong one.
   */
  boolean isResumeToken(String token) {
    return MessageDigest.isEqual(
        credentials.resumeToken().getBytes(StandardCharsets.UTF_8),
        token.getBytes(StandardCharsets.UTF_8));
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
    SignallingConnection connection = attached;
    if (connection != null) {
      // On its own thread: closing may wait for the very write that is stuck.
      service
          .environment()
          .executor()
          .execute(() -> connection.close(SessionEnd.SLOW_CLIENT.closeCode()));
    }
  }

  private void handle(SessionInput input) {
    if (ended.get()) {
      rejectLate(input);
      return;
    }
    try {
      switch (input) {
        case SessionInput.FromClient said -> {
          if (said.connection() == attached) {
            handleMessage(said.message());
          }
        }
        case SessionInput.Unreadable(SignallingConnection from, ServerMessage.Failure error) -> {
          if (from == attached) {
            complain(error);
          }
        }
        case SessionInput.FromRoom(RoomEvent event) -> handleEvent(event);
        case SessionInput.Attach attach -> handleAttach(attach);
        case SessionInput.Detached(SignallingConnection gone) -> handleDetached(gone);
        case SessionInput.Expired(Awaited expired) -> handleExpired(expired);
        case SessionInput.End(SignallingConnection of, SessionEnd why) -> {
          if (of == null || of == attached) {
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

  /** A client that resumes while its session ends must hear of it. */
  private static void rejectLate(SessionInput input) {
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
    if (!joined) {
      complain(error(ErrorCode.NOT_JOINED, "Wait for \"joined\".", message.id()));
      return;
    }
    switch (message) {
      case ClientMessage.Join _, ClientMessage.Resume _ ->
          complain(error(ErrorCode.ALREADY_JOINED, "This socket has its session.", message.id()));
      case ClientMessage.Offer offer -> say(offers.answer(offer, service.nowNanos()));
      case ClientMessage.AnswerApplied applied -> sayIfAny(offers.confirm(applied));
      case ClientMessage.Candidate candidate -> sayIfAny(offers.checkCandidate(candidate));
      case ClientMessage.Mute mute -> handleMute(mute);
      case ClientMessage.Ping ping -> say(new ServerMessage.Pong(ping.time()));
      case ClientMessage.Leave _ -> handleLeave();
    }
  }

  private void handleLeave() {
    if (release()) {
      participation.leave(SessionEnd.LEFT.leaveReason());
      closeSocket(CloseCodes.NORMAL);
    }
  }

  private void handleMute(ClientMessage.Mute mute) {
    if (!participation.grants().publish()) {
      say(error(ErrorCode.NOT_PERMITTED, "The token does not let you publish.", mute.id()));
    } else if (!ownTracks.contains(mute.track())) {
      say(error(ErrorCode.UNKNOWN_TRACK, "You publish no such track.", mute.id()));
    } else {
      participation.mute(mute.track(), mute.muted());
    }
  }

  private void handleEvent(RoomEvent event) {
    switch (event) {
      case RoomEvent.Joined in -> handleJoined(in);
      case RoomEvent.Refused refused -> handleRefused(refused);
      case RoomEvent.Removed removed -> {
        if (release()) {
          sayClosed(SessionEnd.of(removed.reason()));
        }
      }
      case RoomEvent.ParticipantJoined came ->
          say(new ServerMessage.ParticipantJoined(came.participant()));
      case RoomEvent.ParticipantLeft gone ->
          say(new ServerMessage.ParticipantLeft(gone.participant(), gone.reason()));
      case RoomEvent.TrackPublished(TrackInfo track) -> {
        if (track.participant().equals(participation.id())) {
          ownTracks.add(track.id());
        }
        say(new ServerMessage.TrackPublished(track));
      }
      case RoomEvent.TrackUnpublished(TrackId track) -> {
        ownTracks.remove(track);
        say(new ServerMessage.TrackUnpublished(track));
      }
      case RoomEvent.TrackMuted muted ->
          say(new ServerMessage.TrackMuted(muted.track(), muted.muted()));
      case RoomEvent.TrackAvailability(TrackId track, RoomEvent.UnavailableReason reason) ->
          say(new ServerMessage.TrackAvailability(track, reason));
      case RoomEvent.SlotAssigned slot ->
          say(new ServerMessage.SlotAssigned(slot.mid(), slot.track()));
      case RoomEvent.SlotsWanted wanted ->
          say(new ServerMessage.SlotsWanted(wanted.audio(), wanted.video()));
      case RoomEvent.SpeakersChanged(List<RoomEvent.Speaker> speakers) ->
          say(new ServerMessage.Speakers(speakers));
      case RoomEvent.MediaStateChanged media -> say(new ServerMessage.Media(media.connected()));
    }
  }

  private void handleJoined(RoomEvent.Joined in) {
    joined = true;
    awaited = null;
    say(
        new ServerMessage.Joined(
            credentials,
            participation.room(),
            in.self(),
            in.others(),
            service.environment().iceServers(),
            participation.grants().subscribe()
                ? ServerMessage.SlotsWanted.toShow(in.others())
                : ServerMessage.SlotsWanted.NONE,
            service.environment().limits().timeouts().resume().toSeconds()));
  }

  private void handleRefused(RoomEvent.Refused refused) {
    service.environment().countRefusal(refused.code());
    if (release()) {
      complain(
          new ServerMessage.Failure(ErrorCode.of(refused.code()), refused.detail(), null, true));
    }
  }

  private void handleAttach(SessionInput.Attach attach) {
    List<String> missed = log.since(attach.lastSeq());
    if (missed == null || !joined) {
      attach.connection().closeWith(unknown(attach.requestId()), CloseCodes.POLICY_VIOLATION);
      end(SessionEnd.SIGNALLING_LOST);
      return;
    }
    SignallingConnection old = attached;
    attached = attach.connection();
    participation.setClient(attach.connection().clientAddress());
    awaited = null;
    if (old != null) {
      // On its own thread: the old socket may be half dead, and nobody else writes to it now.
      service
          .environment()
          .executor()
          .execute(
              () -> old.closeWith(SessionEnd.REPLACED.message(), SessionEnd.REPLACED.closeCode()));
    }
    missed.forEach(this::send);
    say(new ServerMessage.Resumed(id()));
  }

  private void handleDetached(SignallingConnection gone) {
    if (gone != attached) {
      return;
    }
    attached = null;
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
    say(why.message());
    closeSocket(why.closeCode());
  }

  private void sayIfAny(ServerMessage.@Nullable Failure error) {
    if (error != null) {
      say(error);
    }
  }

  /** An error about the conversation itself; before {@code joined} it belongs to no session. */
  private void complain(ServerMessage.Failure error) {
    if (joined) {
      say(error);
    } else {
      send(service.codec().encode(error, 0));
    }
    if (error.fatal()) {
      closeSocket(CloseCodes.POLICY_VIOLATION);
    }
  }

  private void say(ServerMessage message) {
    String text = service.codec().encode(message, log.nextSeq());
    log.append(text);
    send(text);
  }

  private void send(String text) {
    SignallingConnection connection = attached;
    if (connection == null) {
      return;
    }
    try {
      connection.send(text);
    } catch (IOException e) {
      // What was not sent stays in the log for a resume; the socket's thread reports the end.
      connection.close(CloseCodes.GOING_AWAY);
    }
  }

  private void closeSocket(int code) {
    SignallingConnection connection = attached;
    if (connection != null) {
      connection.close(code);
    }
  }

  private void await(boolean answerToJoin, Duration limit) {
    awaited = new Awaited(answerToJoin, service.nowNanos() + limit.toNanos());
  }

  private static ServerMessage.Failure error(
      ErrorCode code, String sentence, @Nullable String requestId) {
    return new ServerMessage.Failure(code, sentence, requestId, false);
  }

  private static Credentials newCredentials(SessionEnvironment environment) {
    byte[] secret = new byte[RESUME_TOKEN_BYTES];
    environment.random().nextBytes(secret);
    return new Credentials(
        environment.randomName("S-", SESSION_ID_BYTES),
        Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }
}
