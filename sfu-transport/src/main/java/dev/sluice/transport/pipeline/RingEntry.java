package dev.sluice.transport.pipeline;

import dev.sluice.core.rtp.PacketKind;
import org.jspecify.annotations.Nullable;

/** A place in a worker's ring, allocated once: a datagram for a peer of this worker, or a task. */
final class RingEntry {
  /** The longest datagram that is taken in. */
  static final int MAX_BYTES = 1600;

  final byte[] bytes = new byte[MAX_BYTES];
  int length;

  /** When it was read, on the monotonic clock. */
  long arrivalNanos;

  PacketKind kind = PacketKind.UNKNOWN;
  @Nullable PeerEndpoint endpoint;
  @Nullable WorkerTask task;

  void clear() {
    endpoint = null;
    task = null;
  }
}
