package dev.sluice.core.peer;

import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpSender;
import org.jspecify.annotations.Nullable;

/**
 * What a worker that does not own a peer's room has of the peer: the one {@link SrtpSender} of its
 * keys. Nobody else encrypts under these keys and nobody did before, so that no index can be used
 * twice; another association has other keys and another lane.
 *
 * <p>Every order brings its lane along. So the lane needs no register of them, a peer that has left
 * leaves nothing behind, and the sender is made by the thread that uses it, with the first order.
 *
 * <p>Made by the owner of the room, then owned by the lane's worker.
 */
public final class EgressLane {
  private final SrtpKeys keys;
  private final LanePort port;
  private @Nullable SrtpSender sender;

  EgressLane(SrtpKeys keys, LanePort port) {
    this.keys = keys;
    this.port = port;
  }

  /**
   * Encrypts what was ordered, and sends it.
   *
   * @param ciphers of the calling thread
   * @param batch empty, before and after
   */
  void handle(EgressOrder order, SrtpCiphers ciphers, DatagramBatch batch, DropCounters drops) {
    if (sender == null) {
      sender = Outbox.sender(keys, ciphers);
    }
    int from = 0;
    for (int i = 0; i < order.count(); i++) {
      // An order holds no more packets than a batch.
      batch.makeRoom();
      int written = order.headerLength(i) + order.prefixLength(i);
      System.arraycopy(order.buffer(), from, batch.buffer(), batch.nextOffset(), written);
      from += written;
      int size = seal(sender, order, i, batch);
      if (size < 0) {
        drops.count(SrtpSender.reason(size));
      } else if (!order.wasIntact(i)) {
        // Its index counts as used all the same: whoever misses the packet asks for it again, and
        // gets it under another one.
        drops.count(DropReason.OVERWRITTEN);
      } else {
        batch.commit(size);
      }
    }
    if (batch.count() > 0) {
      port.send(batch);
    }
  }

  private static int seal(SrtpSender sender, EgressOrder order, int index, DatagramBatch batch) {
    byte[] out = batch.buffer();
    int at = batch.nextOffset();
    return order.isRtcp(index)
        ? sender.protectRtcp(out, at, order.prefixLength(index))
        : sender.protectRtp(
            out,
            at,
            order.headerLength(index),
            order.prefixLength(index),
            order.payload(index),
            order.payloadOffset(index),
            order.payloadLength(index));
  }
}
