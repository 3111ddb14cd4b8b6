package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.RoomId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("O1")
class WatchedRoomsTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
  private final WatchedRooms watched = new WatchedRooms(now::get);

  @Test
  void watchesNoMoreThanItMay() {
    for (int i = 0; i < WatchedRooms.MAX_ROOMS; i++) {
      assertThat(watched.watch(new RoomId("room-" + i), HOUR)).isTrue();
    }
    assertThat(watched.watch(new RoomId("one more"), HOUR)).isFalse();
    assertThat(watched.watch(new RoomId("room-3"), HOUR)).as("longer").isTrue();
    watched.forget(new RoomId("room-3"));
    assertThat(watched.watch(new RoomId("one more"), HOUR)).isTrue();
    assertThat(watched.now()).hasSize(WatchedRooms.MAX_ROOMS).doesNotContainKey("room-3");
  }

  @Test
  void forgetsThemWhenTheirTimeIsOver() {
    watched.watch(new RoomId("short"), Duration.ofMinutes(1));
    watched.watch(new RoomId("long"), HOUR);
    now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(1)));
    assertThat(watched.now()).containsOnlyKeys("long");
    now.updateAndGet(instant -> instant.plus(HOUR));
    assertThat(watched.now()).isEmpty();
  }
}
