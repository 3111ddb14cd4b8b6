package dev.sluice.core.media;

/**
 * Counts dropped packets by reason. Owner: whoever owns the packets; read elsewhere only as a copy.
 */
@SuppressWarnings("EnumOrdinal") // an index into an array that lives no longer than the process
public final class DropCounters {
  private static final DropReason[] REASONS = DropReason.values();

  private final long[] counts = new long[REASONS.length];

  /** One more. */
  public void count(DropReason reason) {
    counts[reason.ordinal()]++;
  }

  /** How many so far. */
  public long of(DropReason reason) {
    return counts[reason.ordinal()];
  }

  /** Hands these counts over to others, and begins anew. */
  public void moveTo(DropCounters others) {
    for (int i = 0; i < counts.length; i++) {
      others.counts[i] += counts[i];
      counts[i] = 0;
    }
  }

  /** Adds these counts to an array with one element per {@link DropReason}. */
  public void addTo(long[] sums) {
    for (int i = 0; i < counts.length; i++) {
      sums[i] += counts[i];
    }
  }
}
