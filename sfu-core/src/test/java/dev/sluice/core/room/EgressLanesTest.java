package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedLane;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rooms whose packets are encrypted and sent by other workers than their own. */
@Tag("R11")
class EgressLanesTest {
  private static final long MILLISECOND = 1_000_000;

  /** One who publishes and five who watch, over links that lose and delay. */
  private static List<SimulatedPeer> lossyCall(Conference conference) {
    List<SimulatedPeer> peers = new ArrayList<>();
    peers.add(conference.join(PeerPlan.talking("ada", 1)));
    for (int i = 0; i < 5; i++) {
      peers.add(conference.join(PeerPlan.talking("viewer " + i, 2)));
    }
    for (SimulatedPeer peer : peers) {
      peer.uplink().setLoss(0.02);
      peer.uplink().setDelay(20 * MILLISECOND, 2 * MILLISECOND);
      peer.downlink().setLoss(0.05);
      peer.downlink().setDelay(20 * MILLISECOND, 2 * MILLISECOND);
    }
    return peers;
  }

  /** Every datagram to each peer, in order: SRTP, SRTCP, retransmissions, padding, goodbyes. */
  private static Map<Integer, List<String>> onTheWire(Conference conference) {
    Map<Integer, List<String>> wire = new HashMap<>();
    conference.tapWire(
        (peer, datagram) ->
            wire.computeIfAbsent(peer.number(), number -> new ArrayList<>())
                .add(HexFormat.of().formatHex(datagram)));
    List<SimulatedPeer> peers = lossyCall(conference);
    conference.runMillis(4_000);
    conference.leave(peers.getFirst());
    conference.runMillis(500);
    return wire;
  }

  @Test
  void putTheSameBytesOnTheWireAsTheOwnerWould() {
    Conference conference = new Conference(220);
    List<SimulatedLane> lanes = conference.addLanes(2, 2);
    Map<Integer, List<String>> byLanes = onTheWire(conference);

    assertThat(lanes).allSatisfy(lane -> assertThat(lane.orders()).isGreaterThan(500));
    assertThat(conference.totals().packetsResent()).as("seed 220").isGreaterThan(20);
    assertThat(byLanes).isEqualTo(onTheWire(new Conference(220)));
  }

  @Test
  @Tag("R1")
  @Tag("S2")
  void repairLossWhileTheyAreBehind() {
    Conference conference = new Conference(221);
    List<SimulatedLane> lanes = conference.addLanes(2, 2);
    lanes.get(0).setDelay(MILLISECOND / 2);
    lanes.get(1).setDelay(4 * MILLISECOND);
    List<SimulatedPeer> peers = lossyCall(conference);
    conference.runMillis(15_000);

    assertThat(lanes).allSatisfy(lane -> assertThat(lane.orders()).isGreaterThan(1000));
    for (SimulatedPeer peer : peers) {
      ReceivedStream video = peer.slot("v0");
      assertThat(video.repaired()).as("seed 221, " + peer.id()).isGreaterThan(20);
      assertThat(video.repairedWithin(300 * MILLISECOND)).isGreaterThan(0.98);
      assertThat(video.discontinuities()).isEmpty();
      assertThat(peer.slot("a0").discontinuities()).isEmpty();
      assertThat(peer.rtcpReceived()).isGreaterThan(100);
      assertThat(peer.drops().of(DropReason.REPLAYED)).isZero();
      assertThat(peer.drops().of(DropReason.TOO_OLD)).isZero();
      assertThat(peer.drops().of(DropReason.AUTHENTICATION_FAILED)).isZero();
    }
    for (DropReason none :
        List.of(DropReason.INDEX_REUSED, DropReason.OVERWRITTEN, DropReason.RING_FULL)) {
      assertThat(conference.dropped(none)).isZero();
      assertThat(lanes).allSatisfy(lane -> assertThat(lane.drops().of(none)).isZero());
    }
  }

  @Test
  void aLaneThatIsFullLosesPacketsAsANetworkDoes() {
    Conference conference = new Conference(222);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedLane lane = conference.addLanes(1, 1).getFirst();
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2_000);
    lane.setCapacity(3);
    lane.setDelay(60 * MILLISECOND);
    conference.runMillis(1_000);
    long lost = conference.dropped(DropReason.RING_FULL);
    lane.setCapacity(1000);
    lane.setDelay(0);
    // What waits for a lane looks to the estimate as what waits on a path.
    conference.runMillis(6_000);

