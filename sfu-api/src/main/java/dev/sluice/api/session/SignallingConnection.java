package dev.sluice.api.session;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.TokenException;
import dev.sluice.core.media.RoomId;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One client's socket, from open to closed: reads its messages within the limits and hands them to
 * its session. Until there is a session it answers by itself; from then on only the session writes.
 *
 * <p>Owned by the socket's thread, which calls {@code onXxx}; {@link #sweep} comes from another.
 */
public final class SignallingConnection {
  private final SignallingService service;
  private final MessageChannel channel;
  private final SignallingLimits limits;
  private final TokenBucket messages;
  private int faults;
  private boolean finished;
  private volatile long lastHeardNanos;
  private volatile @Nullable SignallingSession session;

  SignallingConnection(SignallingService service, MessageChannel channel) {
    this.service = service;
    this.channel = channel;
    this.limits = service.environment().limits();
    this.lastHeardNanos = service.nowNanos();
    this.messages =
        new TokenBucket(
            limits.traffic().messagesPerSecond(), limits.traffic().messageBurst(), lastHeardNanos);
  }

  /** Takes one text message. */
  public void onText(String text) {
    if (finished) {
      return;
    }
    long nowNanos = heard();
    if (isTooLarge(text)) {
      onTooLarge();
      return;
    }
    if (!messages.tryTake(nowNanos)) {
      count(Limit.MESSAGE_RATE);
      fault(ErrorCode.RATE_LIMITED, "You send too many messages; this one was dropped.");
      return;
    }
    try {
      handle(service.codec().decode(text));
    } catch (MessageException e) {
      fault(e);
    }
  }

  /** Takes note of a message that is larger than one may be; its content is not needed. */
  public void onTooLarge() {
    if (!finished) {
      heard();
      count(Limit.MESSAGE_SIZE);
      fault(
          ErrorCode.MESSAGE_TOO_LARGE,
          "A message may have at most " + limits.traffic().maxMessageBytes() + " bytes.");
    }
  }

  /** Takes note of a binary message. */
  public void onBinary() {
    if (!finished) {
      heard();
      fault(ErrorCode.INVALID_MESSAGE, "Messages are text; binary ones are not known.");
    }
  }

  /** The socket is gone. */
  public void onClosed() {
    finished = true;
    service.forget(this);
    SignallingSession current = session;
    if (current != null) {
      current.post(new SessionInput.Detached(this));
    }
  }

  /** Ends the socket when nothing has come for too long. */
  void sweep(long nowNanos) {
    if (nowNanos - lastHeardNanos >= limits.timeouts().silence().toNanos()) {
      end(SessionEnd.TIMEOUT);
    }
  }

  boolean hasNoSession() {
    return session == null;
  }

  /** Ends the socket, and its session when it has one, from any thread. */
  void end(SessionEnd why) {
    SignallingSession current = session;
    if (current == null) {
      // The socket's thread may be writing an error just now; the last word is not worth a lock.
      service.environment().executor().execute(() -> closeWith(why.message(), why.closeCode()));
    } else {
      current.post(new SessionInput.End(this, why));
    }
  }

  /** Writes one message; only by whoever writes here now, see above. */
  void send(String text) throws IOException {
    channel.send(text);
  }

  @Nullable InetAddress clientAddress() {
    return channel.clientAddress();
  }

  void close(int code) {
    channel.close(code, "");
  }

  /** Says a last word that belongs to no session, and closes. */
  void closeWith(ServerMessage lastWord, int code) {
    sayUnnumbered(lastWord);
    close(code);
  }

  private long heard() {
    long nowNanos = service.nowNanos();
    lastHeardNanos = nowNanos;
    return nowNanos;
  }

  /** In UTF-8; the cheap test first, for most messages are far from the limit. */
  private boolean isTooLarge(String text) {
    int maxBytes = limits.traffic().maxMessageBytes();
    return text.length() > maxBytes
        || (text.length() > maxBytes / 3
            && text.getBytes(StandardCharsets.UTF_8).length > maxBytes);
  }

