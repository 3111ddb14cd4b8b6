package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;
import dev.sluice.core.rtp.SequenceUnwrapper;
import java.util.Arrays;

/**
 * The receiver's side of transport-wide congestion control
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3): records when the packets of one
 * transport arrived and writes the feedback packets that say so. {@link TransportFeedbackReader}
 * shows the layout.
 *
 * <p>It remembers the last {@link #WINDOW} sequence numbers. A packet that comes after it was
 * reported as lost makes the next feedback start at it again, so what came since is reported a
 * second time: a sender takes the first good news of a packet. Numbers older than the window are
 * not reported any more; duplicates keep their first arrival.
 *
 * <p>One packet of feedback cannot hold two arrivals further apart than 8.19 s, nor more than its
 * space: {@link #write} is called until it answers 0. Owned by the thread that owns the peer;
 * allocates nothing after the first packet: who only watches has no use for 32 KB.
 */
public final class TransportFeedbackRecorder {

  /** Sequence numbers remembered, a power of two: some 400 ms of 100 Mbit/s. */
  public static final int WINDOW = 4096;

  private static final int MASK = WINDOW - 1;
  private static final long ABSENT = Long.MIN_VALUE;

  /** The chunks one arrival and the losses before it can add, and the three bytes of alignment. */
  private static final int STEP_RESERVE = 4 * 2 + 3;

  private static final int MAX_SMALL_DELTA = 255;

  private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
  private final StatusChunkWriter chunks = new StatusChunkWriter();
  private long[] arrivalTicks = {};

  private long nextToReport = -1;
  private long highest = -1;
  private int feedbackCount;

  /**
   * Records the arrival of a packet.
   *
   * @return false if the number is a duplicate or older than the window
   */
  public boolean record(int transportSequence16, long arrivalNanos) {
    long sequence = unwrapper.unwrap(transportSequence16);
    if (highest < 0) {
      arrivalTicks = new long[WINDOW];
      Arrays.fill(arrivalTicks, ABSENT);
      nextToReport = sequence;
      highest = sequence;
    } else if (sequence > highest) {
      forget(highest + 1, sequence);
      highest = sequence;
      nextToReport = Math.max(nextToReport, highest - WINDOW + 1);
    } else if (sequence <= highest - WINDOW || arrivalTicks[(int) sequence & MASK] != ABSENT) {
      return false;
    }
    arrivalTicks[(int) sequence & MASK] =
        Math.floorDiv(arrivalNanos, TransportFeedbackReader.TICK_NANOS);
    nextToReport = Math.min(nextToReport, sequence);
    return true;
  }

  /** Frees the places of the numbers {@code from..to}, which held numbers a window older. */
  private void forget(long from, long to) {
    if (to - from >= WINDOW) {
      Arrays.fill(arrivalTicks, ABSENT);
      return;
    }
    for (long sequence = from; sequence <= to; sequence++) {
      arrivalTicks[(int) sequence & MASK] = ABSENT;
    }
  }

  /** Whether something arrived that no feedback has told yet. */
  public boolean pending() {
    return highest >= 0 && nextToReport <= highest;
  }

  /**
   * Writes one feedback packet about what arrived since the last one. The packet ends with an
   * arrival; losses after it wait until it is known whether they are losses.
   *
   * @param maxLength bytes that may be written, at least 34 for one arrival
   * @return the packet's length, or 0 if nothing is pending or not even one arrival fits
   */
  public int write(byte[] out, int offset, int maxLength, int senderSsrc, int mediaSsrc) {
    long firstArrival = pending() ? firstArrivalFrom(nextToReport) : -1;
    int end = offset + maxLength;
    int fixedEnd = offset + TransportFeedbackReader.FIXED_LENGTH;
    if (firstArrival < 0 || fixedEnd + 2 + STEP_RESERVE + 1 > end) {
      return 0;
    }
    long reference =
        Math.floorDiv(ticksOf(firstArrival), TransportFeedbackReader.TICKS_PER_REFERENCE_UNIT);
    long referenceTicks = reference * TransportFeedbackReader.TICKS_PER_REFERENCE_UNIT;
    chunks.begin(out, fixedEnd);
    long last = writeChunks(firstArrival, referenceTicks, end);
    int length = writeDeltas(out, chunks.finish(), last, referenceTicks) - offset;
    int padded = (length + 3) & ~3;
    for (int i = length; i < padded; i++) {
      out[offset + i] = 0;
    }

    RtcpHeader.write(
        out, offset, TransportFeedbackReader.FORMAT, RtcpHeader.TRANSPORT_LAYER_FEEDBACK, padded);
    RtcpHeader.writeFeedbackSsrcs(out, offset, senderSsrc, mediaSsrc);
    BigEndian.putInt16(out, offset + 12, (int) nextToReport);
    BigEndian.putInt16(out, offset + 14, (int) (last - nextToReport + 1));
    BigEndian.putInt24(out, offset + 16, (int) reference);
    BigEndian.putInt8(out, offset + 19, feedbackCount++);
    nextToReport = last + 1;
    return padded;
  }

  /**
   * Writes the statuses from {@code nextToReport} up to the last arrival whose delta can be said
   * and fits, and answers that arrival.
   */
  private long writeChunks(long firstArrival, long referenceTicks, int end) {
    long last = nextToReport - 1;
    long previousTicks = referenceTicks;
    int deltaBytes = 0;
    long arrival = firstArrival;
    while (arrival >= 0) {
      long ticks = ticksOf(arrival);
      long delta = ticks - previousTicks;
      int symbol = symbolOf(delta);
      // The chunk held back takes two bytes; the value of a symbol is the length of its delta.
      int needed = chunks.position() + 2 + deltaBytes + symbol + STEP_RESERVE;
      if (delta != (short) delta || needed > end) {
        break;
      }
      for (long lost = last + 1; lost < arrival; lost++) {
        chunks.add(TransportFeedbackReader.NOT_RECEIVED);
      }
      chunks.add(symbol);
      deltaBytes += symbol;
      previousTicks = ticks;
      last = arrival;
      arrival = firstArrivalFrom(arrival + 1);
    }
    return last;
  }

  private int writeDeltas(byte[] out, int offset, long last, long referenceTicks) {
    int position = offset;
    long previousTicks = referenceTicks;
    for (long sequence = nextToReport; sequence <= last; sequence++) {
      long ticks = ticksOf(sequence);
      if (ticks == ABSENT) {
        continue;
      }
      long delta = ticks - previousTicks;
      previousTicks = ticks;
      if (symbolOf(delta) == TransportFeedbackReader.SMALL_DELTA) {
        BigEndian.putInt8(out, position, (int) delta);
        position++;
      } else {
        BigEndian.putInt16(out, position, (int) delta);
        position += 2;
      }
    }
    return position;
  }

  private static int symbolOf(long deltaTicks) {
    return deltaTicks >= 0 && deltaTicks <= MAX_SMALL_DELTA
        ? TransportFeedbackReader.SMALL_DELTA
        : TransportFeedbackReader.LARGE_DELTA;
  }

  /** The first number from {@code sequence} on that arrived, or -1. */
  private long firstArrivalFrom(long sequence) {
    for (long candidate = sequence; candidate <= highest; candidate++) {
      if (ticksOf(candidate) != ABSENT) {
        return candidate;
      }
    }
    return -1;
  }

  private long ticksOf(long sequence) {
    return arrivalTicks[(int) sequence & MASK];
  }
}
