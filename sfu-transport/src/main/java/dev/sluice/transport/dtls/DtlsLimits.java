package dev.sluice.transport.dtls;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * What a DTLS session may cost. One value is shared by all sessions: its semaphore is the limit on
 * how many handshakes run at a time; a session above it waits its turn, at most for {@code
 * handshakeTimeout}.
 *
 * @param handshakeTimeout from the start of the handshake to its end
 * @param retransmitInterval until the first retransmission of a flight; it doubles from there, to
 *     no more than 400 ms
 * @param queuedDatagrams how many may wait for the session's thread
 * @param handshakeDatagrams how many a peer may send before the handshake is complete
 * @param handshakes permits for handshakes at a time
 */
public record DtlsLimits(
    Duration handshakeTimeout,
    Duration retransmitInterval,
    int queuedDatagrams,
    int handshakeDatagrams,
    Semaphore handshakes) {

  public DtlsLimits {
    if (!handshakeTimeout.isPositive() || !retransmitInterval.isPositive()) {
      throw new IllegalArgumentException("durations are positive");
    }
    if (queuedDatagrams < 1 || handshakeDatagrams < 1) {
      throw new IllegalArgumentException("a handshake needs room for datagrams");
    }
  }

  /** Until the flight that ends the handshake is sent a second time; it doubles from there. */
  Duration repeatInterval() {
    return retransmitInterval.dividedBy(4);
  }

  /**
   * What suits browsers: they retransmit from 50 ms on, and need some ten datagrams without loss.
   */
  public static DtlsLimits withConcurrentHandshakes(int count) {
    return new DtlsLimits(
        Duration.ofSeconds(15), Duration.ofMillis(200), 64, 256, new Semaphore(count, true));
  }
}
