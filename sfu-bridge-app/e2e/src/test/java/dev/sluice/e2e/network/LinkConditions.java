package dev.sluice.e2e.network;

/**
 * How one direction of a link treats a datagram.
 *
 * @param lossFraction the share of datagrams that vanish, 0 to 1, independently of one another
 * @param delayNanos the delay of every datagram
 * @param jitterNanos up to so much more delay, evenly spread; it may reorder datagrams
 */
public record LinkConditions(double lossFraction, long delayNanos, long jitterNanos) {
  /** A link that passes all at once. */
  public static final LinkConditions PERFECT = new LinkConditions(0, 0, 0);

  /** Checks the ranges. */
  public LinkConditions {
    if (!(lossFraction >= 0 && lossFraction <= 1) || delayNanos < 0 || jitterNanos < 0) {
      throw new IllegalArgumentException(
          "loss " + lossFraction + ", delay " + delayNanos + " ns, jitter " + jitterNanos + " ns");
    }
  }
}
