package dev.sluice.core.peer;

import dev.sluice.core.bandwidth.BandwidthEstimator;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.rtcp.Bye;
import dev.sluice.core.rtcp.CongestionFeedbackReader;
import dev.sluice.core.rtcp.Fir;
import dev.sluice.core.rtcp.Nack;
import dev.sluice.core.rtcp.NackReader;
import dev.sluice.core.rtcp.Pli;
import dev.sluice.core.rtcp.ReceiverReport;
import dev.sluice.core.rtcp.Remb;
import dev.sluice.core.rtcp.ReportBlock;
import dev.sluice.core.rtcp.RtcpReader;
import dev.sluice.core.rtcp.SenderReport;
import dev.sluice.core.rtcp.TransportFeedbackReader;
import dev.sluice.core.time.MediaClock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over what a peer's RTCP datagram asks for. Reports are taken in on the way; a wish that
 * concerns another peer's stream is handed out for the room to route.
 *
 * <p>Owner: the room's worker. One datagram yields at most {@link #MAX_WISHES} wishes, so that a
 * forged or greedy one costs little.
 */
public final class PeerFeedback {
  /** The most wishes of one datagram. */
  public static final int MAX_WISHES = 512;

  /** What a wish is for. */
  public enum Wish {
    /** A keyframe of what {@link #slot()} shows. */
    KEYFRAME,
    /** The packet that {@link #slot()} sent as {@link #sequence()} once more. */
    RETRANSMISSION
  }

  private final PeerSession peer;
  private final MediaClock clock;
  private final DropCounters drops;
  private final RtcpReader reader = new RtcpReader();
  private final NackReader nacks = new NackReader();
  private final TransportFeedbackReader transportFeedback = new TransportFeedbackReader();
  private final CongestionFeedbackReader congestionFeedback = new CongestionFeedbackReader();
  private byte[] buffer = new byte[0];
  private boolean inNack;
  private int firIndex;
  private int firCount;
  private int wishes;
  private Wish wish = Wish.KEYFRAME;
  private @Nullable EgressSlot slot;
  private int sequence;

  PeerFeedback(PeerSession peer, MediaClock clock, DropCounters drops) {
    this.peer = peer;
    this.clock = clock;
    this.drops = drops;
  }

  void reset(byte[] rtcp, int offset, int length) {
    buffer = rtcp;
    inNack = false;
    firIndex = 0;
    firCount = 0;
    wishes = 0;
    reader.reset(rtcp, offset, length);
  }

  /** Goes on to the next wish; false at the end of the datagram. */
  public boolean next(long nowNanos) {
    while (wishes < MAX_WISHES) {
      if (nextOfOpenPacket()) {
        wishes++;
        return true;
      }
      if (!reader.next()) {
        if (reader.malformed()) {
          drops.count(DropReason.MALFORMED);
        }
        return false;
      }
      if (open(nowNanos)) {
        wishes++;
        return true;
      }
    }
    return false;
  }

  public Wish wish() {
    return wish;
  }

  /** The slot that the wish is about. */
  public EgressSlot slot() {
    if (slot == null) {
      throw new IllegalStateException("next() has not returned true");
    }
    return slot;
  }

  /** The lost packet's sequence number, 16 bits. */
  public int sequence() {
    return sequence;
  }

  private boolean nextOfOpenPacket() {
    if (inNack) {
      sequence = nacks.next();
      inNack = sequence >= 0;
      wish = Wish.RETRANSMISSION;
      return inNack;
    }
    while (firIndex < firCount) {
      slot = peer.slotOf(Fir.ssrc(buffer, reader.offset(), firIndex++));
      wish = Wish.KEYFRAME;
      if (slot != null) {
        return true;
      }
    }
    return false;
  }

  /** Takes the packet in; true when it is a wish by itself. */
  private boolean open(long nowNanos) {
    int offset = reader.offset();
    switch (reader.kind()) {
      case SENDER_REPORT -> handleSenderReport(offset, nowNanos);
      case RECEIVER_REPORT ->
          handleBlocks(
              ReceiverReport.reportBlockOffset(offset, 0),
              ReceiverReport.reportBlockCount(buffer, offset),
              nowNanos);
      case NACK -> {
        slot = peer.slotOf(Nack.mediaSsrc(buffer, offset));
        inNack = slot != null;
        nacks.reset(buffer, offset, reader.length());
      }
      case FIR -> {
        firIndex = 0;
        firCount = Fir.entryCount(reader.length());
      }
      case PLI -> {
        slot = peer.slotOf(Pli.mediaSsrc(buffer, offset));
        wish = Wish.KEYFRAME;
        return slot != null;
      }
      case BYE -> handleGoodbye(offset);
      case TRANSPORT_FEEDBACK -> {
        if (transportFeedback.reset(buffer, offset, reader.length())) {
          peer.egress().congestion().handleTransportFeedback(transportFeedback, nowNanos);
        }
      }
      case CONGESTION_FEEDBACK -> {
        if (congestionFeedback.reset(buffer, offset, reader.length())) {
          peer.egress().handleCongestionFeedback(congestionFeedback, nowNanos);
        }
      }
      case REMB ->
          peer.egress()
              .congestion()
              .estimator()
              .handleRemb(Remb.bitrateBps(buffer, offset), nowNanos);
      case SDES, UNKNOWN -> {}
    }
    return false;
  }

  private void handleGoodbye(int offset) {
    for (int i = 0; i < Bye.ssrcCount(buffer, offset); i++) {
      peer.handleGoodbye(Bye.ssrc(buffer, offset, i));
    }
  }

  private void handleSenderReport(int offset, long nowNanos) {
    int ssrc = SenderReport.senderSsrc(buffer, offset);
    List<IngressStream> streams = peer.streams();
    for (int i = 0; i < streams.size(); i++) {
      IngressStream stream = streams.get(i);
      if (stream.ssrc() == ssrc) {
        long ntpTime = SenderReport.ntpTime(buffer, offset);
        long senderNanos = clock.monotonicNanos(ntpTime);
        stream
            .lastReport()
            .set(
                senderNanos,
                SenderReport.rtpTimestamp(buffer, offset),
                MediaClock.compactNtp(ntpTime),
                nowNanos);
        stream.track().clock().handleReport(senderNanos, nowNanos);
      }
    }
    handleBlocks(
        SenderReport.reportBlockOffset(offset, 0),
        SenderReport.reportBlockCount(buffer, offset),
        nowNanos);
  }

  private void handleBlocks(int first, int count, long nowNanos) {
    BandwidthEstimator estimator = peer.egress().congestion().estimator();
    for (int i = 0; i < count; i++) {
      int offset = first + i * ReportBlock.LENGTH;
      EgressSlot reported = peer.slotOf(ReportBlock.ssrc(buffer, offset));
      if (reported == null) {
        continue;
      }
      int fractionLost256 = ReportBlock.fractionLost256(buffer, offset);
      reported
          .reception()
          .handleReport(
              fractionLost256,
              ReportBlock.cumulativeLost(buffer, offset),
              ReportBlock.jitterTicks(buffer, offset));
      estimator.handleReceiverLoss(fractionLost256, nowNanos);
      long roundTrip =
          MediaClock.roundTripNanos(
              clock.compactNtpTime(nowNanos),
              ReportBlock.lastSr(buffer, offset),
              ReportBlock.delaySinceLastSr(buffer, offset));
      if (roundTrip >= 0) {
        peer.handleRoundTrip(roundTrip);
      }
    }
  }
}
