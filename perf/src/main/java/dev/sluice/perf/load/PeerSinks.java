package dev.sluice.perf.load;

import dev.sluice.core.rtcp.Fir;
import dev.sluice.core.rtcp.Nack;
import dev.sluice.core.rtcp.NackReader;
import dev.sluice.core.rtcp.Pli;
import dev.sluice.core.rtcp.RtcpReader;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.rtcp.SenderReport;
import dev.sluice.core.rtcp.TransportFeedbackRecorder;
import dev.sluice.core.rtp.BigEndian;
import dev.sluice.core.rtp.IntMap;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.Rtx;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpReceiver;
import dev.sluice.core.time.MediaClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one participant receives, and what it says about it: receiver reports each second, NACKs,
 * transport-wide feedback each 100 ms, and the sender reports of what it publishes. Owner: the
 * loop.
 */
final class PeerSinks {
  private static final int MAX_STREAMS = 256;
  private static final int RTCP_BYTES = 1200;
  private static final long REPORT_NANOS = 1_000_000_000;
  private static final long FEEDBACK_NANOS = 100_000_000;
  private static final long ROUND_TRIP_NANOS = 20_000_000;

  private final Options options;
  private final @Nullable LoadPeer peer;
  private final byte[] cname;
  private final int reporter;
  private final SplittableRandom random;
  private final IntMap<SinkStream> bySsrc = new IntMap<>(MAX_STREAMS);
  private final List<SinkStream> streams = new ArrayList<>();
  private final TransportFeedbackRecorder arrivals = new TransportFeedbackRecorder();
  private final RtcpWriter writer = new RtcpWriter();
  private final RtcpReader reader = new RtcpReader();
  private final NackReader nackReader = new NackReader();
  private final byte[] plain = new byte[2048];
  private final byte[] rtcp = new byte[RTCP_BYTES + 64];
  private final long[] missing = new long[64];
  private Map<Integer, Integer> rtxOf = Map.of();
  private @Nullable SrtpReceiver receiver;
  private long reportDueNanos;
  private long feedbackDueNanos;
  private long packets;

  /**
   * How participants receive.
   *
   * @param decryptEvery 1 to decrypt each packet, n for each n-th
   * @param loss the share of packets that is lost before they are looked at
   */
  record Options(Tally tally, int decryptEvery, double loss) {}

  /**
   * @param peer by which it reports, or null for no reports
   */
  PeerSinks(Options options, @Nullable LoadPeer peer, Offer.Identity identity) {
    this.options = options;
    this.peer = peer;
    cname = identity.cname().getBytes(StandardCharsets.US_ASCII);
    reporter = (int) identity.ssrc() + 1;
    random = new SplittableRandom(identity.ssrc());
  }

  void setRtxOf(Map<Integer, Integer> mediaByRtx) {
    rtxOf = mediaByRtx;
  }

  void connect(SrtpKeys keys, SrtpCiphers ciphers) {
    receiver =
        new SrtpReceiver(keys.profile(), keys.serverKey(), keys.serverSalt(), ciphers, MAX_STREAMS);
  }

  /** All streams that have come. */
  List<SinkStream> streams() {
    return streams;
  }

  void handleRtp(byte[] datagram, int length, long arrivalNanos) {
    SrtpReceiver keys = receiver;
    Tally tally = options.tally();
    if (keys == null || !RtpPacket.hasValidHeader(datagram, 0, length)) {
      return;
    }
    if (options.loss() > 0 && random.nextDouble() < options.loss()) {
      tally.lostOnPurpose++;
      return;
    }
    int payloadType = RtpPacket.payloadType(datagram, 0);
    long place = RtpPacket.findExtension(datagram, 0, Offer.TRANSPORT_SEQUENCE_ID);
    if (place != RtpPacket.NO_EXTENSION) {
      int number = TransportSequence.read(datagram, RtpPacket.extensionOffset(place));
      boolean ignored = arrivals.record(number, arrivalNanos);
    }
    tally.bytes += length;
    boolean retransmission = payloadType == Offer.VP8_RTX;
    packets++;
    int size = length;
    boolean decrypted = retransmission || packets % options.decryptEvery() == 0;
    if (decrypted) {
      size = keys.unprotectRtp(datagram, 0, length, plain, 0);
      if (size < 0) {
        tally.countRefused(SrtpReceiver.reason(size));
        return;
      }
      tally.decrypted++;
    }
    if (retransmission) {
      handleRetransmission(size, arrivalNanos);
      return;
    }
    tally.packets++;
    stream(RtpPacket.ssrc(datagram, 0), payloadType == Offer.VP8)
        .handlePacket(
            RtpPacket.sequence(datagram, 0), RtpPacket.timestamp(datagram, 0), arrivalNanos);
    if (decrypted) {
      tally.delays.record(arrivalNanos - BigEndian.int64(plain, size - Long.BYTES));
    }
  }

