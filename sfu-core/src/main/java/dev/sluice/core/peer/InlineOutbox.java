package dev.sluice.core.peer;

import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.rtp.IntMap;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpSender;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts on the room's own worker, straight into the batch that leaves. One for each association:
 * what was encrypted with other keys is of no use to the peer.
 *
 * <p>Owner: the room's worker.
 */
final class InlineOutbox implements Outbox {
  /** How many slots of a peer may have what they sent kept for another time. */
  private static final int MAX_KEPT_STREAMS = 16;

  private final DatagramBatch batch;
  private final SrtpSender sender;
  private final DatagramSink sink;

  /** By SSRC, of slots without retransmission streams. */
  private final IntMap<SentCiphertexts> ciphertexts = new IntMap<>(MAX_KEPT_STREAMS);

  /** Where the packet that was sealed last begins. */
  private int lastOffset;

  /**
   * @param means of the room's worker
   */
  InlineOutbox(SrtpKeys keys, MediaMeans means, DatagramSink sink) {
    batch = new DatagramBatch(means.buffers());
    sender = Outbox.sender(keys, means.ciphers());
    this.sink = sink;
  }

  @Override
  public void expect(int packets) {
    batch.expect(packets);
  }

  @Override
  public boolean makeRoom() {
    return batch.makeRoom();
  }

  @Override
  public byte[] buffer() {
    return batch.buffer();
  }

  @Override
  public int nextOffset() {
    return batch.nextOffset();
  }

  @Override
  public int count() {
    return batch.count();
  }

  @Override
  public int seal(OutgoingPacket packet) {
    return commit(
        sender.protectRtp(
            packet.out(),
            packet.outOffset(),
            packet.headerLength(),
            packet.prefixLength(),
            packet.payload(),
            packet.payloadOffset(),
            packet.payloadLength()));
  }

  @Override
  public int sealRtcp(int length) {
    return commit(sender.protectRtcp(batch.buffer(), batch.nextOffset(), length));
  }

  private int commit(int size) {
    if (size >= 0) {
      lastOffset = batch.nextOffset();
      batch.commit(size);
    }
    return size;
  }

  @Override
  public void keepLast(int ssrc) {
    SentCiphertexts kept = ciphertexts.find(ssrc);
    if (kept == null) {
      if (ciphertexts.isFull()) {
        return;
      }
      kept = new SentCiphertexts();
      ciphertexts.put(ssrc, kept);
    }
    int length = batch.nextOffset() - lastOffset;
    kept.put(RtpPacket.sequence(batch.buffer(), lastOffset), batch.buffer(), lastOffset, length);
  }

  @Override
  public @Nullable SentCiphertexts kept(int ssrc) {
    return ciphertexts.find(ssrc);
  }

  @Override
  public void resend(SentCiphertexts kept, int entry, long nowNanos) {
    kept.resend(entry, batch.buffer(), batch.nextOffset(), nowNanos);
    batch.commit(kept.length(entry));
  }

  @Override
  public void send() {
    sink.send(batch);
    batch.clear();
  }

  @Override
  public void moveTo(MediaMeans means) {
    batch.moveTo(means.buffers());
    sender.moveTo(means.ciphers());
  }
}
