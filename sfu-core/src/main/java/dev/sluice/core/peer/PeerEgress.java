package dev.sluice.core.peer;

import dev.sluice.core.bandwidth.CongestionController;
import dev.sluice.core.bandwidth.Pacer;
import dev.sluice.core.bandwidth.TrafficKind;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtcp.CongestionFeedbackReader;
import dev.sluice.core.rtp.AbsCaptureTime;
import dev.sluice.core.rtp.AbsSendTime;
import dev.sluice.core.rtp.IntMap;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.core.time.MediaClock;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one peer connection: numbers packets transport-wide, encrypts them into a batch
 * and lets the batch go. Every packet to a client passes here and nowhere else, so here is where no
 * index is ever encrypted twice, and where the pace of the path is kept.
 *
 * <p>{@link #forward} and {@link #retransmit} send at once. The room asks {@link #mayPass} before;
 * when the answer is no it queues the packet with {@link #enqueue}, and sends it when {@link
 * #nextPaced} hands it back.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
public final class PeerEgress {
  /** How many slots of a peer may have what they sent kept for another time. */
  private static final int MAX_KEPT_STREAMS = 16;

  /** What the path carries around an SRTP packet: IPv4 and UDP headers. */
  private static final int LOWER_HEADER_BYTES = 28;

  private final MediaClock clock;
  private final DropCounters drops;
  private final @Nullable PacketTap tap;
  private final OutgoingPacket outgoing = new OutgoingPacket();
  private final DatagramBatch batch = new DatagramBatch();
  private final RetransmissionBudget retransmissions = new RetransmissionBudget(100);
  private final CongestionController congestion = new CongestionController();
  private final PacedPackets paced = new PacedPackets();
  private final Runnable deadlineChanged;

  /** By SSRC, of slots without retransmission streams. */
  private IntMap<SentCiphertexts> ciphertexts = new IntMap<>(MAX_KEPT_STREAMS);

  /** Sees what is sent as long as somebody captures it. */
  private @Nullable PacketTap capture;

  private @Nullable SrtpSender sender;
  private @Nullable SentNumbers sentNumbers;
  private @Nullable DatagramSink sink;
  private long transportSequence;
  private boolean dequeued;
  private long pacingDeadlineNanos = Pacer.NEVER;
  private boolean flushScheduled;
  private long flushDeadlineNanos;
  private long packetsSent;
  private long bytesSent;

  PeerEgress(
      MediaClock clock, DropCounters drops, @Nullable PacketTap tap, Runnable deadlineChanged) {
    this.clock = clock;
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

  void connect(SrtpSender keys, DatagramSink destination) {
    sender = keys;
    sink = destination;
    // What was encrypted with other keys is of no use to the peer.
    ciphertexts = new IntMap<>(MAX_KEPT_STREAMS);
  }

  boolean connected() {
    return sender != null;
  }

  /** Another thread owns this from now on. */
  void moveTo(SrtpCiphers ciphers) {
    if (sender != null) {
      sender.moveTo(ciphers);
    }
  }

  /**
   * Writes, encrypts and queues a packet for a slot of this peer.
   *
   * @return null when it waits to leave, else why it was dropped (and counted)
   */
  public @Nullable DropReason forward(EgressSlot slot, MediaPacket packet, long nowNanos) {
    if (!claim()) {
      return DropReason.NOT_CONNECTED;
    }
    DropReason reason = slot.forward(packet, batch.buffer(), batch.nextOffset(), outgoing);
    if (reason != null) {
      return dropped(reason);
    }
    retransmissions.earn(packet.payloadLength());
    int offset = batch.nextOffset();
    DropReason refused =
        seal(
            slot.section().kind() == MediaKind.AUDIO ? TrafficKind.AUDIO : TrafficKind.VIDEO,
            nowNanos);
    if (refused == null && slot.repairsInPlace()) {
      keep(slot.ssrc(), offset, batch.nextOffset() - offset);
    }
    if (slot.section().kind() == MediaKind.VIDEO) {
      slot.reception().handlePacket(packet.streamId(), packet.timestamp(), nowNanos);
    }
    return refused;
  }

  private void keep(int ssrc, int offset, int length) {
    SentCiphertexts kept = ciphertexts.find(ssrc);
    if (kept == null) {
      if (ciphertexts.isFull()) {
        return;
      }
      kept = new SentCiphertexts();
      ciphertexts.put(ssrc, kept);
    }
    kept.put(RtpPacket.sequence(batch.buffer(), offset), batch.buffer(), offset, length);
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
    SentCiphertexts kept = ciphertexts.find(slot.ssrc());
    int entry = kept == null ? -1 : kept.find(sequence16, minIntervalNanos, nowNanos);
    if (kept == null || entry < 0 || !claim()) {
      return false;
    }
    if (!mayRepair(kept.length(entry), nowNanos)) {
      return false;
    }
    kept.resend(entry, batch.buffer(), batch.nextOffset(), nowNanos);
    commit(kept.length(entry));
    return true;
  }

  /**
   * The same for a retransmission of an entry that {@link EgressSlot#findSent} gave, and that
   * {@link #mayRepair} allowed.
   */
  public @Nullable DropReason retransmit(
      EgressSlot slot, int entry, int sequence16, MediaPacket packet, long nowNanos) {
    if (!claim()) {
      return DropReason.NOT_CONNECTED;
    }
    DropReason reason =
        slot.retransmit(entry, sequence16, packet, batch.buffer(), batch.nextOffset(), outgoing);
    return reason == null ? seal(TrafficKind.RETRANSMISSION, nowNanos) : dropped(reason);
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
    if (!slot.canPad() || !claim()) {
      return false;
    }
    slot.pad(batch.buffer(), batch.nextOffset(), outgoing);
    congestion.pacer().handlePadding(outgoing.bytes() + LOWER_HEADER_BYTES, nowNanos);
    return seal(TrafficKind.PADDING, nowNanos) == null;
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
    if (batch.count() > 0 && sink != null) {
      sink.send(batch);
      batch.clear();
    }
  }

  /** Whether datagrams wait to leave. */
  public boolean hasWaiting() {
    return batch.count() > 0;
  }

  /** Datagrams sent, RTCP included. */
  public long packetsSent() {
    return packetsSent;
  }

  public long bytesSent() {
    return bytesSent;
  }

  /** Makes room for one more datagram; false (and counted) when there is no way to send. */
  boolean claim() {
    if (sender == null || sink == null) {
      drops.count(DropReason.NOT_CONNECTED);
      return false;
    }
    if (!batch.makeRoom()) {
      // The schedule stands: whoever keeps it has noted this peer once.
      sendBatch();
    }
    return true;
  }

  /** Where {@link #sendRtcp} expects a plaintext datagram, after {@link #claim()}. */
  DatagramBatch batch() {
    return batch;
  }

  /** Encrypts and queues a plaintext RTCP datagram that was written at the batch's next offset. */
  void sendRtcp(int length, long nowNanos) {
    SrtpSender keys = sender;
    if (keys == null || length == 0) {
      return;
    }
    if (tap != null) {
      tap.sentRtcp(batch.buffer(), batch.nextOffset(), length, nowNanos);
    }
    if (capture != null) {
      capture.sentRtcp(batch.buffer(), batch.nextOffset(), length, nowNanos);
    }
    int size = keys.protectRtcp(batch.buffer(), batch.nextOffset(), length);
    if (size < 0) {
      drops.count(SrtpSender.reason(size));
      return;
    }
    commit(size);
  }

  private @Nullable DropReason seal(TrafficKind kind, long nowNanos) {
    byte[] out = outgoing.out();
    if (outgoing.oversized()) {
      return dropped(DropReason.OVERSIZED);
    }
    SrtpSender keys = sender;
    if (keys == null) {
      return dropped(DropReason.NOT_CONNECTED);
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
    int size =
        keys.protectRtp(
            out,
            outgoing.outOffset(),
            outgoing.headerLength(),
            outgoing.prefixLength(),
            outgoing.payload(),
            outgoing.payloadOffset(),
            outgoing.payloadLength());
    if (size < 0) {
      return dropped(SrtpSender.reason(size));
    }
    commit(size);
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

  private void commit(int size) {
    batch.commit(size);
    packetsSent++;
    bytesSent += size;
  }

  private DropReason dropped(DropReason reason) {
    drops.count(reason);
    return reason;
  }
}
