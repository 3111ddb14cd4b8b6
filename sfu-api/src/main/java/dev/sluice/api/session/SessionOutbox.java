package dev.sluice.api.session;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one session says: numbers its messages, keeps them for a resume, and writes them to the
 * socket that it has just now, if any. Owned by the session's mailbox; only {@link #abandon} and
 * {@link #isOn} are for every thread.
 */
final class SessionOutbox {
  private final SignallingService service;
  private final OutboundLog log;
  private volatile @Nullable SignallingConnection connection;

  SessionOutbox(SignallingService service, SignallingConnection connection) {
    SignallingLimits.Capacity capacity = service.environment().limits().capacity();
    this.service = service;
    this.log = new OutboundLog(capacity.bufferedMessages(), capacity.bufferedBytes());
    this.connection = connection;
  }

  /** Whether this is the session's socket. */
  boolean isOn(SignallingConnection other) {
    return connection == other;
  }

  /** Says something, now or after a resume. */
  void say(ServerMessage message) {
    String text = service.codec().encode(message, log.nextSeq());
    log.append(text);
    send(text);
  }

  /** Says something that belongs to no session, because there is none yet. */
  void sayUnnumbered(ServerMessage message) {
    send(service.codec().encode(message, 0));
  }

  /** What a client has missed that has heard all up to this number; null when it is too much. */
  @Nullable List<String> missedSince(long seq) {
    return log.since(seq);
  }

  /** Goes on on another socket, with what was missed there. */
  void moveTo(SignallingConnection next, List<String> missed) {
    SignallingConnection old = connection;
    connection = next;
    if (old != null) {
      // On its own thread: the old socket may be half dead, and nobody else writes to it now.
      service
          .environment()
          .executor()
          .execute(
              () -> old.closeWith(SessionEnd.REPLACED.message(), SessionEnd.REPLACED.closeCode()));
    }
    missed.forEach(this::send);
  }

  /** The socket is gone; what is said from now on waits for another. */
  void detach() {
    connection = null;
  }

  void close(int code) {
    SignallingConnection current = connection;
    if (current != null) {
      current.close(code);
    }
  }

  /** Closes a socket whose client does not read. */
  void abandon() {
    // On its own thread: closing may wait for the very write that is stuck.
    service.environment().executor().execute(() -> close(SessionEnd.SLOW_CLIENT.closeCode()));
  }

  private void send(String text) {
    SignallingConnection current = connection;
    if (current == null) {
      return;
    }
    try {
      current.send(text);
    } catch (IOException e) {
      // What was not sent stays in the log for a resume; the socket's thread reports the end.
      current.close(CloseCodes.GOING_AWAY);
    }
  }
}
