package dev.sluice.api.session;

import dev.sluice.core.control.PeerKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * The trace of one client's message: from when it has been read until what it asked for is
 * answered, or handed to the room where there is no answer. What it waits for meanwhile is a span
 * of its own below it. While nothing is traced it does nothing.
 *
 * <p>It goes from the socket's thread to the session's mailbox with the message. A media worker has
 * nothing to do with it: what the room answers ends it in the mailbox.
 */
final class Exchange {
  private static final String PREFIX = "signalling ";

  private final Tracer tracer;
  private final Span span;
  private @Nullable Span wait;

  private Exchange(Tracer tracer, Span span) {
    this.tracer = tracer;
    this.span = span;
  }

  /** Something that an exchange waits for. */
  enum Wait {
    /** Those before it in the session's mailbox. */
    MAILBOX,
    /** The room's worker: its ring, and its answer. */
    ROOM
  }

  /**
   * The exchange that a message begins. A ping only keeps the socket open, so it is in no trace.
   */
  static Exchange begin(Tracer tracer, ClientMessage message) {
    if (message instanceof ClientMessage.Ping) {
      return new Exchange(tracer, Span.getInvalid());
    }
    return new Exchange(
        tracer,
        tracer
            .spanBuilder(PREFIX + typeOf(message))
            .setNoParent()
            .setSpanKind(SpanKind.SERVER)
            .startSpan());
  }

  /** Records are called as the protocol calls their messages. */
  private static String typeOf(ClientMessage message) {
    String name = message.getClass().getSimpleName();
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /** Whose it is. */
  void concern(PeerKey peer) {
    span.setAttribute(TraceAttributes.ROOM, peer.room().value());
    span.setAttribute(TraceAttributes.PARTICIPANT, peer.participant().value());
  }

  /** It waits from now on; returns itself. */
  Exchange waitFor(Wait what) {
    stopWaiting();
    if (span.isRecording()) {
      wait =
          tracer
              .spanBuilder(WireNames.of(what))
              .setParent(Context.root().with(span))
              .setSpanKind(SpanKind.INTERNAL)
              .startSpan();
    }
    return this;
  }

  /** It goes on. */
  void stopWaiting() {
    Span over = wait;
    if (over != null) {
      over.end();
      wait = null;
    }
  }

  /** It is over, well if the answer is no error. */
  void end(@Nullable ServerMessage answer) {
    if (answer instanceof ServerMessage.Failure failure) {
      if (failure.code() == ErrorCode.INTERNAL) {
        span.setStatus(StatusCode.ERROR);
      }
      end(failure.code().wireName());
    } else {
      end(TraceAttributes.OK);
    }
  }

  /** It is over; only the first end counts. */
  void end(String outcome) {
    stopWaiting();
    span.setAttribute(TraceAttributes.OUTCOME, outcome);
    span.end();
  }
}
