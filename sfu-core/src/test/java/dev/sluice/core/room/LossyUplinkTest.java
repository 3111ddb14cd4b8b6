package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.MediaKind;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one publisher's uplink loses is no reason to send less of the others. */
@Tag("B9")
class LossyUplinkTest {
  private static final int SECONDS = 10;
  private static final double LOSS = 0.2;
  private static final long CAPACITY_BPS = 2_500_000;

  private final Downlinks call = new Downlinks(701);
  private final List<SimulatedPeer> publishers = new ArrayList<>();
  private final List<SimulatedPeer> subscribers = new ArrayList<>();

  @Test
  void leavesTheRateOfEachOtherAlone() {
    join();
    Map<String, Double> before = rates();
    loseTheFirst();
    Map<String, Double> after = rates();
    before.forEach(
        (path, rate) ->
            assertThat(after.get(path))
                .as("%s: %s", call.seed(), path)
                .isBetween(0.95 * rate, 1.05 * rate));
  }

  @Test
  @Tag("R1")
  void sendsWhatThePublisherRepairsOnce() {
    join();
    loseTheFirst();
    call.runSeconds(SECONDS);
    for (SimulatedPeer subscriber : subscribers.subList(1, subscribers.size())) {
      ReceivedStream video = Downlinks.video(subscriber, publishers.getFirst());
      assertThat(video.repaired()).as(call.seed()).isGreaterThan(50);
      // A viewer asks for what it misses before the publisher's repair has reached the server.
      assertThat(video.duplicates())
          .as("%s: of %s repaired", call.seed(), video.repaired())
          .isLessThan(video.repaired() / 20);
      assertThat(video.repairedWithin(300_000_000)).as(call.seed()).isGreaterThan(0.98);
    }
  }

  private void join() {
    for (int i = 0; i < 4; i++) {
      SimulatedPeer peer = call.join(PeerPlan.talking("p" + i, 3), 60_000, 150_000, 350_000);
      peer.downlink().setDelay(20_000_000, 1_000_000);
      peer.uplink().setDelay(20_000_000, 1_000_000);
      call.setCapacity(peer, CAPACITY_BPS);
      publishers.add(peer);
    }
    subscribers.addAll(publishers);
    subscribers.add(call.watch(4, 4, CAPACITY_BPS));
    call.runSeconds(12);
  }

  private void loseTheFirst() {
    publishers.getFirst().uplink().setLoss(LOSS);
    call.runSeconds(2);
    assertThat(publishers.getFirst().uplink().lost()).as("it does lose").isGreaterThan(50);
  }

  /** The rates of the three others' videos at each subscriber. */
  private Map<String, Double> rates() {
    Map<String, Long> before = bytes();
    call.runSeconds(SECONDS);
    Map<String, Double> rates = new LinkedHashMap<>();
    bytes()
        .forEach(
            (path, bytes) ->
                rates.put(path, (bytes - before.getOrDefault(path, 0L)) * 8.0 / SECONDS));
    return rates;
  }

  private Map<String, Long> bytes() {
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (SimulatedPeer subscriber : subscribers) {
      for (SimulatedPeer publisher : publishers.subList(1, 4)) {
        if (subscriber != publisher) {
          String mid = Downlinks.slotShowing(subscriber, publisher, MediaKind.VIDEO);
          bytes.put(
              publisher.id().value() + " at " + subscriber.id().value(),
              subscriber.slot(mid).bytes());
        }
      }
    }
    return bytes;
  }
}
