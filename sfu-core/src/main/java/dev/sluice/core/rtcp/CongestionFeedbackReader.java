package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * A cursor over a congestion control feedback packet (RFC 8888 §3.1): for a range of RTP sequence
 * numbers of each stream whether the packet arrived, and how long before the report.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|  FMT=11 |    PT=205     |           length              |
 * |                 SSRC of RTCP packet sender                    |
 * |                   SSRC of 1st RTP Stream                      |
 * |          begin_seq            |          num_reports          |
 * |R|ECN|  Arrival time offset    | ...                           |
 * |                        Report Timestamp (32 bits)             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>One reader per peer: it unwraps the report timestamp, so that the arrival times of all its
 * packets lie on one line of the receiver's clock. Reusable, allocates nothing; owned by the thread
 * that owns the peer.
 */
public final class CongestionFeedbackReader {
  static final int FORMAT = 11;

  /** Header, sender and timestamp. */
  static final int MIN_LENGTH = 12;

  private static final int STREAM_HEADER_LENGTH = 8;
  private static final int TIMESTAMP_LENGTH = 4;
  private static final int ARRIVED = 0x8000;
  private static final int OFFSET_MASK = 0x1FFF;

  /** It arrived, but longer ago than the field can say, or at an unknown time. */
  private static final int NO_OFFSET = 0x1FFE;

  private byte[] buffer = new byte[0];
  private int position;
  private int streamsEnd;
  private int left;
  private int reportPosition;
  private int ssrc;
  private int sequence;
  private int metric;
  private long reportTime = -1;

  /**
   * Starts at the first report of a packet of kind {@link RtcpKind#CONGESTION_FEEDBACK}.
   *
   * @return false if its streams do not fit its length; then there is nothing to iterate
   */
  public boolean reset(byte[] buffer, int offset, int length) {
    this.buffer = buffer;
    left = 0;
    position = offset + RtcpHeader.LENGTH + 4;
    streamsEnd = offset + length - TIMESTAMP_LENGTH;
    int at = position;
    while (at + STREAM_HEADER_LENGTH <= streamsEnd) {
      at += STREAM_HEADER_LENGTH + reportBytes(at);
    }
    if (at != streamsEnd) {
      position = streamsEnd;
      return false;
    }
    int stamp = BigEndian.int32(buffer, streamsEnd);
    reportTime =
        reportTime < 0
            ? 0x1_0000_0000L + (stamp & 0xFFFF_FFFFL)
            : reportTime + (stamp - (int) reportTime);
    return true;
  }

  /** Moves to the next report of a packet. */
  public boolean next() {
    while (left == 0) {
      if (position >= streamsEnd) {
        return false;
      }
      ssrc = BigEndian.int32(buffer, position);
      sequence = (BigEndian.uint16(buffer, position + 4) - 1) & 0xFFFF;
      left = BigEndian.uint16(buffer, position + 6);
      reportPosition = position + STREAM_HEADER_LENGTH;
      position = reportPosition + reportBytes(position);
    }
    left--;
    sequence = (sequence + 1) & 0xFFFF;
    metric = BigEndian.uint16(buffer, reportPosition);
    reportPosition += 2;
    return true;
  }

  /** The stream of the current report. */
  public int ssrc() {
    return ssrc;
  }

  /** The RTP sequence number of the current report, 0..65535. */
  public int sequence() {
    return sequence;
  }

  /** Whether that packet had arrived when the report was made. */
  public boolean received() {
    return (metric & ARRIVED) != 0;
  }

  /** Whether {@link #arrivalNanos()} says something: the time of an old arrival is not told. */
  public boolean hasArrivalTime() {
    return received() && (metric & OFFSET_MASK) < NO_OFFSET;
  }

  /** The packet's ECN codepoint as it arrived, 0..3 (RFC 3168 §5). */
  public int ecn() {
    return (metric >>> 13) & 3;
  }

  /** When it arrived, on the receiver's clock; only if {@link #hasArrivalTime()}. */
  public long arrivalNanos() {
    // Ticks of 1/65536 s; the offset counts 1/1024 s.
    long ticks = reportTime - ((long) (metric & OFFSET_MASK) << 6);
    return (ticks * 1_000_000_000) >> 16;
  }

  /** Metric blocks are 16 bits each, padded to a word. */
  private int reportBytes(int at) {
    return (BigEndian.uint16(buffer, at + 6) + 1) / 2 * 4;
  }
}
