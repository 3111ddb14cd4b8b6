package dev.sluice.core.srtp;

import dev.sluice.core.rtp.IntMap;

/**
 * Which packet indexes of one SSRC have been used: received (replay protection, RFC 3711 §3.3.2) or
 * encrypted (no keystream twice, RFC 3711 §9.1). The highest index also carries the rollover
 * counter. Owned by the thread that owns the peer.
 *
 * <p>The bitmap is a ring of words twice as long as the window. So moving ahead clears whole words,
 * and a word that is cleared never holds a bit that is still inside the window (RFC 6479).
 */
final class IndexWindow {

  /** The fresh window of an SSRC that has none yet; the map must not be full. */
  static IndexWindow open(IntMap<IndexWindow> windows, int ssrc) {
    IndexWindow window = new IndexWindow();
    if (!windows.put(ssrc, window)) {
      throw new IllegalStateException("there is no place for another SSRC");
    }
    return window;
  }

  /** How far behind the highest index a packet may be, in packets. */
  static final int SIZE = 1024;

  /** RTP indexes have 48 bits: 32 of the rollover counter, 16 of the sequence number. */
  static final long MAX_INDEX = (1L << 48) - 1;

  private static final int WORDS = 2 * SIZE / Long.SIZE;
  private static final int WORD_SHIFT = 6;
  private static final int HALF_SEQUENCE_SPACE = 1 << 15;
  private static final int SEQUENCE_MASK = 0xFFFF;

  /** What the window says about an index. */
  enum Verdict {
    FRESH,
    USED,
    TOO_OLD
  }

  private final long[] used = new long[WORDS];
  private long highest = -1;

  /**
   * The index of a packet with this sequence number (RFC 3711 §3.3.1, Appendix A): in the rollover
   * period of the highest index, the one before or the one after it, whichever is nearer. The first
   * packet is taken to be in period 0. Negative if the packet would be from before that.
   *
   * <p>Example: after index 0x1_FFFE (rollover counter 1), sequence 3 is 0x2_0003; after 0x2_0003,
   * sequence 0xFFFF is 0x1_FFFF.
   */
  long estimate(int sequence) {
    if (highest < 0) {
      return sequence;
    }
    int highestSequence = (int) highest & SEQUENCE_MASK;
    long rolloverCounter = highest >>> 16;
    if (highestSequence < HALF_SEQUENCE_SPACE) {
      if (sequence - highestSequence > HALF_SEQUENCE_SPACE) {
        rolloverCounter--;
      }
    } else if (highestSequence - HALF_SEQUENCE_SPACE > sequence) {
      rolloverCounter++;
    }
    return (rolloverCounter << 16) + sequence;
  }

  /** Whether an index may be used. An index beyond 48 bits would be a used one, wrapped around. */
  Verdict check(long index) {
    if (index < 0 || index <= highest - SIZE) {
      return Verdict.TOO_OLD;
    }
    if (index > MAX_INDEX) {
      return Verdict.USED;
    }
    if (index > highest) {
      return Verdict.FRESH;
    }
    return (used[word(index)] & bit(index)) == 0 ? Verdict.FRESH : Verdict.USED;
  }

  /** Marks an index as used that {@link #check} has called fresh. */
  void mark(long index) {
    if (index > highest) {
      long last = index >> WORD_SHIFT;
      long first = Math.max((highest >> WORD_SHIFT) + 1, last - WORDS + 1);
      for (long cleared = first; cleared <= last; cleared++) {
        used[(int) cleared & (WORDS - 1)] = 0;
      }
      highest = index;
    }
    used[word(index)] |= bit(index);
  }

  private static int word(long index) {
    return (int) (index >> WORD_SHIFT) & (WORDS - 1);
  }

  private static long bit(long index) {
    return 1L << (int) (index & (Long.SIZE - 1));
  }
}
