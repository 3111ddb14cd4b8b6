package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import dev.sluice.core.testkit.SimulatedSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens to a call, in whatever order: every stream that a receiver sees is continuous,
 * and no index is encrypted twice. A failure names the seed that shows it again.
 */
@Tag("S2")
class RoomPropertyTest {
  private static final int STEPS = 60;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void streamsStayContinuous(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Conference conference = new Conference(seed);
    Run run = new Run(conference, random);
    for (int step = 0; step < STEPS; step++) {
      run.disturb();
      conference.runMillis(random.nextInt(5, 400));
    }
    for (SimulatedPeer peer : conference.peers()) {
      peer.slots()
          .forEach(
              (mid, stream) -> {
                String where = "seed " + seed + ", " + peer.id() + " " + mid;
                assertThat(stream.discontinuities()).as(where).isEmpty();
                if (peer.downlink().lost() == 0) {
                  assertThat(stream.beginsWithKeyframe()).as(where).isTrue();
                }
              });
      assertThat(peer.drops().of(DropReason.AUTHENTICATION_FAILED)).as("seed " + seed).isZero();
    }
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).as("seed " + seed).isZero();
    assertThat(conference.dropped(DropReason.AUTHENTICATION_FAILED)).as("seed " + seed).isZero();
    for (SimulatedPeer peer : run.everyone()) {
      conference.leave(peer);
    }
    assertThat(conference.room().forwardedStreams()).as("seed " + seed).isZero();
    assertThat(conference.room().waiting()).as("seed " + seed).isZero();
  }

  /** Things that happen. */
  private static final class Run {
    private final Conference conference;
    private final SplittableRandom random;
    private int names;
    private int ssrcs;

    Run(Conference conference, SplittableRandom random) {
      this.conference = conference;
      this.random = random;
      join();
      join();
    }

    SimulatedPeer[] everyone() {
      return conference.peers().toArray(SimulatedPeer[]::new);
    }

    void disturb() {
      switch (random.nextInt(12)) {
        case 0, 1 -> join();
        case 2 -> leave();
        case 3 -> setLinks();
        case 4 -> someSource().skip(random.nextInt(600));
        case 5 -> someSource().changeSsrc(0x7000_0000 + 2 * ssrcs++);
        case 6 -> someSource().pause();
        case 7 -> someSource().resume(conference.nowNanos());
        case 8 -> narrow();
        case 9 -> renegotiate();
        case 10 -> somePeer().slots().keySet().forEach(this::ask);
        default -> someSource().setSize(160 << random.nextInt(4), 90);
      }
    }

    private void join() {
      if (conference.peers().size() >= 6) {
        return;
      }
      PeerPlan plan = PeerPlan.talking("peer" + names++, random.nextInt(4));
      SimulatedPeer peer =
          conference.join(random.nextBoolean() ? plan : plan.withLayers("q", "h", "f"));
      peer.audio().setSequence(random.nextInt(65_536));
      peer.video().setSequence(65_300 + random.nextInt(200));
      setLinks(peer);
    }

    private void leave() {
      if (conference.peers().size() > 2) {
        conference.leave(somePeer());
      }
    }

    private void setLinks() {
      setLinks(somePeer());
    }

    private void setLinks(SimulatedPeer peer) {
      peer.uplink().setLoss(random.nextInt(3) * 0.03);
      peer.uplink().setDelay(random.nextLong(30_000_000), 1 + random.nextLong(10_000_000));
      peer.uplink().setReordering(random.nextInt(3) * 0.05);
      peer.uplink().setDuplication(random.nextInt(3) * 0.05);
      peer.downlink().setLoss(random.nextInt(3) * 0.03);
      peer.downlink().setDelay(random.nextLong(30_000_000), 1 + random.nextLong(10_000_000));
      peer.downlink().setReordering(random.nextInt(3) * 0.05);
      peer.downlink().setBursts(random.nextInt(2) * 0.003, 10);
      peer.downlink().setRate(random.nextInt(3) * 4_000_000L, 60_000);
    }

    private void narrow() {
      String publisher = random.nextBoolean() ? "" : somePeer().id().value();
      conference.command(
          new RoomCommand.NarrowSubscription(conference.roomId(), somePeer().id(), "", publisher));
    }

    private void renegotiate() {
      SimulatedPeer peer = somePeer();
      int slots = random.nextInt(4);
      conference.negotiate(peer, conference.planOf(peer).withSlots(slots, slots));
      conference.confirm(peer);
    }

    private void ask(String mid) {
      SimulatedPeer peer = somePeer();
      if (mid.startsWith("v") && peer.slots().containsKey(mid)) {
        peer.requestKeyframe(mid, conference.nowNanos());
      }
    }

    private SimulatedPeer somePeer() {
      return conference.peers().get(random.nextInt(conference.peers().size()));
    }

    private SimulatedSource someSource() {
      SimulatedPeer peer = somePeer();
      return peer.sources().get(random.nextInt(peer.sources().size()));
    }
  }
}
