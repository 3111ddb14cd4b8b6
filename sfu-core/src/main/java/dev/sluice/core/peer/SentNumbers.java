package dev.sluice.core.peer;

import dev.sluice.core.bandwidth.BandwidthEstimator;
import dev.sluice.core.rtcp.CongestionFeedbackReader;
import dev.sluice.core.rtp.IntMap;
import java.util.Arrays;

/**
 * Translates feedback by RTP sequence number (RFC 8888) into transport-wide numbers, which the
 * estimator keeps its books by. Remembers the last packets of each stream; only for clients that
 * agreed on that feedback.
 *
 * <p>Owner: the room's worker. 8 bytes for each of {@link #ENTRIES} packets of a stream; nothing is
 * allocated per packet.
 */
final class SentNumbers {
  /** Packets remembered per stream. */
  static final int ENTRIES = 1024;

  /** The most reports that one feedback packet is read for. */
  static final int MAX_REPORTS = 2048;

  private static final int MASK = ENTRIES - 1;
  private static final long RECEIVED = 1L << 15;

  private final IntMap<long[]> streams;
  private final long[] order = new long[MAX_REPORTS];
  private final long[] arrivals = new long[MAX_REPORTS];

  SentNumbers(int maxStreams) {
    streams = new IntMap<>(maxStreams);
  }

  /** A packet has left. */
  void handleSent(int ssrc, int sequence16, long transportSequence) {
    long[] numbers = streams.find(ssrc);
    if (numbers == null) {
      numbers = new long[ENTRIES];
      Arrays.fill(numbers, -1);
      if (!streams.put(ssrc, numbers)) {
        return;
      }
    }
    numbers[sequence16 & MASK] = (transportSequence << 16) | sequence16;
  }

  /** Hands the reports of one feedback packet to the estimator, in the order of sending. */
  void handleFeedback(
      CongestionFeedbackReader reader, BandwidthEstimator estimator, long nowNanos) {
    int count = 0;
    while (count < MAX_REPORTS && reader.next()) {
      long[] numbers = streams.find(reader.ssrc());
      long known = numbers == null ? -1 : numbers[reader.sequence() & MASK];
      boolean told = !reader.received() || reader.hasArrivalTime();
      if (known >= 0 && (known & 0xFFFF) == reader.sequence() && told) {
        arrivals[count] = reader.received() ? reader.arrivalNanos() : 0;
        order[count] = (known & ~0xFFFFL) | (reader.received() ? RECEIVED : 0) | count;
        count++;
      }
    }
    Arrays.sort(order, 0, count);
    for (int i = 0; i < count; i++) {
      int index = (int) (order[i] & (RECEIVED - 1));
      boolean received = (order[i] & RECEIVED) != 0;
      estimator.handleStatus((int) (order[i] >>> 16) & 0xFFFF, received, arrivals[index], nowNanos);
    }
    estimator.handleStatusesEnd(nowNanos);
  }
}
