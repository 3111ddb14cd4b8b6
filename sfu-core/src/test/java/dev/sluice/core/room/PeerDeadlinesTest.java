package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.peer.PeerSession;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of deadlines side by side is what the peers would say. */
@Tag("R11")
class PeerDeadlinesTest {
  private static final int STEPS = 2_000;

  private final PeerDeadlines deadlines = new PeerDeadlines();
  private final List<PeerSession> peers = new ArrayList<>();
  private long nowNanos = 1_000_000_000;
  private int dueFound;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void isAsThePeersSayWhoeverComesGoesAndIsCalled(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(10)) {
        case 0 -> add(step);
        case 1 -> remove(random);
        case 2, 3 -> nowNanos += random.nextLong(300_000_000);
        default -> callThoseDue();
      }
      check("seed " + seed + ", step " + step);
    }
    assertThat(dueFound).isGreaterThan(STEPS / 10);
  }

  private void check(String when) {
    long first =
        peers.stream().mapToLong(PeerSession::nextDeadlineNanos).min().orElse(Long.MAX_VALUE);
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < peers.size(); i++) {
      if (peers.get(i).nextDeadlineNanos() <= nowNanos) {
        expected.add(i);
      }
    }
    List<Integer> found = new ArrayList<>();
    for (int i = deadlines.nextDue(0, nowNanos); i >= 0; i = deadlines.nextDue(i + 1, nowNanos)) {
      found.add(i);
    }

    assertThat(found).as(when).isEqualTo(expected);
    assertThat(deadlines.firstNanos()).as(when).isEqualTo(first);
  }

  private void callThoseDue() {
    for (int i = deadlines.nextDue(0, nowNanos); i >= 0; i = deadlines.nextDue(i + 1, nowNanos)) {
      dueFound++;
      deadlines.peer(i).egress().handlePacing(nowNanos);
      deadlines.peer(i).handleTimeout(nowNanos);
    }
  }

  private void add(int number) {
    WatchingPeer added = WatchingPeer.withSsrc(number);
    peers.add(added.peer());
    deadlines.add(added.peer());
    added.connect();
  }

  private void remove(SplittableRandom random) {
    if (!peers.isEmpty()) {
      deadlines.remove(peers.remove(random.nextInt(peers.size())));
    }
  }
}
