package dev.sluice.transport.ice;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Limits how much STUN one source may send before it has proved who it is: a token bucket for each
 * IPv4 address and each IPv6 /64. The table has a fixed size; when a set is full, the entry that
 * was idle longest makes room. So a flood from many addresses costs no memory, and at worst gives a
 * source a fresh bucket.
 *
 * <p>Owned by one media worker; not thread safe. Allocates nothing for IPv4.
 */
public final class StunRateLimiter {
  private static final int WAYS = 4;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final int setMask;
  private final long seed;
  private final long nanosPerToken;
  private final long fullNanos;
  private final long[] keys;

  /** The time at which the bucket is full again; how far it lies ahead says what was taken. */
  private final long[] fullAtNanos;

  private final boolean[] occupied;

  /**
   * @param entries how many sources to tell apart, a power of two of at least 4
   * @param perSecond messages that a source may send in the long run, at least 1
   * @param burst messages that it may send at once, at least 1
   * @param seed random, so that nobody can choose addresses that fall into one set
   */
  public StunRateLimiter(int entries, int perSecond, int burst, long seed) {
    if (Integer.bitCount(entries) != 1 || entries < WAYS || perSecond < 1 || burst < 1) {
      throw new IllegalArgumentException(
          "entries " + entries + ", per second " + perSecond + ", burst " + burst);
    }
    this.setMask = entries / WAYS - 1;
    this.seed = seed;
    this.nanosPerToken = Math.max(1, NANOS_PER_SECOND / perSecond);
    this.fullNanos = nanosPerToken * burst;
    this.keys = new long[entries];
    this.fullAtNanos = new long[entries];
    this.occupied = new boolean[entries];
  }

  /** Whether one more message from this source is within its limit. Counts it if so. */
  public boolean allow(InetAddress source, long nowNanos) {
    long key = sourceKey(source);
    int entry = entry(key, nowNanos);
    long fullAt = fullAtNanos[entry];
    if (fullAt - nowNanos < 0) {
      fullAt = nowNanos;
    }
    if (fullAt + nanosPerToken - nowNanos > fullNanos) {
      return false;
    }
    fullAtNanos[entry] = fullAt + nanosPerToken;
    return true;
  }

  private int entry(long key, long nowNanos) {
    int first = (int) (mix(key ^ seed) >>> 32 & setMask) * WAYS;
    int victim = first;
    for (int i = first; i < first + WAYS; i++) {
      if (occupied[i] && keys[i] == key) {
        return i;
      }
      if (occupied[victim] && (!occupied[i] || fullAtNanos[i] - fullAtNanos[victim] < 0)) {
        victim = i;
      }
    }
    keys[victim] = key;
    occupied[victim] = true;
    fullAtNanos[victim] = nowNanos;
    return victim;
  }

  /** An IPv4 address, or the network half of an IPv6 one: a customer's /64 counts as one source. */
  private static long sourceKey(InetAddress source) {
    if (source instanceof Inet4Address) {
      // Specified to be the address itself, and does not allocate. The mark keeps the families
      // apart: ffff::/16 is multicast and never a source.
      return 0xFFFF_0000_0000_0000L | (source.hashCode() & 0xFFFF_FFFFL);
    }
    byte[] address = source.getAddress();
    long network = 0;
    for (int i = 0; i < 8; i++) {
      network = network << 8 | (address[i] & 0xFF);
    }
    return network;
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long z) {
    long y = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    y = (y ^ y >>> 27) * 0x94D049BB133111EBL;
    return y ^ y >>> 31;
  }
}
