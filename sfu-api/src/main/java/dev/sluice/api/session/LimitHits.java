package dev.sluice.api.session;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts how often each {@link Limit} has refused something. Safe for every thread. */
@SuppressWarnings("EnumOrdinal") // an index into an array that lives no longer than the process
public final class LimitHits {
  private final AtomicLongArray counts = new AtomicLongArray(Limit.values().length);

  /** One more. */
  public void count(Limit limit) {
    counts.incrementAndGet(limit.ordinal());
  }

  /** How many so far. */
  public long of(Limit limit) {
    return counts.get(limit.ordinal());
  }
}
