package dev.sluice.core.peer;

import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import org.jspecify.annotations.Nullable;

/**
 * Leaves encryption and sending to another worker, the lane. All that can be decided is decided
 * here, so that the owner's books are right without the lane's help: how long a packet will be is
 * known before it is encrypted. What the lane has no place for is dropped and counted, but stands
 * in the books as sent, as what is lost on the network does.
 *
 * <p>No ciphertext comes back, so nothing is kept to be sent again as it was.
 *
 * <p>Owner: the room's worker.
 */
final class LaneOutbox implements Outbox {
  private final EgressLane lane;
  private final LanePort port;
  private final SrtpProfile profile;
  private final DropCounters drops;

  /** The one that is being filled. */
  private EgressOrder order = new EgressOrder();

  LaneOutbox(SrtpKeys keys, LanePort port, DropCounters drops) {
    this.port = port;
    this.drops = drops;
    profile = keys.profile();
    lane = new EgressLane(keys, port);
  }

  @Override
  public void expect(int packets) {
    // What an order has grown to it keeps.
  }

  @Override
  public boolean makeRoom() {
    return order.makeRoom();
  }

  @Override
  public byte[] buffer() {
    return order.buffer();
  }

  @Override
  public int nextOffset() {
    return order.nextOffset();
  }

  @Override
  public int count() {
    return order.count();
  }

  @Override
  public int seal(OutgoingPacket packet) {
    order.add(packet);
    return packet.bytes() + profile.rtpTagLength();
  }

  @Override
  public int sealRtcp(int length) {
    order.addRtcp(length);
    return length + profile.rtcpOverhead();
  }

  @Override
  public void keepLast(int ssrc) {
    // See the class: the receiver asks for a keyframe when it waits in vain.
  }

  @Override
  public @Nullable SentCiphertexts kept(int ssrc) {
    return null;
  }

  @Override
  public void resend(SentCiphertexts kept, int entry, long nowNanos) {
    throw new IllegalStateException("a lane keeps nothing that could be sent again");
  }

  @Override
  public void send() {
    EgressOrder empty = port.offer(lane, order);
    if (empty == null) {
      for (int i = 0; i < order.count(); i++) {
        drops.count(DropReason.RING_FULL);
      }
      order.clear();
    } else {
      order = empty;
    }
  }

  @Override
  public void moveTo(MediaMeans means) {
    // The lane stays where it is.
  }
}