  private void handle(ClientMessage message) {
    Exchange exchange = Exchange.begin(service.tracer(), message);
    SignallingSession current = session;
    if (current != null) {
      current.post(
          new SessionInput.FromClient(this, message, exchange.waitFor(Exchange.Wait.MAILBOX)));
      return;
    }
    switch (message) {
      case ClientMessage.Join join -> join(join, exchange);
      case ClientMessage.Resume resume -> resume(resume, exchange);
      case ClientMessage.Leave _ -> {
        finished = true;
        exchange.end(TraceAttributes.OK);
        close(CloseCodes.NORMAL);
      }
      case ClientMessage.Offer _,
          ClientMessage.AnswerApplied _,
          ClientMessage.Candidate _,
          ClientMessage.Mute _,
          ClientMessage.SetView _,
          ClientMessage.RaiseHand _,
          ClientMessage.Whisper _,
          ClientMessage.SendData _,
          ClientMessage.Moderate _,
          ClientMessage.GetDownlink _,
          ClientMessage.Ping _ -> {
        exchange.end(ErrorCode.NOT_JOINED.wireName());
        fault(
            new MessageException(
                ErrorCode.NOT_JOINED, "Join or resume must come first.", message.id()));
      }
    }
  }

  private void join(ClientMessage.Join join, Exchange exchange) {
    RoomId room = join.room();
    try {
      AccessToken token =
          service.admission().admit(room, join.token(), join.identity(), join.name());
      session = service.startSession(this, token, join, exchange);
    } catch (TokenException e) {
      ErrorCode code = code(e.reason());
      exchange.end(code.wireName());
      refuse(code, e, join.id());
    } catch (JoinRefusedException e) {
      exchange.end(e.code().wireName());
      refuse(e.code(), e, join.id());
    }
  }

  private void resume(ClientMessage.Resume resume, Exchange exchange) {
    SignallingSession found = service.findSession(resume.session(), resume.resumeToken());
    if (found == null) {
      // One answer for an unknown session and a wrong token: nobody learns which sessions exist.
      ServerMessage.Failure unknown = SessionInput.unknown(resume.id());
      exchange.end(unknown);
      finish(unknown);
      return;
    }
    session = found;
    found.post(
        new SessionInput.Attach(
            this, resume.lastSeq(), resume.id(), exchange.waitFor(Exchange.Wait.MAILBOX)));
  }

  /** As over HTTP: a good token that is not for this is no bad one. */
  private static ErrorCode code(TokenException.Reason reason) {
    return switch (reason) {
      case WRONG_ROOM, NOT_ADMINISTRATOR -> ErrorCode.NOT_PERMITTED;
      case BANNED -> ErrorCode.BANNED;
      case MISSING,
          MALFORMED,
          WRONG_ALGORITHM,
          UNKNOWN_KEY,
          BAD_SIGNATURE,
          EXPIRED,
          NOT_YET_VALID,
          BAD_CLAIMS,
          WRONG_AUDIENCE ->
          ErrorCode.INVALID_TOKEN;
    };
  }

  private void refuse(ErrorCode code, Exception why, @Nullable String requestId) {
    String sentence = why.getMessage();
    finish(new ServerMessage.Failure(code, sentence == null ? "" : sentence, requestId, true));
  }

  private void fault(ErrorCode code, String sentence) {
    fault(new MessageException(code, sentence, null));
  }

  private void fault(MessageException fault) {
    faults++;
    boolean tooMany = faults > limits.traffic().toleratedFaults();
    if (tooMany) {
      count(Limit.FAULTS);
    }
    boolean fatal =
        tooMany
            || fault.code() == ErrorCode.UNSUPPORTED_PROTOCOL
            || fault.code() == ErrorCode.MESSAGE_TOO_LARGE;
    ServerMessage.Failure error = fault.toError(fatal);
    SignallingSession current = session;
    if (current != null) {
      finished = fatal;
      current.post(new SessionInput.Unreadable(this, error));
    } else if (fatal) {
      finish(error);
    } else {
      sayUnnumbered(error);
    }
  }

  private void count(Limit limit) {
    service.environment().hits().count(limit);
  }

  private void finish(ServerMessage.Failure lastWord) {
    finished = true;
    closeWith(lastWord, CloseCodes.POLICY_VIOLATION);
  }

  private void sayUnnumbered(ServerMessage message) {
    try {
      channel.send(service.codec().encode(message, 0));
    } catch (IOException e) {
      // The client is gone already; onClosed follows.
      finished = true;
    }
  }
}
