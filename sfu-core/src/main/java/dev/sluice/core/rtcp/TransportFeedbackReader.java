package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * A cursor over a transport-wide feedback packet
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): for each transport sequence number
 * whether it arrived, and when.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|  FMT=15 |    PT=205     |           length              |
 * |                     SSRC of packet sender                     |
 * |                      SSRC of media source                     |
 * |      base sequence number     |      packet status count      |
 * |                 reference time                | fb pkt. count |
 * |          packet chunk         |         packet chunk          |
 * |         packet chunk          |  recv delta   |  recv delta   |
 * |           recv delta          |  recv delta   | zero padding  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>One reader per peer: it unwraps the 24-bit reference time, so that the arrival times of all
 * its packets lie on one line, whose origin is arbitrary: the receiver's clock is not ours.
 * Reusable, allocates nothing; owned by the thread that owns the peer.
 */
public final class TransportFeedbackReader {

  /**
   * More statuses than this in one packet are not believed: a run costs two bytes, so a datagram of
   * runs could otherwise keep its reader busy with millions of numbers that were never sent.
   */
  public static final int MAX_STATUS_COUNT = 8192;

  static final int FORMAT = 15;

  /** Bytes before the first chunk. */
  static final int FIXED_LENGTH = 20;

  static final int NOT_RECEIVED = 0;
  static final int SMALL_DELTA = 1;
  static final int LARGE_DELTA = 2;

  static final int VECTOR_CHUNK = 0x8000;
  static final int TWO_BIT_VECTOR = 0x4000;
  static final int ONE_BIT_SYMBOLS = 14;
  static final int TWO_BIT_SYMBOLS = 7;
  static final int MAX_RUN_LENGTH = 0x1FFF;

  /** The unit of the arrival deltas. */
  static final long TICK_NANOS = 250_000;

  /** The reference time counts 64 ms. */
  static final int TICKS_PER_REFERENCE_UNIT = 256;

  private byte[] buffer = new byte[0];
  private int remaining;
  private int sequence;
  private int chunkPosition;
  private int chunk;
  private int chunkSymbolsLeft;
  private int deltaPosition;
  private long arrivalTicks;
  private int deltaTicks;
  private boolean received;
  private long highestReference = -1;

  /**
   * Starts at the first status of a packet of kind {@link RtcpKind#TRANSPORT_FEEDBACK}.
   *
   * @return false if chunks or deltas do not fit, a status is the reserved one, or there are more
   *     than {@link #MAX_STATUS_COUNT}; then there is nothing to iterate
   */
  public boolean reset(byte[] buffer, int offset, int length) {
    this.buffer = buffer;
    remaining = 0;
    int count = statusCount(buffer, offset);
    if (count > MAX_STATUS_COUNT) {
      return false;
    }
    int deltas = deltaOffset(buffer, offset + FIXED_LENGTH, offset + length, count);
    if (deltas < 0) {
      return false;
    }
    chunkPosition = offset + FIXED_LENGTH;
    chunkSymbolsLeft = 0;
    deltaPosition = deltas;
    sequence = baseSequence(buffer, offset) - 1;
    arrivalTicks = unwrapReference(referenceTime(buffer, offset)) * TICKS_PER_REFERENCE_UNIT;
    remaining = count;
    return true;
  }

  /** Moves to the next status. */
  public boolean next() {
    if (remaining == 0) {
      return false;
    }
    remaining--;
    sequence = (sequence + 1) & 0xFFFF;
    if (chunkSymbolsLeft == 0) {
      chunk = BigEndian.uint16(buffer, chunkPosition);
      chunkPosition += 2;
      chunkSymbolsLeft = symbolCount(chunk);
    }
    chunkSymbolsLeft--;
    int symbol = symbol(chunk, chunkSymbolsLeft);
    received = symbol != NOT_RECEIVED;
    deltaTicks = 0;
    if (symbol == SMALL_DELTA) {
      deltaTicks = BigEndian.uint8(buffer, deltaPosition);
      deltaPosition++;
    } else if (symbol == LARGE_DELTA) {
      deltaTicks = (short) BigEndian.uint16(buffer, deltaPosition);
      deltaPosition += 2;
    }
    arrivalTicks += deltaTicks;
    return true;
  }

