package dev.sluice.core.peer;

import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.NackGenerator;
import dev.sluice.core.ingress.SenderReportTime;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.time.MediaClock;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The RTCP that one peer is sent: receiver reports and transport-wide feedback for what it
 * publishes, NACK and PLI when something is missing, sender reports for its slots. All of it is
 * written where the peer's packets wait to leave.
 *
 * <p>Owner: the room's worker. Intervals: a first report 200 ms after the first packet (a browser
 * stops to repeat its stream ids once it has one), then one a second; transport-wide feedback every
 * 50 ms while packets arrive.
 */
final class PeerReports {
  private static final long REPORT_INTERVAL_NANOS = 1_000_000_000;
  private static final long FIRST_REPORT_NANOS = 200_000_000;
  private static final long FEEDBACK_INTERVAL_NANOS = 50_000_000;

  /** Room for the SRTCP trailer behind the plaintext. */
  private static final int TRAILER_BYTES = 64;

  private static final int MAX_RTCP_BYTES = 1200;

  /** Blocks in one report (RFC 3550 §6.4.1): with the longest CNAME they fit a datagram. */
  private static final int MAX_BLOCKS = 31;

  private static final long NEVER = Long.MAX_VALUE;

  private final PeerSession peer;
  private final MediaClock clock;
  private final int localSsrc;
  private final byte[] cname;
  private final RtcpWriter writer = new RtcpWriter();
  private final long[] missing = new long[NackGenerator.MAX_MISSING];

  private SourceTimeline timeline = (slot, now) -> -1;
  private boolean reducedSize;
  private boolean started;
  private boolean stale = true;
  private long deadlineNanos = NEVER;
  private long reportDueNanos = NEVER;
  private long feedbackDueNanos = NEVER;
  private int feedbackSsrc;
  private int reportedStreams;

  /**
   * @param cname its first 255 bytes count: that is what an item holds (RFC 3550 §6.5)
   */
  PeerReports(PeerSession peer, MediaClock clock, int localSsrc, byte[] cname) {
    this.peer = peer;
    this.clock = clock;
    this.localSsrc = localSsrc;
    this.cname = Arrays.copyOf(cname, Math.min(cname.length, RtcpWriter.MAX_CNAME_LENGTH));
  }

  void setReducedSize(boolean agreed) {
    reducedSize = agreed;
  }

  void setTimeline(SourceTimeline newTimeline) {
    timeline = newTimeline;
  }

  /** The SSRC that transport-wide feedback names; any of the peer's will do. */
  void noteMediaSsrc(int ssrc) {
    feedbackSsrc = ssrc;
  }

  /** Something happened that may bring a deadline nearer. */
  void wake() {
    stale = true;
    peer.noteDeadline();
  }

  long nextDeadlineNanos() {
    if (stale) {
      deadlineNanos = computeDeadline();
      stale = false;
    }
    return deadlineNanos;
  }

  void handleTimeout(long nowNanos) {
    if (!started && (!peer.streams().isEmpty() || !peer.slots().isEmpty())) {
      started = true;
      reportDueNanos = nowNanos + FIRST_REPORT_NANOS;
    }
    if (peer.arrivals().pending() && feedbackDueNanos == NEVER) {
      feedbackDueNanos = nowNanos + FEEDBACK_INTERVAL_NANOS;
    }
    sendRepairRequests(nowNanos);
    if (due(feedbackDueNanos, nowNanos)) {
      sendTransportFeedback(nowNanos);
      feedbackDueNanos = NEVER;
    }
    if (due(reportDueNanos, nowNanos)) {
      sendReports(nowNanos);
      reportDueNanos = nowNanos + REPORT_INTERVAL_NANOS;
    }
    wake();
  }

  private static boolean due(long deadline, long nowNanos) {
    return deadline != NEVER && deadline - nowNanos <= 0;
  }

  private long computeDeadline() {
    boolean unstarted = !started && (!peer.streams().isEmpty() || !peer.slots().isEmpty());
    boolean unscheduled = peer.arrivals().pending() && feedbackDueNanos == NEVER;
    if (unstarted || unscheduled) {
      return Long.MIN_VALUE;
    }
    long next = Math.min(reportDueNanos, feedbackDueNanos);
    List<IngressStream> streams = peer.streams();
    for (int i = 0; i < streams.size(); i++) {
      IngressStream stream = streams.get(i);
      next = Math.min(next, stream.nacks().nextDeadlineNanos());
      next = Math.min(next, stream.keyframes().nextDeadlineNanos());
    }
    return next;
  }

  private void sendRepairRequests(long nowNanos) {
    List<IngressStream> streams = peer.streams();
    for (int i = 0; i < streams.size(); i++) {
      IngressStream stream = streams.get(i);
      NegotiatedCodec codec = stream.codec();
      if (codec == null) {
        continue;
      }
      int count = stream.nacks().collect(missing, peer.roundTripNanos(), nowNanos);
      if (stream.nacks().takeOverflow() && stream.track().section().kind() == MediaKind.VIDEO) {
        stream.keyframes().want();
      }
      if (count > 0 && codec.nack()) {
        sendNack(stream, count, nowNanos);
      }
      if (stream.keyframes().poll(nowNanos)) {
        sendKeyframeRequest(stream, codec, nowNanos);
      }
    }
  }

