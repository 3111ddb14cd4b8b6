package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A room that many watch: what one of them does is no work for each of the others. */
@Tag("R11")
class RoomGrowthTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int FEW = 100;
  private static final int MANY = 1_000;

  private final RoomUnderTest room =
      new RoomUnderTest(RoomLimits.DEFAULT.withMaxParticipants(2 * MANY));
  private int watchers;

  @Test
  void whoOnlyWatchesIsAsSoonInAmongManyAsAmongFew() {
    publish();
    fillTo(FEW);
    long amongFew = leastBytesToNegotiate();
    fillTo(MANY);
    long amongMany = leastBytesToNegotiate();

    assertThat(amongFew).isPositive();
    assertThat(amongMany).isLessThan(2 * amongFew);
  }

  @Test
  void whoComesLastSeesWhatTheOthersSeeAndTheyGoOnWhenItLeaves() {
    RoomUnderTest.Peer publisher = publish();
    RoomUnderTest.Peer first = watcher();
    RoomUnderTest.Peer last = watcher();
    assertThat(last.heard(RoomEvent.SlotAssigned.class)).hasSize(1);
    publisher.send(4_711, RoomUnderTest.OPUS, 5);

    room.handle(new RoomCommand.Leave(room.room.id(), last.id, LeaveReason.LEFT));
    publisher.send(4_711, RoomUnderTest.OPUS, 5);

    assertThat(first.received.values())
        .singleElement()
        .satisfies(all -> assertThat(all).hasSize(10));
    assertThat(last.received.values()).singleElement().satisfies(all -> assertThat(all).hasSize(5));
    room.handle(new RoomCommand.Leave(room.room.id(), publisher.id, LeaveReason.LEFT));
    assertThat(first.heard(RoomEvent.SlotAssigned.class).getLast().track()).isNull();
  }

  private RoomUnderTest.Peer publish() {
    RoomUnderTest.Peer publisher = room.join("publisher");
    publisher.negotiate(
        Map.of("0", PublishIntent.UNSPECIFIED),
        RoomUnderTest.sending("0", 4_711, RoomUnderTest.OPUS));
    return publisher;
  }

  private void fillTo(int count) {
    while (watchers < count) {
      watcher();
    }
  }

  private RoomUnderTest.Peer watcher() {
    RoomUnderTest.Peer peer = room.join("watcher-" + watchers);
    negotiate(peer);
    return peer;
  }

  private void negotiate(RoomUnderTest.Peer peer) {
    peer.negotiate(RoomUnderTest.receiving("0", 100_000 + 2L * watchers++, RoomUnderTest.OPUS));
  }

  /** The least of some: the JVM's own allocations fall into a few. */
  private long leastBytesToNegotiate() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      RoomUnderTest.Peer peer = room.join("late-" + watchers);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      negotiate(peer);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
