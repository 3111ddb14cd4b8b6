package dev.sluice.transport.pipeline;

import dev.sluice.core.peer.EgressLane;
import dev.sluice.core.peer.EgressOrder;
import dev.sluice.core.rtp.PacketKind;
import org.jspecify.annotations.Nullable;

/**
 * A place in a worker's ring, allocated once: a datagram for a peer of this worker, a task, or an
 * order of a room of another worker.
 */
final class RingEntry {
  /** The longest datagram that is taken in. */
  static final int MAX_BYTES = 1600;

  final byte[] bytes = new byte[MAX_BYTES];
  int length;

  /** When it was read, on the monotonic clock; of an order when the oldest of its media was. */
  long arrivalNanos;

  PacketKind kind = PacketKind.UNKNOWN;
  @Nullable PeerEndpoint endpoint;
  @Nullable WorkerTask task;
  @Nullable EgressLane lane;

  /** Of {@link #lane}, carried out by the worker; empty otherwise. It stays in its place. */
  @Nullable EgressOrder order;

  /** When it was ordered, on the monotonic clock. */
  long orderedNanos;

  void clear() {
    endpoint = null;
    task = null;
    lane = null;
  }
}
