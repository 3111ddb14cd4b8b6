package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * Writes the packets of one RTCP datagram, one after the other, into an array of the caller. The
 * order is the caller's: a compound starts with a report and has a CNAME (RFC 3550 §6.1), a
 * reduced-size one need not (RFC 5506). Report blocks, descriptions and goodbyes that follow each
 * other share a packet up to the 31 that its count can say.
 *
 * <p>Each method answers whether its packet fitted; if not, the datagram is as it was before.
 * Reusable, allocates nothing; owned by the thread that owns the peer.
 */
public final class RtcpWriter {

  /** The most bytes of a CNAME (RFC 3550 §6.5). */
  public static final int MAX_CNAME_LENGTH = 255;

  private byte[] out = new byte[0];
  private int start;
  private int position;
  private int end;
  private int openPacket;
  private int openType;
  private int reporterSsrc;

  /** Starts an empty datagram of at most {@code maxLength} bytes at {@code out[offset]}. */
  public void begin(byte[] out, int offset, int maxLength) {
    this.out = out;
    start = offset;
    position = offset;
    end = Math.min(out.length, offset + maxLength);
    openType = 0;
  }

  /** Bytes written so far: the length of the datagram. */
  public int length() {
    return position - start;
  }

  /**
   * Adds a sender report (RFC 3550 §6.4.1).
   *
   * @param ntpTime Q32.32
   * @param rtpTimestamp the media time of the same instant; the low 32 bits count
   * @param packetCount RTP packets sent, the low 32 bits count
   * @param octetCount payload bytes sent, the low 32 bits count
   */
  public boolean senderReport(
      int senderSsrc, long ntpTime, long rtpTimestamp, long packetCount, long octetCount) {
    if (!fits(SenderReport.FIXED_LENGTH)) {
      return false;
    }
    BigEndian.putInt32(out, position + 4, senderSsrc);
    BigEndian.putInt64(out, position + 8, ntpTime);
    BigEndian.putInt32(out, position + 16, (int) rtpTimestamp);
    BigEndian.putInt32(out, position + 20, (int) packetCount);
    BigEndian.putInt32(out, position + 24, (int) octetCount);
    reporterSsrc = senderSsrc;
    open(RtcpHeader.SENDER_REPORT, SenderReport.FIXED_LENGTH);
    return true;
  }

  /** Adds a receiver report (RFC 3550 §6.4.2) that is still without blocks. */
  public boolean receiverReport(int senderSsrc) {
    if (!fits(ReceiverReport.FIXED_LENGTH)) {
      return false;
    }
    BigEndian.putInt32(out, position + 4, senderSsrc);
    reporterSsrc = senderSsrc;
    open(RtcpHeader.RECEIVER_REPORT, ReceiverReport.FIXED_LENGTH);
    return true;
  }

  /**
   * Adds a block to the report before it; the 32nd opens a further receiver report.
   *
   * @param lastSr compact NTP time of the source's last sender report, 0 if there was none
   * @param delaySinceLastSr the time since then in 1/65536 s
   * @throws IllegalStateException if no report comes before it
   */
  public boolean reportBlock(
      ReceptionStatistics statistics, int mediaSsrc, int lastSr, int delaySinceLastSr) {
    if (openType != RtcpHeader.SENDER_REPORT && openType != RtcpHeader.RECEIVER_REPORT) {
      throw new IllegalStateException("a report block follows a report");
    }
    boolean full = openCount() == RtcpHeader.MAX_COUNT;
    if (!fits(ReportBlock.LENGTH + (full ? ReceiverReport.FIXED_LENGTH : 0))) {
      return false;
    }
    if (full) {
      receiverReport(reporterSsrc);
    }
    statistics.writeReportBlock(out, position, mediaSsrc, lastSr, delaySinceLastSr);
    extend(ReportBlock.LENGTH);
    return true;
  }

  /**
   * Adds the CNAME of a source (RFC 3550 §6.5.1).
   *
   * @throws IllegalArgumentException if it is longer than the 255 bytes of an item
   */
  public boolean cname(int ssrc, byte[] cname) {
    if (cname.length > MAX_CNAME_LENGTH) {
      throw new IllegalArgumentException("a CNAME has at most 255 bytes");
    }
    int chunkLength = Sdes.chunkLength(cname);
    if (!openShared(RtcpHeader.SDES, chunkLength)) {
      return false;
    }
    Sdes.writeChunk(out, position, ssrc, cname);
    extend(chunkLength);
    return true;
  }

