package dev.sluice.transport.dtls;

/**
 * What ends the handshake, and when it is sent once more. A client that did not get it asks again,
 * but waits twice as long each time: on a link that loses a fifth, one of five hundred waited for
 * 26 seconds. So the same datagram goes out a few times unasked; for who has it already the copies
 * are replays (RFC 6347 §4.1.2.6).
 *
 * <p>Owned by the session's thread. Time is that of {@link System#nanoTime}.
 */
final class LastFlight {
  private static final int COPIES = 4;

  private final byte[] datagram;
  private long waitNanos;
  private long dueNanos;
  private int copiesLeft = COPIES;

  /**
   * A flight that leaves now.
   *
   * @param datagram not copied
   * @param repeatAfterNanos until its first copy; twice as long until each further one
   */
  LastFlight(byte[] datagram, long repeatAfterNanos, long nowNanos) {
    this.datagram = datagram;
    this.waitNanos = repeatAfterNanos;
    this.dueNanos = nowNanos + repeatAfterNanos;
  }

  /** The peer has shown that it has the flight. */
  void arrived() {
    copiesLeft = 0;
  }

  /** Sends the copy that is due, if there is one. */
  void repeat(DtlsServerSession.DatagramSender out, long nowNanos) {
    if (copiesLeft > 0 && nowNanos - dueNanos >= 0) {
      out.send(datagram, 0, datagram.length);
      copiesLeft--;
      waitNanos *= 2;
      dueNanos = nowNanos + waitNanos;
    }
  }

  /** How long until the next copy; {@link Long#MAX_VALUE} when there will be none. */
  long leftNanos(long nowNanos) {
    return copiesLeft == 0 ? Long.MAX_VALUE : Math.max(0, dueNanos - nowNanos);
  }
}
