package dev.sluice.core.peer;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PacketHistory;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.rtcp.TransportFeedbackRecorder;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.Rtx;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpReceiver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way in of one peer connection: decrypts what comes straight into the history of its stream,
 * turns retransmissions back into what was lost, and notes when what has arrived.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
final class PeerIngress {
  /**
   * The most SSRCs over the life of the session. SRTP state is kept when a stream ends: a browser
   * that sends again on the same m-line goes on with its SSRC and rollover counter, and a forgotten
   * window would let old packets in again.
   */
  private static final int MAX_STREAMS_EVER = 1024;

  private static final int SCRATCH_BYTES = 2 * PacketHistory.MAX_PACKET_BYTES;

  private final IngressBindings bindings;
  private final PeerReports reports;
  private final DropCounters drops;
  private final @Nullable PacketTap tap;
  private final TransportFeedbackRecorder arrivals = new TransportFeedbackRecorder();

  /** For what has no history of its own: RTCP, retransmissions, streams that are not known yet. */
  private final byte[] scratch = new byte[SCRATCH_BYTES];

  /** Sees what comes as long as somebody captures it. */
  private @Nullable PacketTap capture;

  private @Nullable SrtpReceiver receiver;
  private int transportSequenceId;
  private long packetsReceived;
  private long bytesReceived;

  /**
   * Without keys: it drops everything until {@link #connect}.
   *
   * @param reports told of what there is to report
   * @param drops what is dropped is counted here
   */
  PeerIngress(
      IngressBindings bindings, PeerReports reports, DropCounters drops, @Nullable PacketTap tap) {
    this.bindings = bindings;
    this.reports = reports;
    this.drops = drops;
    this.tap = tap;
  }

  /** Decrypts with these keys from now on. */
  void connect(SrtpKeys keys, SrtpCiphers ciphers) {
    receiver =
        new SrtpReceiver(
            keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers, MAX_STREAMS_EVER);
  }

  /** Another thread owns this from now on, with these ciphers. */
  void moveTo(SrtpCiphers ciphers) {
    if (receiver != null) {
      receiver.moveTo(ciphers);
    }
  }

  /** Says what the peer publishes now; gives the streams that have ended. */
  List<IngressStream> setTracks(List<PublishedTrack> tracks) {
    return bindings.setTracks(tracks);
  }

  /** Under which id packets carry their transport-wide number; 0 for none. */
  void setTransportSequenceId(int id) {
    transportSequenceId = id;
  }

  void setCapture(@Nullable PacketTap newCapture) {
    capture = newCapture;
  }

  /** See {@link PeerSession#handleRtp}. */
  @Nullable IngressStream handleRtp(
      byte[] datagram, int offset, int length, MediaPacket out, long nowNanos) {
    SrtpReceiver keys = receiver;
    if (keys == null) {
      return dropped(DropReason.NO_KEYS);
    }
    if (length > PacketHistory.MAX_PACKET_BYTES) {
      return dropped(DropReason.OVERSIZED);
    }
    if (!RtpPacket.hasValidHeader(datagram, offset, length)) {
      return dropped(DropReason.MALFORMED);
    }
    packetsReceived++;
    bytesReceived += length;
    IngressBindings.Binding binding = bindings.find(RtpPacket.ssrc(datagram, offset));
    if (binding != null && !binding.rtx()) {
      PacketHistory history = binding.stream().history();
      int place = history.reserve();
      int size = keys.unprotectRtp(datagram, offset, length, history.arena(), place);
      if (size < 0) {
        return dropped(SrtpReceiver.reason(size));
      }
      tapReceived(history.arena(), place, size, nowNanos);
      return handleMedia(binding.stream(), history.arena(), place, size, false, out, nowNanos);
    }
    int size = keys.unprotectRtp(datagram, offset, length, scratch, 0);
    if (size < 0) {
      return dropped(SrtpReceiver.reason(size));
    }
    tapReceived(scratch, 0, size, nowNanos);
    if (!RtpPacket.isValid(scratch, 0, size)) {
      return dropped(DropReason.MALFORMED);
    }
    if (binding == null) {
      binding = bindings.bind(scratch, 0);
    }
    if (binding == null) {
      recordArrival(scratch, 0, nowNanos);
      return dropped(DropReason.UNKNOWN_STREAM);
    }
    return binding.rtx()
        ? handleRetransmission(binding.stream(), size, out, nowNanos)
        : handleScratch(binding.stream(), 0, size, false, out, nowNanos);
  }