  /** The transport sequence number of the current status, 0..65535. */
  public int sequence() {
    return sequence;
  }

  /** Whether that packet had arrived when the feedback was made. */
  public boolean received() {
    return received;
  }

  /** When it arrived, on the receiver's clock, in steps of 250 µs; only if it was received. */
  public long arrivalNanos() {
    return arrivalTicks * TICK_NANOS;
  }

  /** The time from the packet received before it in this feedback; 0 if it was not received. */
  public long deltaNanos() {
    return deltaTicks * TICK_NANOS;
  }

  /** The SSRC of who gives feedback. */
  public static int senderSsrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 4);
  }

  /** The first transport sequence number, 0..65535. */
  public static int baseSequence(byte[] buffer, int offset) {
    return BigEndian.uint16(buffer, offset + 12);
  }

  /** Number of statuses, 0..65535. */
  public static int statusCount(byte[] buffer, int offset) {
    return BigEndian.uint16(buffer, offset + 14);
  }

  /** The reference time as it is on the wire: 24 bits, in units of 64 ms. */
  public static int referenceTime(byte[] buffer, int offset) {
    return BigEndian.uint24(buffer, offset + 16);
  }

  /** Counts the feedback packets of one sender, 0..255: a gap tells of lost feedback. */
  public static int feedbackCount(byte[] buffer, int offset) {
    return BigEndian.uint8(buffer, offset + 19);
  }

  private long unwrapReference(int reference24) {
    if (highestReference < 0) {
      highestReference = 0x100_0000L + reference24;
      return highestReference;
    }
    long unwrapped = highestReference + ((reference24 - (int) highestReference) << 8 >> 8);
    highestReference = Math.max(highestReference, unwrapped);
    return unwrapped;
  }

  /** Walks the chunks once and answers where the deltas start, or -1 if the packet is broken. */
  private static int deltaOffset(byte[] buffer, int start, int end, int count) {
    int position = start;
    int left = count;
    int deltaBytes = 0;
    while (left > 0) {
      if (position + 2 > end) {
        return -1;
      }
      int chunk = BigEndian.uint16(buffer, position);
      position += 2;
      int symbols = symbolCount(chunk);
      int used = Math.min(symbols, left);
      int bytes = deltaBytes(chunk, symbols, used);
      if (symbols == 0 || bytes < 0) {
        return -1;
      }
      deltaBytes += bytes;
      left -= used;
    }
    return position + deltaBytes <= end ? position : -1;
  }

  /** Bytes of deltas for the first {@code used} symbols, or -1 if one of them is reserved. */
  private static int deltaBytes(int chunk, int symbols, int used) {
    if ((chunk & VECTOR_CHUNK) == 0) {
      int symbol = symbol(chunk, 0);
      return symbol > LARGE_DELTA ? -1 : symbol * used;
    }
    int bytes = 0;
    for (int i = 1; i <= used; i++) {
      int symbol = symbol(chunk, symbols - i);
      if (symbol > LARGE_DELTA) {
        return -1;
      }
      // The value of a symbol is the length of its delta.
      bytes += symbol;
    }
    return bytes;
  }

  private static int symbolCount(int chunk) {
    if ((chunk & VECTOR_CHUNK) == 0) {
      return chunk & MAX_RUN_LENGTH;
    }
    return (chunk & TWO_BIT_VECTOR) == 0 ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS;
  }

  /** The symbol that {@code fromEnd} others follow: vectors have their first symbol on top. */
  private static int symbol(int chunk, int fromEnd) {
    if ((chunk & VECTOR_CHUNK) == 0) {
      return (chunk >>> 13) & 3;
    }
    return (chunk & TWO_BIT_VECTOR) == 0 ? (chunk >>> fromEnd) & 1 : (chunk >>> (2 * fromEnd)) & 3;
  }
}
