package dev.sluice.core.peer;

import dev.sluice.core.bandwidth.CongestionController;
import dev.sluice.core.bandwidth.Pacer;
import dev.sluice.core.bandwidth.TrafficKind;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.rtcp.CongestionFeedbackReader;
import dev.sluice.core.rtp.AbsCaptureTime;
import dev.sluice.core.rtp.AbsSendTime;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.core.time.MediaClock;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one peer connection: numbers packets transport-wide, has them sealed in an {@link
 * Outbox} and lets that go. Every packet to a client passes here and nowhere else, so here is where
 * the pace of the path is kept.
 *
 * <p>{@link #forward} and {@link #retransmit} send at once. The room asks {@link #mayPass} before;
 * when the answer is no it queues the packet with {@link #enqueue}, and sends it when {@link
 * #nextPaced} hands it back.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
public final class PeerEgress {
  /** What the path carries around an SRTP packet: IPv4 and UDP headers. */
  private static final int LOWER_HEADER_BYTES = 28;

  private final MediaClock clock;
  private final DropCounters drops;
  private final @Nullable PacketTap tap;
  private final RetransmissionBudget retransmissions = new RetransmissionBudget(100);
  private final CongestionController congestion = new CongestionController();
  private final PacedPackets paced = new PacedPackets();
  private final Runnable deadlineChanged;

  /** Sees what is sent as long as somebody captures it. */
  private @Nullable PacketTap capture;

  private OutgoingPacket outgoing;
  private @Nullable Outbox outbox;
  private @Nullable SentNumbers sentNumbers;
  private long transportSequence;
  private boolean dequeued;
  private long pacingDeadlineNanos = Pacer.NEVER;
  private boolean flushScheduled;
  private long flushDeadlineNanos;
  private long packetsSent;
  private long bytesSent;

  PeerEgress(
      MediaClock clock,
      MediaMeans means,
      DropCounters drops,
      @Nullable PacketTap tap,
      Runnable deadlineChanged) {
    this.clock = clock;
    outgoing = means.outgoing();
    this.drops = drops;
    this.tap = tap;
    this.deadlineChanged = deadlineChanged;
  }

  /** Bounds what is sent again, as a share of the media that is sent; as much again without it. */
  public void limitRetransmissions(int percent) {
    retransmissions.setPercent(percent);
  }

  void setCapture(@Nullable PacketTap newCapture) {
    capture = newCapture;
  }

  void connect(Outbox newOutbox) {
    // What waits was numbered for the keys that were.
    sendBatch();
    outbox = newOutbox;
  }

  boolean connected() {
    return outbox != null;
  }

  /** Another thread owns this from now on. */
  void moveTo(MediaMeans means) {
    outgoing = means.outgoing();
    if (outbox != null) {
      outbox.moveTo(means);
    }
  }

  /** So many packets come next, at most: a hint. */
  public void expect(int packets) {
    if (outbox != null) {
      outbox.expect(packets);
    }
  }

  /**
   * Writes, encrypts and queues a packet for a slot of this peer.
   *
   * @return null when it waits to leave, else why it was dropped (and counted)
   */
  public @Nullable DropReason forward(EgressSlot slot, MediaPacket packet, long nowNanos) {
    Outbox out = claim();
    if (out == null) {
      return DropReason.NOT_CONNECTED;
    }
    DropReason reason = slot.forward(packet, out.buffer(), out.nextOffset(), outgoing);
    if (reason != null) {
      return dropped(reason);
    }
    retransmissions.earn(packet.payloadLength());
    DropReason refused =
        seal(out, slot.isVideo() ? TrafficKind.VIDEO : TrafficKind.AUDIO, nowNanos);
    if (refused == null && slot.repairsInPlace()) {
      out.keepLast(slot.ssrc());
    }
    if (slot.isVideo()) {
      slot.reception().handlePacket(packet.streamId(), packet.timestamp(), nowNanos);
    }
    return refused;
  }

  /**
   * Sends a packet again under its own number, the same bytes as before: for a receiver without a
   * retransmission stream.
   *
   * @return whether it waits to leave; else it is no longer kept, was sent again too recently, or
   *     the budget does not allow it
   */
  public boolean resendInPlace(
      EgressSlot slot, int sequence16, long minIntervalNanos, long nowNanos) {
    SentCiphertexts kept = outbox == null ? null : outbox.kept(slot.ssrc());
    int entry = kept == null ? -1 : kept.find(sequence16, minIntervalNanos, nowNanos);
    Outbox out = entry < 0 ? null : claim();
    if (kept == null || out == null || !mayRepair(kept.length(entry), nowNanos)) {
      return false;
    }
    out.resend(kept, entry, nowNanos);
    count(kept.length(entry));
    return true;
  }

  /**
   * The same for a retransmission of an entry that {@link EgressSlot#findSent} gave, and that
   * {@link #mayRepair} allowed.
   */
  public @Nullable DropReason retransmit(
      EgressSlot slot, int entry, int sequence16, MediaPacket packet, long nowNanos) {
    Outbox out = claim();
    if (out == null) {
      return DropReason.NOT_CONNECTED;
    }
    DropReason reason =
        slot.retransmit(entry, sequence16, packet, out.buffer(), out.nextOffset(), outgoing);
    return reason == null ? seal(out, TrafficKind.RETRANSMISSION, nowNanos) : dropped(reason);
  }

  /** Whether so many bytes may be sent again; they then count as spent, else as dropped. */
  public boolean mayRepair(int bytes, long nowNanos) {
    boolean may = congestion.tryRepair(bytes, nowNanos) && retransmissions.trySpend(bytes);
    if (!may) {
      drops.count(DropReason.RETRANSMISSION_LIMIT);
    }
    return may;
  }

  /** Whether a packet of this kind may leave now, and nothing waits that goes before it. */
  public boolean mayPass(TrafficKind kind, long nowNanos) {
    return congestion.pacer().mayPass(kind, nowNanos);
  }

  /**
   * Queues a packet that may not pass yet; false (and counted) when too many wait.
   *
   * @param streamId the stream in whose history it lies; of no meaning for a retransmission
   * @param sequence in that history; for a retransmission the 16-bit number it was sent under
   */
  public boolean enqueue(
      TrafficKind kind,
      EgressSlot slot,
      int streamId,
      long sequence,
      int payloadBytes,
      long nowNanos) {
    Pacer pacer = congestion.pacer();
    if (!paced.canAdd(kind)
        || !pacer.enqueue(kind, 0, payloadBytes + LOWER_HEADER_BYTES, nowNanos)) {
      drops.count(DropReason.EGRESS_FULL);
      return false;
    }
    paced.add(kind, slot, streamId, sequence);
    schedulePacing(nowNanos);
    return true;
  }

  /**
   * Goes on to the next queued packet, or wish for padding, whose time has come; false when there
   * is none for now. {@link #pacedKind()} says what it is.
   */
  public boolean nextPaced(long nowNanos) {
    if (dequeued && congestion.pacer().kind() != TrafficKind.PADDING) {
      congestion.pacer().handleUnsent();
    }
    dequeued = congestion.pacer().next(nowNanos);
    if (dequeued && congestion.pacer().kind() != TrafficKind.PADDING) {
      paced.remove(congestion.pacer().kind());
    }
    if (!dequeued) {
      schedulePacing(nowNanos);
    }
    return dequeued;
  }

  /** What {@link #nextPaced} found. */
  public TrafficKind pacedKind() {
    return congestion.pacer().kind();
  }

  /** The queued packets; {@link #nextPaced} says whose turn it is. */
  public PacedPackets paced() {
    return paced;
  }

  /**
   * Sends a packet of padding on the retransmission stream of a slot.
   *
   * @return false when the slot has none: nothing was sent
   */
  public boolean pad(EgressSlot slot, long nowNanos) {
    Outbox out = slot.canPad() ? claim() : null;
    if (out == null) {
      return false;
    }
    slot.pad(out.buffer(), out.nextOffset(), outgoing);
    congestion.pacer().handlePadding(outgoing.bytes() + LOWER_HEADER_BYTES, nowNanos);
    return seal(out, TrafficKind.PADDING, nowNanos) == null;
  }

  /** No slot can carry padding: the probe that asked for it ends. */
  public void cancelProbe() {
    congestion.pacer().cancelProbe();
  }

  /** Estimates, probes and paces this path. */
  public CongestionController congestion() {
    return congestion;
  }

  /**
   * Takes in feedback by RTP sequence number (RFC 8888). The first one only says that there will be
   * more: what was sent before it was not remembered in that way.
   */
  void handleCongestionFeedback(CongestionFeedbackReader reader, long nowNanos) {
    if (sentNumbers == null) {
      sentNumbers = new SentNumbers(PeerSession.MAX_STREAMS);
      return;
    }
    sentNumbers.handleFeedback(reader, congestion.estimator(), nowNanos);
    handlePacing(nowNanos);
  }

  /** When {@link #handlePacing} is due; {@link Long#MAX_VALUE} for never. */
  public long pacingDeadlineNanos() {
    return pacingDeadlineNanos;
  }

  /** Does what is due of estimation and probing; the room then drains {@link #nextPaced}. */
  public void handlePacing(long nowNanos) {
    congestion.handleTime(nowNanos);
    schedulePacing(nowNanos);
  }

  private void schedulePacing(long nowNanos) {
    pacingDeadlineNanos = congestion.nextDeadlineNanos(nowNanos);
    deadlineChanged.run();
  }

  /** Says that what waits is to leave by then; an earlier deadline stands. */
  public void scheduleFlush(long deadlineNanos) {
    if (!flushScheduled || deadlineNanos - flushDeadlineNanos < 0) {
      flushScheduled = true;
      flushDeadlineNanos = deadlineNanos;
    }
  }

  /** When what waits is to leave, or {@link Long#MAX_VALUE} when nothing waits. */
  public long flushDeadlineNanos() {
    return flushScheduled ? flushDeadlineNanos : Long.MAX_VALUE;
  }

  /** Sends what waits. */
  public void flush() {
    flushScheduled = false;
    sendBatch();
  }

  private void sendBatch() {
    Outbox out = outbox;
    if (out != null && out.count() > 0) {
      out.send();
    }
  }

  /** Whether datagrams wait to leave. */
  public boolean hasWaiting() {
    return outbox != null && outbox.count() > 0;
  }

  /** Datagrams sent, RTCP included. */
  public long packetsSent() {
    return packetsSent;
  }

  public long bytesSent() {
    return bytesSent;
  }

  /** Makes room for one more packet; null (and counted) when there is no way to send. */
  @Nullable Outbox claim() {
    Outbox out = outbox;
    if (out == null) {
      drops.count(DropReason.NOT_CONNECTED);
      return null;
    }
    while (!out.makeRoom()) {
      // The schedule stands: whoever keeps it has noted this peer once.
      out.send();
    }
    return out;
  }

  /** Seals and queues a compound RTCP packet that was written where {@link #claim()} gave room. */
  void sendRtcp(int length, long nowNanos) {
    Outbox out = outbox;
    if (out == null || length == 0) {
      return;
    }
    if (tap != null) {
      tap.sentRtcp(out.buffer(), out.nextOffset(), length, nowNanos);
    }
    if (capture != null) {
      capture.sentRtcp(out.buffer(), out.nextOffset(), length, nowNanos);
    }
    int size = out.sealRtcp(length);
    if (size < 0) {
      drops.count(SrtpSender.reason(size));
      return;
    }
    count(size);
  }

  private @Nullable DropReason seal(Outbox box, TrafficKind kind, long nowNanos) {
    byte[] out = outgoing.out();
    if (outgoing.oversized()) {
      return dropped(DropReason.OVERSIZED);
    }
    if (outgoing.transportSequenceOffset() >= 0) {
      TransportSequence.write(out, outgoing.transportSequenceOffset(), (int) transportSequence);
    }
    if (outgoing.absCaptureTimeOffset() >= 0) {
      AbsCaptureTime.write(
          out, outgoing.absCaptureTimeOffset(), clock.ntpTime(outgoing.captureNanos()));
    }
    if (outgoing.absSendTimeOffset() >= 0) {
      AbsSendTime.write(out, outgoing.absSendTimeOffset(), clock.ntpTime(nowNanos));
    }
    if (tap != null) {
      tap.sent(outgoing, nowNanos);
    }
    if (capture != null) {
      capture.sent(outgoing, nowNanos);
    }
    int size = box.seal(outgoing);
    if (size < 0) {
      return dropped(SrtpSender.reason(size));
    }
    count(size);
    if (sentNumbers != null) {
      int header = outgoing.outOffset();
      sentNumbers.handleSent(
          RtpPacket.ssrc(out, header), RtpPacket.sequence(out, header), transportSequence);
    }
    int pathBytes = size + LOWER_HEADER_BYTES;
    if (dequeued) {
      congestion.handleSent(transportSequence, pathBytes, nowNanos);
    } else {
      congestion.handlePassed(kind, transportSequence, pathBytes, nowNanos);
    }
    dequeued = false;
    transportSequence++;
    return null;
  }

  private void count(int size) {
    packetsSent++;
    bytesSent += size;
  }

  private DropReason dropped(DropReason reason) {
    drops.count(reason);
    return reason;
  }
}