  /** Says that a source has ended (RFC 3550 §6.6). */
  public boolean bye(int ssrc) {
    if (!openShared(RtcpHeader.BYE, 4)) {
      return false;
    }
    BigEndian.putInt32(out, position, ssrc);
    extend(4);
    return true;
  }

  /**
   * Asks for the packets {@code missing[from..to)}, ascending and unwrapped (RFC 4585 §6.2.1).
   *
   * @return the index of the first number that did not fit: {@code to} if all did, {@code from} if
   *     nothing was written
   */
  public int nack(int senderSsrc, int mediaSsrc, long[] missing, int from, int to) {
    if (from >= to || !fits(RtcpHeader.FEEDBACK_LENGTH + Nack.ENTRY_LENGTH)) {
      return from;
    }
    int entriesStart = position + RtcpHeader.FEEDBACK_LENGTH;
    long written = Nack.writeEntries(out, entriesStart, end, missing, from, to);
    int length = RtcpHeader.FEEDBACK_LENGTH + Nack.ENTRY_LENGTH * (int) (written >>> 32);
    RtcpHeader.write(out, position, Nack.FORMAT, RtcpHeader.TRANSPORT_LAYER_FEEDBACK, length);
    RtcpHeader.writeFeedbackSsrcs(out, position, senderSsrc, mediaSsrc);
    close(length);
    return (int) written;
  }

  /** Asks for a keyframe (RFC 4585 §6.3.1). */
  public boolean pli(int senderSsrc, int mediaSsrc) {
    if (!fits(Pli.LENGTH)) {
      return false;
    }
    Pli.write(out, position, senderSsrc, mediaSsrc);
    close(Pli.LENGTH);
    return true;
  }

  /**
   * Asks for a keyframe (RFC 5104 §4.3.1).
   *
   * @param commandSequence one more than for the request before it to this source, modulo 256; the
   *     same for a repetition
   */
  public boolean fir(int senderSsrc, int mediaSsrc, int commandSequence) {
    if (!fits(Fir.LENGTH)) {
      return false;
    }
    Fir.write(out, position, senderSsrc, mediaSsrc, commandSequence);
    close(Fir.LENGTH);
    return true;
  }

  /** Says how much may be sent on the first {@code ssrcCount} of {@code ssrcs} together. */
  public boolean remb(int senderSsrc, long bitrateBps, int[] ssrcs, int ssrcCount) {
    int length = Remb.FIXED_LENGTH + 4 * ssrcCount;
    if (ssrcCount > Remb.MAX_SSRCS || !fits(length)) {
      return false;
    }
    Remb.write(out, position, senderSsrc, bitrateBps, ssrcs, ssrcCount);
    close(length);
    return true;
  }

  /** Adds one feedback packet of what the recorder has pending; false if there was none. */
  public boolean transportFeedback(
      TransportFeedbackRecorder recorder, int senderSsrc, int mediaSsrc) {
    int length = recorder.write(out, position, end - position, senderSsrc, mediaSsrc);
    close(length);
    return length > 0;
  }

  private boolean fits(int length) {
    return position + length <= end;
  }

  /** Makes sure that the open packet is of this type, has a count to spare and room for an item. */
  private boolean openShared(int packetType, int itemLength) {
    boolean shared = openType == packetType && openCount() < RtcpHeader.MAX_COUNT;
    if (!fits(itemLength + (shared ? 0 : RtcpHeader.LENGTH))) {
      return false;
    }
    if (!shared) {
      open(packetType, RtcpHeader.LENGTH);
    }
    return true;
  }

  private void open(int packetType, int length) {
    openPacket = position;
    openType = packetType;
    RtcpHeader.write(out, position, 0, packetType, length);
    position += length;
  }

  private int openCount() {
    return RtcpHeader.count(out, openPacket);
  }

  /** Takes one item more, already written, into the open packet. */
  private void extend(int length) {
    position += length;
    RtcpHeader.write(out, openPacket, openCount() + 1, openType, position - openPacket);
  }

  /** Ends a packet that takes no further items. */
  private void close(int length) {
    position += length;
    if (length > 0) {
      openType = 0;
    }
  }
}
