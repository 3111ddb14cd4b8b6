package dev.sluice.transport.pipeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of one worker in the order of their deadlines: a binary heap in which each room knows
 * its place, so that a turn costs the rooms that it touches and not all rooms. Allocates only to
 * grow. Owner: the worker.
 */
final class RoomSchedule {
  private HostedRoom[] heap = new HostedRoom[16];
  private int size;

  /** Puts a room in, or moves it. {@link Long#MAX_VALUE} is never. */
  void put(HostedRoom room, long deadlineNanos) {
    room.deadlineNanos = deadlineNanos;
    if (room.place == HostedRoom.NOWHERE) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, 2 * size);
      }
      set(size++, room);
    }
    siftDown(siftUp(room.place));
  }

  /** Takes a room out; does nothing when it is not in. */
  void remove(HostedRoom room) {
    int place = room.place;
    if (place == HostedRoom.NOWHERE) {
      return;
    }
    room.place = HostedRoom.NOWHERE;
    HostedRoom last = heap[--size];
    if (last != room) {
      set(place, last);
      siftDown(siftUp(place));
    }
    Arrays.fill(heap, size, size + 1, null);
  }

  /** Takes out the first room that is due, or gives null when none is. */
  @Nullable HostedRoom pollDue(long nowNanos) {
    if (size == 0 || heap[0].deadlineNanos > nowNanos) {
      return null;
    }
    HostedRoom first = heap[0];
    remove(first);
    return first;
  }

  /** The earliest deadline, or {@link Long#MAX_VALUE}. */
  long firstDeadlineNanos() {
    return size == 0 ? Long.MAX_VALUE : heap[0].deadlineNanos;
  }

  private int siftUp(int from) {
    int place = from;
    HostedRoom room = heap[place];
    while (place > 0 && room.deadlineNanos < heap[(place - 1) / 2].deadlineNanos) {
      set(place, heap[(place - 1) / 2]);
      place = (place - 1) / 2;
    }
    set(place, room);
    return place;
  }

  private void siftDown(int from) {
    int place = from;
    HostedRoom room = heap[place];
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size && heap[child + 1].deadlineNanos < heap[child].deadlineNanos) {
        child++;
      }
      if (heap[child].deadlineNanos >= room.deadlineNanos) {
        break;
      }
      set(place, heap[child]);
      place = child;
    }
    set(place, room);
  }

  private void set(int place, HostedRoom room) {
    heap[place] = room;
    room.place = place;
  }
}
