package dev.sluice.core.peer;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.rtp.AbsCaptureTime;
import dev.sluice.core.rtp.AbsSendTime;
import dev.sluice.core.rtp.IntMap;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.core.time.MediaClock;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one peer connection: numbers packets transport-wide, encrypts them into a batch
 * and lets the batch go. Every packet to a client passes here and nowhere else, so here is where no
 * index is ever encrypted twice.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
public final class PeerEgress {
  /** How many slots of a peer may have what they sent kept for another time. */
  private static final int MAX_KEPT_STREAMS = 16;

  private final MediaClock clock;
  private final DropCounters drops;
  private final @Nullable PacketTap tap;
  private final OutgoingPacket outgoing = new OutgoingPacket();
  private final DatagramBatch batch = new DatagramBatch();
  private final RetransmissionBudget retransmissions = new RetransmissionBudget(100);

  /** By SSRC, of slots without retransmission streams. */
  private IntMap<SentCiphertexts> ciphertexts = new IntMap<>(MAX_KEPT_STREAMS);

  private @Nullable SrtpSender sender;
  private @Nullable DatagramSink sink;
  private int transportSequence;
  private boolean flushScheduled;
  private long flushDeadlineNanos;
  private long packetsSent;
  private long bytesSent;

  PeerEgress(MediaClock clock, DropCounters drops, @Nullable PacketTap tap) {
    this.clock = clock;
    this.drops = drops;
    this.tap = tap;
  }

  /** Bounds what is sent again, as a share of the media that is sent; as much again without it. */
  public void limitRetransmissions(int percent) {
    retransmissions.setPercent(percent);
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
    DropReason refused = seal(nowNanos);
    if (refused == null && slot.repairsInPlace()) {
      keep(slot.ssrc(), offset, batch.nextOffset() - offset);
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
    if (!retransmissions.trySpend(kept.length(entry))) {
      drops.count(DropReason.RETRANSMISSION_LIMIT);
      return false;
    }
    kept.resend(entry, batch.buffer(), batch.nextOffset(), nowNanos);
    commit(kept.length(entry));
    return true;
  }

  /** The same for a retransmission of an entry that {@link EgressSlot#findSent} gave. */
  public @Nullable DropReason retransmit(
      EgressSlot slot, int entry, int sequence16, MediaPacket packet, long nowNanos) {
    if (!claim()) {
      return DropReason.NOT_CONNECTED;
    }
    if (!retransmissions.trySpend(packet.payloadLength())) {
      return dropped(DropReason.RETRANSMISSION_LIMIT);
    }
    DropReason reason =
        slot.retransmit(entry, sequence16, packet, batch.buffer(), batch.nextOffset(), outgoing);
    return reason == null ? seal(nowNanos) : dropped(reason);
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
    int size = keys.protectRtcp(batch.buffer(), batch.nextOffset(), length);
    if (size < 0) {
      drops.count(SrtpSender.reason(size));
      return;
    }
    commit(size);
  }

  private @Nullable DropReason seal(long nowNanos) {
    byte[] out = outgoing.out();
    if (outgoing.oversized()) {
      return dropped(DropReason.OVERSIZED);
    }
    SrtpSender keys = sender;
    if (keys == null) {
      return dropped(DropReason.NOT_CONNECTED);
    }
    if (outgoing.transportSequenceOffset() >= 0) {
      TransportSequence.write(out, outgoing.transportSequenceOffset(), transportSequence++);
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
