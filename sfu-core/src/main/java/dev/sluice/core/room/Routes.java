package dev.sluice.core.room;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.rtp.IntMap;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a room by their ids, each with the slots that show it.
 *
 * <p>Owner: the room's worker. Allocates only when a stream begins.
 */
final class Routes {
  private static final int MAX_STREAMS = 32_768;

  private final IntMap<Route> byStreamId = new IntMap<>(MAX_STREAMS);
  private final boolean forwardPlayoutDelay;

  /**
   * Without streams.
   *
   * @param forwardPlayoutDelay whether publishers may say how long others buffer
   */
  Routes(boolean forwardPlayoutDelay) {
    this.forwardPlayoutDelay = forwardPlayoutDelay;
  }

  /** A stream of which packets will come; false when there are too many. */
  boolean add(IngressStream stream, PeerSession publisher) {
    return byStreamId.put(stream.id(), new Route(stream, publisher));
  }

  /** A stream that has ended. */
  void remove(int streamId) {
    byStreamId.remove(streamId);
  }

  @Nullable Route find(int streamId) {
    return byStreamId.find(streamId);
  }

  /** The stream of an id, or null when it has ended. */
  @Nullable IngressStream stream(int streamId) {
    Route route = byStreamId.find(streamId);
    return route == null ? null : route.stream();
  }

  /** The slot shows this stream no longer. */
  void leave(int streamId, EgressSlot slot) {
    Route route = byStreamId.find(streamId);
    if (route != null) {
      route.remove(slot);
    }
  }

  /** Streams that have not ended. */
  int size() {
    return byStreamId.size();
  }

  /**
   * Reads a packet from the stream's history, as it is to be forwarded; false if it is not there.
   */
  boolean read(IngressStream stream, long sequence, MediaPacket into) {
    if (!stream.reread(sequence, into)) {
      return false;
    }
    applyPolicy(into);
    return true;
  }

  /** A publisher does not decide how long others buffer, unless the room lets it. */
  void applyPolicy(MediaPacket packet) {
    if (!forwardPlayoutDelay) {
      packet.setPlayoutDelay(MediaPacket.ABSENT);
    }
  }
}
