package dev.sluice.core.peer;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.rtcp.TransportFeedbackRecorder;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.time.MediaClock;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection's media side: its way in ({@link PeerIngress}), its way out ({@link
 * PeerEgress}), and the RTCP that goes with both. It knows its own streams and slots, not the room.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
public final class PeerSession {
  /** The most SSRCs one client may send at a time, RTX included. */
  public static final int MAX_STREAMS = 64;

  /** Says that the room's own worker encrypts and sends. */
  public static final int NO_LANE = -1;

  /** A report that claims a longer round trip is forged or broken: it is not believed. */
  static final long LONGEST_BELIEVED_NANOS = 10_000_000_000L;

  /** The spacing of retransmissions and of NACKs follows the round trip: it ends here. */
  private static final long MAX_ROUND_TRIP_NANOS = 2_000_000_000;

  private final DropCounters drops = new DropCounters();
  private final PeerIngress ingress;
  private final PeerEgress egress;
  private final PeerReports reports;
  private final PeerFeedback feedback;

  /** Sees every packet in plaintext as long as somebody captures them. */
  private @Nullable CaptureTap capture;

  private MediaMeans means;
  private DeadlineListener deadlineListener = nobody -> {};
  private int place;
  private int lane = NO_LANE;
  private List<EgressSlot> slots = List.of();
  private long roundTripNanos = 100_000_000;
  private long lastRoundTripNanos = -1;

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
    egress = new PeerEgress(clock, means, drops, tap, this::noteDeadline);
    reports = new PeerReports(this, clock, localSsrc, cname);
    ingress = new PeerIngress(new IngressBindings(MAX_STREAMS, streamIds), reports, drops, tap);
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
    ingress.connect(keys, means.ciphers());
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
    ingress.moveTo(newMeans.ciphers());
    egress.moveTo(newMeans);
    reports.setTimeline(timeline);
    reports.wake();
    ingress.setTracks(tracks);
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
    int transportSequenceId = 0;
    for (NegotiatedSection section : session.sections()) {
      reducedSize &= section.reducedSizeRtcp();
      transportSequenceId =
          section
              .receiveExtensions()
              .getOrDefault(HeaderExtension.TRANSPORT_SEQUENCE, transportSequenceId);
    }
    reports.setReducedSize(reducedSize);
    reports.wake();
    ingress.setTransportSequenceId(transportSequenceId);
    return ingress.setTracks(tracks);
  }

  /**
   * Takes one SRTP packet. Read in {@code out} what it was when a stream is returned.
   *
   * @return the stream that it belongs to, or null when it was dropped (and counted) or was only a
   *     probe
   */
  public @Nullable IngressStream handleRtp(
      byte[] datagram, int offset, int length, MediaPacket out, long nowNanos) {
    return ingress.handleRtp(datagram, offset, length, out, nowNanos);
  }

  /**
   * Takes one SRTCP packet; {@link #feedback()} then gives what it asks for, until {@link
   * PeerFeedback#next} is false.
   */
  public boolean handleRtcp(byte[] datagram, int offset, int length, long nowNanos) {
    int size = ingress.openRtcp(datagram, offset, length, nowNanos);
    if (size < 0) {
      return false;
    }
    feedback.reset(ingress.rtcp(), 0, size);
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
    setCapture(into == null ? null : new CaptureTap(into));
  }

  private void setCapture(@Nullable CaptureTap newCapture) {
    capture = newCapture;
    ingress.setCapture(newCapture);
    egress.setCapture(newCapture);
  }

  /** The participant has left its room: so ends its capture. */
  public void endCapture() {
    if (capture != null) {
      capture.capture().end(CaptureBuffer.End.LEFT);
      setCapture(null);
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
    return ingress.streams();
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
    ingress.handleGoodbye(ssrc);
  }

  TransportFeedbackRecorder arrivals() {
    return ingress.arrivals();
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
    return ingress.packetsReceived();
  }

  public long bytesReceived() {
    return ingress.bytesReceived();
  }
}
