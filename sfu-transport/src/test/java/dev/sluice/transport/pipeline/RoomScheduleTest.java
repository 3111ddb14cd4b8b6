package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.time.MediaClock;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoomScheduleTest {
  private final RoomSchedule schedule = new RoomSchedule();

  @Test
  void isNeverDueWhenItIsEmpty() {
    assertThat(schedule.firstDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(schedule.pollDue(Long.MAX_VALUE)).isNull();
  }

  @Test
  void givesRoomsInTheOrderOfTheirDeadlinesAndNoneEarly() {
    HostedRoom late = room();
    HostedRoom early = room();
    schedule.put(late, 20);
    schedule.put(early, 10);

    assertThat(schedule.pollDue(9)).isNull();
    assertThat(schedule.pollDue(10)).isSameAs(early);
    assertThat(schedule.pollDue(19)).isNull();
    assertThat(schedule.pollDue(20)).isSameAs(late);
  }

  @Test
  void agreesWithAListThatIsSearchedEachTime() {
    long seed = 20_26;
    Random random = new Random(seed);
    HostedRoom[] rooms = new HostedRoom[100];
    for (int i = 0; i < rooms.length; i++) {
      rooms[i] = room();
    }
    Map<HostedRoom, Long> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      HostedRoom room = rooms[random.nextInt(rooms.length)];
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          long deadline = random.nextInt(1_000);
          schedule.put(room, deadline);
          model.put(room, deadline);
        }
        case 2 -> {
          schedule.remove(room);
          model.remove(room);
        }
        default -> {
          HostedRoom due = schedule.pollDue(random.nextInt(500));
          if (due != null) {
            assertThat(model.remove(due)).isEqualTo(due.deadlineNanos);
          }
        }
      }
      long first = model.values().stream().mapToLong(v -> v).min().orElse(Long.MAX_VALUE);
      assertThat(schedule.firstDeadlineNanos()).as("seed %s step %s", seed, step).isEqualTo(first);
    }
  }

  private static HostedRoom room() {
    return new HostedRoom(
        new Room(
            new RoomId("room"),
            RoomLimits.DEFAULT,
            new MediaClock(0, 0),
            MediaMeans.with(SrtpCiphers.jdk()),
            1,
            new AtomicInteger()::incrementAndGet,
            null));
  }
}
