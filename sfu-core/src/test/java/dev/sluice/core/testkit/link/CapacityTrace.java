package dev.sluice.core.testkit.link;

import java.util.Map;
import java.util.TreeMap;

/** What a link carries over time, in steps. Immutable. */
public final class CapacityTrace {
  private final TreeMap<Long, Long> bpsByStart = new TreeMap<>();

  private CapacityTrace(Map<Long, Long> steps) {
    bpsByStart.putAll(steps);
  }

  /** The same all the time. */
  public static CapacityTrace constant(long bitrateBps) {
    return new CapacityTrace(Map.of(0L, bitrateBps));
  }

  /** This one until {@code seconds}, then another capacity. */
  public CapacityTrace then(double seconds, long bitrateBps) {
    CapacityTrace longer = new CapacityTrace(bpsByStart);
    longer.bpsByStart.put((long) (seconds * VirtualTime.SECOND), bitrateBps);
    return longer;
  }

  /** The capacity at an instant, in bit/s. */
  public long bitrateBps(long nanos) {
    return bpsByStart.floorEntry(Math.max(0, nanos)).getValue();
  }
}
