package dev.sluice.core.peer;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PacketHistory;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.rtcp.TransportFeedbackRecorder;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.Rtx;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpReceiver;
import dev.sluice.core.time.MediaClock;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection's media side. What arrives is decrypted and read here; what leaves is
 * numbered here, and encrypted here or by another worker. It knows its own streams and slots, not
 * the room.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
public final class PeerSession {
  /** The most SSRCs one client may send at a time, RTX included. */
  public static final int MAX_STREAMS = 64;

  /** Says that the room's own worker encrypts and sends. */
  public static final int NO_LANE = -1;

  /**
   * The most SSRCs over the life of the session. SRTP state is kept when a stream ends: a browser
   * that sends again on the same m-line goes on with its SSRC and rollover counter, and a forgotten
   * window would let old packets in again.
   */
  private static final int MAX_STREAMS_EVER = 1024;

  /** A report that claims a longer round trip is forged or broken: it is not believed. */
  static final long LONGEST_BELIEVED_NANOS = 10_000_000_000L;

  /** The spacing of retransmissions and of NACKs follows the round trip: it ends here. */
  private static final long MAX_ROUND_TRIP_NANOS = 2_000_000_000;

  private static final int SCRATCH_BYTES = 2 * PacketHistory.MAX_PACKET_BYTES;

  private final DropCounters drops = new DropCounters();
  private final @Nullable PacketTap tap;
  private final IngressBindings bindings;
  private final TransportFeedbackRecorder arrivals = new TransportFeedbackRecorder();
  private final byte[] scratch = new byte[SCRATCH_BYTES];
  private final PeerEgress egress;
  private final PeerReports reports;
  private final PeerFeedback feedback;

  /** Sees every packet in plaintext as long as somebody captures them. */
  private @Nullable CaptureTap capture;

  private MediaMeans means;
  private DeadlineListener deadlineListener = nobody -> {};
  private int place;
  private int lane = NO_LANE;
  private @Nullable SrtpReceiver receiver;
  private List<EgressSlot> slots = List.of();
  private int transportSequenceId;
  private long roundTripNanos = 100_000_000;
  private long lastRoundTripNanos = -1;
  private long packetsReceived;
  private long bytesReceived;

  /**
   * A session without keys: it drops everything until {@link #connect}.
   *
   * @param means of the worker that owns it
   * @param localSsrc names the server in reports to this peer
   * @param streamIds gives ids that are unique in every room that it may come to
   * @param tap sees every packet in plaintext, or null
   */
  public PeerSession(
      MediaClock clock,
      MediaMeans means,
      int localSsrc,
      byte[] cname,
      IntSupplier streamIds,
      @Nullable PacketTap tap) {
    this.means = means;
    this.tap = tap;
    bindings = new IngressBindings(MAX_STREAMS, streamIds);
    egress = new PeerEgress(clock, means, drops, tap, this::noteDeadline);
    reports = new PeerReports(this, clock, localSsrc, cname);
    feedback = new PeerFeedback(this, clock, drops);
  }

  /**
   * Tells who keeps its deadline, and hears of each change.
   *
   * @param newPlace the number of this peer there
   */
  public void setDeadlineListener(int newPlace, DeadlineListener listener) {
    place = newPlace;
    deadlineListener = listener;
    noteDeadline();
  }

  void noteDeadline() {
    deadlineListener.onDeadlineChange(place);
  }

  /** Tells where sender reports get the time of their sources. */
  public void setTimeline(SourceTimeline timeline) {
    reports.setTimeline(timeline);
  }

  /** The DTLS handshake is done. Another call replaces the keys (a new association). */
  public void connect(SrtpKeys keys, DatagramSink sink) {
    lane = NO_LANE;
    egress.connect(new InlineOutbox(keys, means, sink));
    receive(keys);
  }

  /**
   * The same with another worker that encrypts and sends, as long as these keys are in use: also
   * when the peer is in a room of yet another worker.
   *
   * @param worker its number
   */
  public void connect(SrtpKeys keys, int worker, LanePort port) {
    lane = worker;
    egress.connect(new LaneOutbox(keys, port, drops));
    receive(keys);
  }

  private void receive(SrtpKeys keys) {
    receiver =
        new SrtpReceiver(
            keys.profile(), keys.clientKey(), keys.clientSalt(), means.ciphers(), MAX_STREAMS_EVER);
    noteDeadline();
  }

  /** The number of the worker that encrypts and sends for the room's, or {@link #NO_LANE}. */
  public int lane() {
    return lane;
  }

  /**
   * Whether another worker could encrypt and send all that its slots need. It could not for a slot
   * without a retransmission stream: what was encrypted has to be here when it is sent again.
   */
  public boolean mayHaveLane() {
    for (EgressSlot slot : slots) {
      for (NegotiatedCodec codec : slot.section().codecs()) {
        if (codec.nack() && codec.rtxPayloadType() < 0) {
          return false;
        }
      }
    }
    return true;
  }

  public boolean connected() {
    return egress.connected();
  }

  /**
   * The peer is in another room from now on, perhaps on another thread: keys, numbers, streams and
   * the estimate of its path go on, what it publishes may be less.
   */
  public void moveTo(MediaMeans newMeans, SourceTimeline timeline, List<PublishedTrack> tracks) {
    means = newMeans;
    if (receiver != null) {
      receiver.moveTo(newMeans.ciphers());
    }
    egress.moveTo(newMeans);
    reports.setTimeline(timeline);
    reports.wake();
    bindings.setTracks(tracks);
  }