  private void sendNack(IngressStream stream, int count, long nowNanos) {
    int from = 0;
    while (from < count && begin()) {
      int next = writer.nack(localSsrc, stream.ssrc(), missing, from, count);
      peer.egress().sendRtcp(writer.length(), nowNanos);
      if (next == from) {
        return;
      }
      from = next;
    }
  }

  private void sendKeyframeRequest(IngressStream stream, NegotiatedCodec codec, long nowNanos) {
    if (!codec.pli() && !codec.fir()) {
      return;
    }
    if (begin()) {
      if (codec.pli()) {
        writer.pli(localSsrc, stream.ssrc());
      } else {
        writer.fir(localSsrc, stream.ssrc(), (int) stream.keyframes().sent());
      }
      peer.egress().sendRtcp(writer.length(), nowNanos);
    }
  }

  private void sendTransportFeedback(long nowNanos) {
    while (peer.arrivals().pending() && begin()) {
      if (!writer.transportFeedback(peer.arrivals(), localSsrc, feedbackSsrc)) {
        return;
      }
      peer.egress().sendRtcp(writer.length(), nowNanos);
    }
  }

  private void sendReports(long nowNanos) {
    List<EgressSlot> slots = peer.slots();
    EgressSlot first = null;
    for (int i = 0; i < slots.size(); i++) {
      EgressSlot slot = slots.get(i);
      if (slot.packetsSent() > 0 && slot.currentStreamId() != EgressSlot.NOTHING) {
        sendSenderReport(slot, first == null, nowNanos);
        first = first == null ? slot : first;
      }
    }
    if (first == null) {
      reportedStreams = 0;
    }
    while (reportedStreams < peer.streams().size() && beginDatagram()) {
      writer.receiverReport(localSsrc);
      addReportBlocks(nowNanos);
      writer.cname(localSsrc, cname);
      peer.egress().sendRtcp(writer.length(), nowNanos);
    }
  }

  private void sendSenderReport(EgressSlot slot, boolean withBlocks, long nowNanos) {
    if (!beginDatagram()) {
      return;
    }
    long timestamp = slot.timestampAt(timeline.timestampAt(slot, nowNanos), nowNanos);
    writer.senderReport(
        slot.ssrc(), clock.ntpTime(nowNanos), timestamp, slot.packetsSent(), slot.octetsSent());
    if (withBlocks) {
      reportedStreams = 0;
      addReportBlocks(nowNanos);
    }
    writer.cname(slot.ssrc(), cname);
    peer.egress().sendRtcp(writer.length(), nowNanos);
  }

  /** Adds the next streams to a report, as many as one can hold. */
  private void addReportBlocks(long nowNanos) {
    List<IngressStream> streams = peer.streams();
    int blocks = 0;
    while (reportedStreams < streams.size() && blocks < MAX_BLOCKS) {
      IngressStream stream = streams.get(reportedStreams++);
      if (!stream.reception().started() || stream.ended()) {
        continue;
      }
      SenderReportTime report = stream.lastReport();
      int delay = report.known() ? MediaClock.compactOfNanos(nowNanos - report.arrivalNanos()) : 0;
      writer.reportBlock(
          stream.reception(), stream.ssrc(), report.known() ? report.compactNtp() : 0, delay);
      blocks++;
    }
  }

  /**
   * Says goodbye to one slot, or to all and to the server itself. A whole compound, whatever was
   * agreed: a goodbye is no feedback (RFC 5506 §4.1).
   */
  void sayGoodbye(@Nullable EgressSlot only, long nowNanos) {
    if (!beginDatagram()) {
      return;
    }
    writer.receiverReport(localSsrc);
    writer.cname(localSsrc, cname);
    List<EgressSlot> slots = peer.slots();
    for (int i = 0; only == null && i < slots.size(); i++) {
      if (slots.get(i).packetsSent() > 0) {
        writer.bye(slots.get(i).ssrc());
      }
    }
    writer.bye(only == null ? localSsrc : only.ssrc());
    peer.egress().sendRtcp(writer.length(), nowNanos);
  }

  /**
   * Starts a datagram of feedback: alone where reduced size was agreed, else behind an empty report
   * (RFC 5506).
   */
  private boolean begin() {
    if (!beginDatagram()) {
      return false;
    }
    if (!reducedSize) {
      writer.receiverReport(localSsrc);
      writer.cname(localSsrc, cname);
    }
    return true;
  }

  private boolean beginDatagram() {
    Outbox out = peer.egress().claim();
    if (out == null) {
      return false;
    }
    int room = DatagramBatch.MAX_DATAGRAM_BYTES - TRAILER_BYTES;
    writer.begin(out.buffer(), out.nextOffset(), Math.min(MAX_RTCP_BYTES, room));
    return true;
  }
}