  private void handleRetransmission(int size, long arrivalNanos) {
    Integer media = rtxOf.get(RtpPacket.ssrc(plain, 0));
    if (media == null || Rtx.isPaddingOnly(plain, 0, size)) {
      return;
    }
    options.tally().retransmissions++;
    stream(media, true).handleRetransmission(Rtx.originalSequence(plain, 0, size), arrivalNanos);
  }

  private SinkStream stream(int ssrc, boolean video) {
    SinkStream known = bySsrc.find(ssrc);
    if (known != null) {
      return known;
    }
    SinkStream created = new SinkStream(ssrc, video);
    if (bySsrc.put(ssrc, created)) {
      streams.add(created);
    }
    return created;
  }

  void handleRtcp(
      List<MediaSource> sources, LoadPeer by, byte[] datagram, int length, long arrivalNanos) {
    SrtpReceiver keys = receiver;
    int size = keys == null ? -1 : keys.unprotectRtcp(datagram, 0, length, plain, 0);
    if (size < 0) {
      return;
    }
    options.tally().rtcp++;
    reader.reset(plain, 0, size);
    while (reader.next()) {
      int at = reader.offset();
      switch (reader.kind()) {
        case SENDER_REPORT -> {
          SinkStream reported = bySsrc.find(SenderReport.senderSsrc(plain, at));
          if (reported != null) {
            reported.lastReport = MediaClock.compactNtp(SenderReport.ntpTime(plain, at));
            reported.lastReportNanos = arrivalNanos;
          }
        }
        case PLI -> keyframe(sources, Pli.mediaSsrc(plain, at));
        case FIR -> keyframe(sources, Fir.ssrc(plain, at, 0));
        case NACK -> {
          int ssrc = Nack.mediaSsrc(plain, at);
          nackReader.reset(plain, at, reader.length());
          for (int wanted = nackReader.next(); wanted >= 0; wanted = nackReader.next()) {
            for (MediaSource source : sources) {
              if (source.ssrc() == ssrc) {
                source.handleNack(by, wanted);
              }
            }
          }
        }
        case RECEIVER_REPORT,
            SDES,
            BYE,
            REMB,
            TRANSPORT_FEEDBACK,
            CONGESTION_FEEDBACK,
            UNKNOWN -> {}
      }
    }
  }

  private static void keyframe(List<MediaSource> sources, int ssrc) {
    for (MediaSource source : sources) {
      if (source.ssrc() == ssrc) {
        source.handleKeyframeRequest();
      }
    }
  }

  /** Sends the RTCP that is due. */
  void handleTimeout(List<MediaSource> sources, long nowNanos) {
    LoadPeer out = peer;
    if (out == null) {
      return;
    }
    for (int i = 0; i < streams.size(); i++) {
      SinkStream stream = streams.get(i);
      int count = stream.video ? stream.nacks.collect(missing, ROUND_TRIP_NANOS, nowNanos) : 0;
      if (count > 0) {
        options.tally().nacks++;
        writer.begin(rtcp, 0, RTCP_BYTES);
        writer.nack(reporter, stream.ssrc, missing, 0, count);
        out.sendRtcp(rtcp, writer.length());
      }
      if (stream.nacks.takeOverflow()) {
        writer.begin(rtcp, 0, RTCP_BYTES);
        writer.pli(reporter, stream.ssrc);
        out.sendRtcp(rtcp, writer.length());
      }
    }
    if (feedbackDueNanos <= nowNanos) {
      feedbackDueNanos = nowNanos + FEEDBACK_NANOS;
      while (arrivals.pending()) {
        writer.begin(rtcp, 0, RTCP_BYTES);
        writer.transportFeedback(arrivals, reporter, 0);
        out.sendRtcp(rtcp, writer.length());
      }
    }
    if (reportDueNanos <= nowNanos) {
      reportDueNanos = nowNanos + REPORT_NANOS + random.nextLong(REPORT_NANOS / 10);
      report(out, sources, nowNanos);
    }
  }

  private void report(LoadPeer out, List<MediaSource> sources, long nowNanos) {
    writer.begin(rtcp, 0, RTCP_BYTES);
    for (MediaSource source : sources) {
      if (source.packetsSent() > 0) {
        writer.senderReport(
            source.ssrc(),
            LoadPeer.ntp(nowNanos),
            source.timestamp(nowNanos),
            source.packetsSent(),
            source.octetsSent());
      }
    }
    if (writer.length() == 0) {
      writer.receiverReport(reporter);
    }
    for (SinkStream stream : streams) {
      int delay =
          stream.lastReport == 0 ? 0 : MediaClock.compactOfNanos(nowNanos - stream.lastReportNanos);
      writer.reportBlock(stream.statistics, stream.ssrc, stream.lastReport, delay);
    }
    writer.cname(reporter, cname);
    out.sendRtcp(rtcp, writer.length());
  }
}