    assertThat(lost).as("seed 222").isGreaterThan(20);
    assertThat(conference.dropped(DropReason.RING_FULL)).as("it is over").isEqualTo(lost);
    assertThat(lane.waiting()).isZero();
    assertThat(publisher.drops().of(DropReason.AUTHENTICATION_FAILED)).isZero();
    assertThat(viewer.slot("v0").repaired()).isPositive();
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(conference.nowNanos() - lastArrival(viewer))
        .as("the picture goes on")
        .isLessThan(100 * MILLISECOND);
  }

  private static long lastArrival(SimulatedPeer viewer) {
    return Objects.requireNonNull(viewer.slot("v0").last()).arrivalNanos();
  }

  /** A history of so and so many packets: a lane that is further behind must notice. */
  @Test
  void whatWasWrittenOverMeanwhileIsThrownAway() {
    Map<Long, Long> truth = capturesByTimestamp();
    Conference late = new Conference(223);
    SimulatedLane lane = late.addLanes(1, 1).getFirst();
    SimulatedPeer viewer = flood(late);
    lane.setDelay(1_500 * MILLISECOND);
    late.runMillis(4_000);

    assertThat(lane.drops().of(DropReason.OVERWRITTEN)).as("seed 223").isGreaterThan(100);
    assertThat(viewer.slot("v0").packets()).hasSizeGreaterThan(100);
    int compared = 0;
    for (ReceivedStream.Packet packet : viewer.slot("v0").packets()) {
      if (truth.containsKey(packet.timestamp())) {
        compared++;
        assertThat(packet.captureNanos()).isEqualTo(truth.get(packet.timestamp()));
      }
    }
    assertThat(compared).isGreaterThan(100);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.drops().of(DropReason.AUTHENTICATION_FAILED)).isZero();
  }

  private static SimulatedPeer flood(Conference conference) {
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    publisher.video().setPacketsPerFrame(400);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    viewer.setRepairs(false);
    conference.runMillis(1_000);
    return viewer;
  }

  private static Map<Long, Long> capturesByTimestamp() {
    Conference conference = new Conference(223);
    SimulatedPeer viewer = flood(conference);
    conference.runMillis(4_000);
    Map<Long, Long> captures = new HashMap<>();
    for (ReceivedStream.Packet packet : viewer.slot("v0").packets()) {
      captures.put(packet.timestamp(), packet.captureNanos());
    }
    return captures;
  }

  @Test
  @Tag("M7")
  void aPeerThatMovesKeepsItsLane() {
    Conference conference = new Conference(224);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    Room other = conference.openRoom(new RoomId("other"));
    SimulatedPeer elsewhere = conference.join(PeerPlan.publishing("elsewhere"), other);
    List<SimulatedLane> lanes = conference.addLanes(1, 1);
    lanes.getFirst().setDelay(2 * MILLISECOND);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2_000);
    long before = lanes.getFirst().orders();

    assertThat(conference.move(viewer, other, () -> {})).isNull();
    conference.runMillis(2_000);

    assertThat(lanes.getFirst().orders()).as("seed 224").isGreaterThan(before + 50);
    assertThat(conference.nowNanos() - lastArrival(viewer)).isLessThan(100 * MILLISECOND);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.slot("v0").missing()).isZero();
    assertThat(viewer.drops().of(DropReason.AUTHENTICATION_FAILED)).isZero();
    assertThat(viewer.drops().of(DropReason.REPLAYED)).isZero();
    assertThat(List.of(publisher, elsewhere))
        .allSatisfy(peer -> assertThat(peer.rtcpReceived()).isPositive());
  }

  @Test
  void nothingIsUnderWayToOneThatHasLeft() {
    Conference conference = new Conference(225);
    conference.join(PeerPlan.publishing("publisher"));
    SimulatedLane lane = conference.addLanes(1, 1).getFirst();
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(1_000);
    conference.leave(viewer);
    long orders = lane.orders();
    conference.runMillis(1_000);

    assertThat(lane.waiting()).isZero();
    assertThat(lane.orders()).isEqualTo(orders);
  }

  @Test
  void whoNeedsTheSameBytesAgainStaysWithTheOwner() {
    Conference conference = new Conference(226);
    conference.join(PeerPlan.publishing("publisher"));
    SimulatedLane lane = conference.addLanes(1, 1).getFirst();
    SimulatedPeer viewer =
        conference.join(
            PeerPlan.watching("viewer", 1)
                .withCodecs(List.of(Agreement.OPUS), List.of(Agreement.VP8_WITHOUT_RTX)));
    viewer.downlink().setLoss(0.05);
    viewer.downlink().setDelay(20 * MILLISECOND, 2 * MILLISECOND);
    conference.runMillis(5_000);

    assertThat(lane.orders()).isZero();
    assertThat(viewer.slot("v0").repaired()).as("seed 226").isGreaterThan(10);
  }

  private static int lane(Conference conference, SimulatedPeer peer) {
    return Objects.requireNonNull(conference.room().peer(peer.id())).lane();
  }

  @Test
  void newKeysAreANewStreamOnTheSameLane() {
    Conference conference = new Conference(227);
    conference.join(PeerPlan.publishing("publisher"));
    SimulatedLane lane = conference.addLanes(1, 1).getFirst();
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(500);
    long before = lane.orders();
    int number = lane(conference, viewer);

    conference.connect(viewer);
    conference.runMillis(500);

    assertThat(lane(conference, viewer)).isEqualTo(number).isEqualTo(1);
    assertThat(lane.orders()).isGreaterThan(before + 20);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }
}
