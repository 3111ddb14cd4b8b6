package dev.sluice.core.room;

import dev.sluice.core.codec.MediaPacket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Packets of one stream that have come and are forwarded together: to one subscriber all of them,
 * then to the next. What is remembered of a subscriber is spread over some kilobytes, and of many
 * subscribers no longer fits into the processor's cache; so it is fetched once for several packets,
 * and what is written for one subscriber leaves while it is still in the cache.
 *
 * <p>They lie in the stream's history; {@link #MAX_PACKETS} of them are far fewer than what that
 * holds, so nothing is written over while it waits. Owner: the room's worker. Allocates only to
 * grow.
 */
final class HeldPackets {
  /** The most that wait. */
  static final int MAX_PACKETS = 32;

  private static final int INITIAL_PACKETS = 4;

  /** Behind the packets that wait lie objects for further ones. */
  private @Nullable MediaPacket[] packets = new MediaPacket[INITIAL_PACKETS];

  private int count;
  private long dueNanos;

  /**
   * Keeps a packet. Not when it {@link #isFull()}.
   *
   * @param newDueNanos when it is to be forwarded, with those that wait already; an earlier instant
   *     stands
   * @return another object, for the next packet that comes
   */
  MediaPacket hold(MediaPacket packet, long newDueNanos) {
    if (count == packets.length) {
      packets = Arrays.copyOf(packets, 2 * count);
    }
    if (count == 0 || newDueNanos - dueNanos < 0) {
      dueNanos = newDueNanos;
    }
    MediaPacket spare = packets[count];
    packets[count++] = packet;
    return spare == null ? new MediaPacket() : spare;
  }

  boolean isEmpty() {
    return count == 0;
  }

  boolean isFull() {
    return count == MAX_PACKETS;
  }

  int count() {
    return count;
  }

  /** The packets in the order in which they came. */
  MediaPacket packet(int place) {
    MediaPacket packet = packets[place];
    if (place >= count || packet == null) {
      throw new IllegalStateException("no packet is held at " + place + " of " + count);
    }
    return packet;
  }

  /** When they are to be forwarded; {@link Long#MAX_VALUE} when there are none. */
  long dueNanos() {
    return count == 0 ? Long.MAX_VALUE : dueNanos;
  }

  /** They have been forwarded. */
  void clear() {
    count = 0;
  }
}
