package dev.sluice.transport.pipeline;

import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.EgressLane;
import dev.sluice.core.peer.EgressOrder;
import dev.sluice.core.peer.LanePort;
import org.jspecify.annotations.Nullable;

/**
 * The way to one peer by a worker that does not own its room: orders go there by the ring, and what
 * comes of them leaves from that worker's end of the peer's path, the same address and port.
 */
final class EndpointLane implements LanePort {
  private final PeerEndpoint endpoint;
  private final MediaWorker worker;

  EndpointLane(PeerEndpoint endpoint, MediaWorker worker) {
    this.endpoint = endpoint;
    this.worker = worker;
  }

  @Override
  public @Nullable EgressOrder offer(EgressLane lane, EgressOrder order) {
    return worker.offer(lane, order, endpoint.owner());
  }

  @Override
  public void send(DatagramBatch batch) {
    PeerPath to = endpoint.path();
    if (to != null) {
      worker.sockets().send(batch, to);
    }
  }
}