  /**
   * Decrypts one SRTCP packet into {@link #rtcp()}.
   *
   * @return the length of the compound packet, or negative when it was dropped (and counted)
   */
  int openRtcp(byte[] datagram, int offset, int length, long nowNanos) {
    SrtpReceiver keys = receiver;
    DropReason reason = null;
    int size = -1;
    if (keys == null) {
      reason = DropReason.NO_KEYS;
    } else if (length > PacketHistory.MAX_PACKET_BYTES) {
      reason = DropReason.OVERSIZED;
    } else {
      size = keys.unprotectRtcp(datagram, offset, length, scratch, 0);
      reason = size < 0 ? SrtpReceiver.reason(size) : null;
    }
    if (reason != null) {
      drops.count(reason);
      return -1;
    }
    packetsReceived++;
    bytesReceived += length;
    tapReceived(scratch, 0, size, nowNanos);
    return size;
  }

  /** Where {@link #openRtcp} leaves the packet, until the next one comes. */
  byte[] rtcp() {
    return scratch;
  }

  /** The peer says that one of its streams has ended. */
  void handleGoodbye(int ssrc) {
    IngressBindings.Binding binding = bindings.find(ssrc);
    if (binding != null && !binding.rtx()) {
      binding.stream().handleGoodbye();
      reports.wake();
    }
  }

  List<IngressStream> streams() {
    return bindings.streams();
  }

  /** What transport-wide feedback is made of. */
  TransportFeedbackRecorder arrivals() {
    return arrivals;
  }

  /** Datagrams received that were RTP or RTCP in form. */
  long packetsReceived() {
    return packetsReceived;
  }

  long bytesReceived() {
    return bytesReceived;
  }

  private @Nullable IngressStream handleRetransmission(
      IngressStream stream, int size, MediaPacket out, long nowNanos) {
    recordArrival(scratch, 0, nowNanos);
    NegotiatedCodec codec = codecOfRtx(stream, RtpPacket.payloadType(scratch, 0));
    if (codec == null) {
      return dropped(DropReason.UNKNOWN_PAYLOAD_TYPE);
    }
    if (!Rtx.restoreOriginal(scratch, 0, size, codec.payloadType(), stream.ssrc())) {
      return dropped(DropReason.NOT_WANTED);
    }
    return handleScratch(stream, Rtx.OVERHEAD, size - Rtx.OVERHEAD, true, out, nowNanos);
  }

  private @Nullable IngressStream handleScratch(
      IngressStream stream,
      int from,
      int size,
      boolean retransmitted,
      MediaPacket out,
      long nowNanos) {
    PacketHistory history = stream.history();
    int place = history.reserve();
    System.arraycopy(scratch, from, history.arena(), place, size);
    return handleMedia(stream, history.arena(), place, size, retransmitted, out, nowNanos);
  }

  private @Nullable IngressStream handleMedia(
      IngressStream stream,
      byte[] bytes,
      int offset,
      int size,
      boolean retransmitted,
      MediaPacket out,
      long nowNanos) {
    if (!RtpPacket.isValid(bytes, offset, size)) {
      return dropped(DropReason.MALFORMED);
    }
    if (!retransmitted) {
      recordArrival(bytes, offset, nowNanos);
    }
    DropReason reason = stream.handlePacket(offset, size, retransmitted, out, nowNanos);
    reports.wake();
    return reason == null ? stream : dropped(reason);
  }

  /** Shows a packet as it came: a retransmission before it is turned into its original. */
  private void tapReceived(byte[] packet, int offset, int length, long nowNanos) {
    if (tap != null) {
      tap.received(packet, offset, length, nowNanos);
    }
    if (capture != null) {
      capture.received(packet, offset, length, nowNanos);
    }
  }

  private void recordArrival(byte[] packet, int offset, long nowNanos) {
    if (transportSequenceId == 0) {
      return;
    }
    long place = RtpPacket.findExtension(packet, offset, transportSequenceId);
    if (place != RtpPacket.NO_EXTENSION
        && RtpPacket.extensionLength(place) >= TransportSequence.LENGTH) {
      int number = TransportSequence.read(packet, RtpPacket.extensionOffset(place));
      if (arrivals.record(number, nowNanos)) {
        reports.noteMediaSsrc(RtpPacket.ssrc(packet, offset));
        reports.wake();
      }
    }
  }

  private static @Nullable NegotiatedCodec codecOfRtx(IngressStream stream, int payloadType) {
    List<NegotiatedCodec> codecs = stream.track().section().codecs();
    for (int i = 0; i < codecs.size(); i++) {
      if (codecs.get(i).rtxPayloadType() == payloadType) {
        return codecs.get(i);
      }
    }
    return null;
  }

  private @Nullable IngressStream dropped(DropReason reason) {
    drops.count(reason);
    return null;
  }
}
