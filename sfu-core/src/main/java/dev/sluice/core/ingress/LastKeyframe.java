package dev.sluice.core.ingress;

import dev.sluice.core.codec.MediaPacket;

/**
 * Where the newest keyframe of one incoming video stream begins, and what has come since. Owner:
 * the room's worker.
 */
final class LastKeyframe {
  private static final long NONE = -1;

  private long sequence = NONE;
  private long timestamp = NONE;
  private long arrivalNanos;
  private long bytesSince;
  private long packetsSince;

  /**
   * Notes a packet of the stream.
   *
   * @return whether it belongs to the keyframe
   */
  boolean handlePacket(MediaPacket packet, int length, long nowNanos) {
    boolean begins =
        packet.payloadLength() > 0 && packet.facts().keyframe() && packet.facts().frameStart();
    if (begins && packet.timestamp() > timestamp) {
      sequence = packet.sequence();
      timestamp = packet.timestamp();
      arrivalNanos = nowNanos;
      bytesSince = 0;
      packetsSince = 0;
    } else if (begins && packet.timestamp() == timestamp) {
      // Several packets of one keyframe can be its beginning; the first in order is.
      sequence = Math.min(sequence, packet.sequence());
    }
    bytesSince += length;
    packetsSince += packet.sequence() >= sequence ? 1 : 0;
    return packet.timestamp() == timestamp;
  }

  /** Extended sequence number of its first packet, or -1 before the first keyframe. */
  long sequence() {
    return sequence;
  }

  /** When it began to arrive. */
  long arrivalNanos() {
    return arrivalNanos;
  }

  /** Bytes that have come since, its own included. */
  long bytesSince() {
    return bytesSince;
  }

  /** Packets that have come since, its own included, each counted once. */
  long packetsSince() {
    return packetsSince;
  }
}