  /** What it has dropped in the room that it is in. */
  public DropCounters drops() {
    return drops;
  }

  /**
   * Puts a negotiation into force.
   *
   * @param tracks what the peer publishes now
   * @param newSlots all slots, those that were there before included
   * @return the streams that have ended
   */
  public List<IngressStream> renegotiate(
      NegotiatedSession session, List<PublishedTrack> tracks, List<EgressSlot> newSlots) {
    slots = List.copyOf(newSlots);
    boolean reducedSize = true;
    transportSequenceId = 0;
    for (NegotiatedSection section : session.sections()) {
      reducedSize &= section.reducedSizeRtcp();
      transportSequenceId =
          section
              .receiveExtensions()
              .getOrDefault(HeaderExtension.TRANSPORT_SEQUENCE, transportSequenceId);
    }
    reports.setReducedSize(reducedSize);
    reports.wake();
    return bindings.setTracks(tracks);
  }

  /**
   * Takes one SRTP packet. Read in {@code out} what it was when a stream is returned.
   *
   * @return the stream that it belongs to, or null when it was dropped (and counted) or was only a
   *     probe
   */
  public @Nullable IngressStream handleRtp(
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
   * Takes one SRTCP packet; {@link #feedback()} then gives what it asks for, until {@link
   * PeerFeedback#next} is false.
   */
  public boolean handleRtcp(byte[] datagram, int offset, int length, long nowNanos) {
    SrtpReceiver keys = receiver;
    DropReason reason = null;
    int size = 0;
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
      return false;
    }
    packetsReceived++;
    bytesReceived += length;
    tapReceived(scratch, 0, size, nowNanos);
    feedback.reset(scratch, 0, size);
    return true;
  }

  /** The client is first heard of, or has moved: what it is sent takes another path. */
  public void handlePathChange(boolean reliable, long nowNanos) {
    egress.congestion().estimator().handlePathChange(reliable, nowNanos);
  }

  /** Captures all packets from now on; an earlier capture ends. Null captures nothing. */
  public void capture(@Nullable CaptureBuffer into) {
    if (capture != null) {
      capture.capture().end(CaptureBuffer.End.STOPPED);
    }
    capture = into == null ? null : new CaptureTap(into);
    egress.setCapture(capture);
  }

  /** The participant has left its room: so ends its capture. */
  public void endCapture() {
    if (capture != null) {
      capture.capture().end(CaptureBuffer.End.LEFT);
      capture = null;
      egress.setCapture(null);
    }
  }

  /** The way out to this peer. */
  public PeerEgress egress() {
    return egress;
  }

  /** Sends the RTCP that is due. */
  public void handleTimeout(long nowNanos) {
    if (connected()) {
      reports.handleTimeout(nowNanos);
    }
  }

  /**
   * When {@link #handleTimeout}, or {@link PeerEgress#handlePacing} of its way out, is due; {@link
   * Long#MAX_VALUE} for never.
   */
  public long nextDeadlineNanos() {
    return connected()
        ? Math.min(reports.nextDeadlineNanos(), egress.pacingDeadlineNanos())
        : Long.MAX_VALUE;
  }

  /**
   * Tells the peer that a slot's stream has ended (RFC 3550 §6.6). It may go on later: the slot
   * keeps its SSRC.
   */
  public void sayGoodbye(EgressSlot slot, long nowNanos) {
    if (connected() && slot.packetsSent() > 0) {
      reports.sayGoodbye(slot, nowNanos);
    }
  }

  /** Tells the peer that all that it was sent ends, and lets that go at once. */
  public void sayGoodbye(long nowNanos) {
    if (connected()) {
      reports.sayGoodbye(null, nowNanos);
      egress.flush();
    }
  }

  /** What the last RTCP asks for. */
  public PeerFeedback feedback() {
    return feedback;
  }

  /** Asks the peer for a keyframe of one of its streams, when that is due. */
  public void requestKeyframe(IngressStream stream) {
    stream.keyframes().want();
    reports.wake();
  }

  public List<IngressStream> streams() {
    return bindings.streams();
  }

  public List<EgressSlot> slots() {
    return slots;
  }

  @Nullable EgressSlot slotOf(int ssrc) {
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i).ssrc() == ssrc) {
        return slots.get(i);
      }
    }
    return null;
  }

  /** The peer says that one of its streams has ended. */
  void handleGoodbye(int ssrc) {
    IngressBindings.Binding binding = bindings.find(ssrc);
    if (binding != null && !binding.rtx()) {
      binding.stream().handleGoodbye();
      reports.wake();
    }
  }

  TransportFeedbackRecorder arrivals() {
    return arrivals;
  }

  /** Takes a sample, not negative. */
  void handleRoundTrip(long sampleNanos) {
    if (sampleNanos <= LONGEST_BELIEVED_NANOS) {
      lastRoundTripNanos = sampleNanos;
      roundTripNanos = (7 * roundTripNanos + Math.min(sampleNanos, MAX_ROUND_TRIP_NANOS)) / 8;
    }
  }

  /** Smoothed round-trip time, 100 ms before the first measurement. */
  public long roundTripNanos() {
    return roundTripNanos;
  }

  /** The newest round-trip time, as it was measured; -1 before the first. */
  public long lastRoundTripNanos() {
    return lastRoundTripNanos;
  }

  /** Datagrams received that were RTP or RTCP in form. */
  public long packetsReceived() {
    return packetsReceived;
  }

  public long bytesReceived() {
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
