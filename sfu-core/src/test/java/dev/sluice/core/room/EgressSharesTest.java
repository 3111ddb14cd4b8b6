package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which worker sends to whom. */
class EgressSharesTest {
  private final Conference conference = new Conference(230);
  private final List<SimulatedPeer> peers = new ArrayList<>();

  private int joined;

  private void join(int count) {
    for (int i = 0; i < count; i++) {
      peers.add(conference.join(PeerPlan.watching("p" + joined++, 1)));
    }
  }

  private List<Integer> workers() {
    return peers.stream()
        .map(peer -> Objects.requireNonNull(conference.roomOf(peer).peer(peer.id())))
        .map(peer -> peer.lane() == PeerSession.NO_LANE ? 0 : peer.lane())
        .toList();
  }

  @Test
  void theOwnerFillsUpFirstThenTheNextOneAndThenWhoHasTheFewest() {
    conference.addLanes(2, 2);
    join(9);
    assertThat(workers()).containsExactly(0, 0, 1, 1, 2, 2, 0, 1, 2);
  }

  @Test
  void whatOneLeavesFreeTheNextOneTakes() {
    conference.addLanes(2, 2);
    join(6);
    conference.leave(peers.remove(3));
    conference.leave(peers.removeFirst());
    join(3);
    assertThat(workers()).containsExactly(0, 1, 2, 2, 0, 1, 0);
  }

  @Test
  void withoutABoundOrAnotherWorkerAllStayWithTheOwner() {
    join(3);
    conference.addLanes(2, EgressShares.UNLIMITED);
    join(3);
    assertThat(workers()).containsOnly(0);
  }

  @Test
  void countsEachRoomByItself() {
    conference.addLanes(1, 1);
    join(2);
    Room other = conference.openRoom(new RoomId("other"));
    peers.add(conference.join(PeerPlan.watching("elsewhere", 1), other));
    assertThat(workers()).containsExactly(0, 1, 0);
  }

  @Test
  void whoHasCountsForTheWorkerThatItBringsAlong() {
    conference.addLanes(1, 1);
    join(2);
    Room other = conference.openRoom(new RoomId("other"));
    conference.move(peers.get(1), other, () -> {});
    peers.add(conference.join(PeerPlan.watching("first", 1), other));
    peers.add(conference.join(PeerPlan.watching("second", 1), other));
    assertThat(workers()).containsExactly(0, 1, 0, 0);
  }

  @Test
  void beginsWithTheOwnerWhateverItsNumber() {
    Room room = conference.room();
    EgressShares shares = new EgressShares(3, 2, 1);
    assertThat(shares.workerFor(fresh(room, "a"), List.of())).isEqualTo(PeerSession.NO_LANE);
    join(1);
    Participant first =
        new Participant(joinOf("p0"), Objects.requireNonNull(room.peer(peers.getFirst().id())));
    assertThat(shares.workerFor(fresh(room, "b"), List.of(first))).isZero();
  }

  private PeerSession fresh(Room room, String name) {
    return Objects.requireNonNull(room.peer(conference.enter(PeerPlan.watching(name, 1)).id()));
  }

  private RoomCommand.Join joinOf(String name) {
    return new RoomCommand.Join(
        conference.roomId(), new ParticipantId(name), name, name, Grants.ALL, event -> {});
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatIllegalArgumentException().isThrownBy(() -> new EgressShares(2, 2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new EgressShares(2, 0, -1));
  }
}
