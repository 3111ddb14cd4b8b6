package dev.sluice.api.rest;

import dev.sluice.core.media.RoomId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rooms that operators watch: whose metrics are told in full, each for a time. There are few of
 * them, because every participant and stream of each is a dozen time series. Safe for every thread.
 */
public final class WatchedRooms {
  /** So many at a time. */
  public static final int MAX_ROOMS = 10;

  /** A day. */
  static final int MAX_SECONDS = 86_400;

  private final InstantSource clock;
  private final Map<String, Instant> untilByRoom = new TreeMap<>();

  /** No room is watched. */
  public WatchedRooms(InstantSource clock) {
    this.clock = clock;
  }

  /** Watches a room for so long from now on; false when as many others are watched as may be. */
  public synchronized boolean watch(RoomId room, Duration time) {
    forgetPast();
    if (!untilByRoom.containsKey(room.value()) && untilByRoom.size() >= MAX_ROOMS) {
      return false;
    }
    untilByRoom.put(room.value(), clock.instant().plus(time));
    return true;
  }

  /** Watches a room no longer. */
  public synchronized void forget(RoomId room) {
    untilByRoom.remove(room.value());
  }

  /** The names of those that are watched now, in their order, and until when. */
  public synchronized Map<String, Instant> now() {
    forgetPast();
    return new TreeMap<>(untilByRoom);
  }

  private void forgetPast() {
    Instant now = clock.instant();
    untilByRoom.values().removeIf(until -> !until.isAfter(now));
  }
}
