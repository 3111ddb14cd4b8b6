package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.RoomId;
import dev.sluice.transport.udp.UdpBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rooms of which several workers encrypt and send, each on its own thread and sockets. */
@Tag("R11")
class EgressLaneThreadsTest extends NodeFixture {
  private static final RoomId HERE = new RoomId("here");

  /** More on the way at a time would be too much for a client's socket. */
  private static final int BURST = 20;

  /** What comes in one turn leaves in one order. */
  private List<String> send(TestPeer from, int first, int count, List<TestPeer> to) {
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(from.key.participant().value() + " " + (first + i));
      from.sendMedia(first + i, sent.getLast());
      if (sent.size() % BURST == 0 || i == count - 1) {
        until(
            sent.getLast() + " came",
            () -> to.stream().allMatch(peer -> peer.received.contains(sent.getLast())));
      }
    }
    return sent;
  }

  private long orders(SfuNode node, MediaWorker worker) {
    return node.statistics().get(worker.index()).ordersHandled();
  }

  @ParameterizedTest
  @EnumSource(UdpBackend.class)
  void everyoneGetsEverythingInOrderFromWhicheverWorker(UdpBackend backend) {
    SfuNode node = withLanes(2, backend);
    TestPeer ada = connected(node, HERE.value(), "ada");
    List<TestPeer> others = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String name = "viewer " + i;
      others.add(
          i == 3 ? connectedByTcp(node, HERE.value(), name) : connected(node, HERE.value(), name));
    }

    List<String> sent = send(ada, 100, 300, others);

    for (TestPeer other : others) {
      assertThat(other.received).as(other.key.toString()).containsExactlyElementsOf(sent);
    }
    MediaWorker owner = node.ownerOf(HERE);
    until(
        "both other workers have said what they did",
        () ->
            node.statistics().stream()
                    .filter(worker -> worker.ordersHandled() >= 2L * sent.size() / BURST)
                    .count()
                == 2);
    assertThat(orders(node, owner)).as("nobody orders from the owner").isZero();
    for (DropReason none :
        List.of(DropReason.INDEX_REUSED, DropReason.OVERWRITTEN, DropReason.RING_FULL)) {
      assertThat(drops(node, none)).isZero();
    }
  }

  /** To a room of a third worker, and to one of the very worker that sends to the one who moves. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void oneThatMovesIsSentToByTheSameWorkerWhoseverTheRoom(int ownersDistance) throws Exception {
    SfuNode node = withLanes(1, UdpBackend.best());
    MediaWorker target = workerAt(node, (node.ownerOf(HERE).index() + ownersDistance) % 3);
    RoomId there = roomOf(node, target);
    TestPeer bob = connected(node, HERE.value(), "bob");
    TestPeer alice = connected(node, HERE.value(), "alice");
    TestPeer carol = connected(node, there.value(), "carol");
    List<String> expected = new ArrayList<>(send(bob, 1, 40, List.of(alice)));

    assertThat(
            node.move(new PeerKey(HERE, alice.key.participant()), there)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS))
        .isEqualTo(new MoveOutcome.Moved());
    expected.addAll(send(carol, 1, 40, List.of(alice)));
    assertThat(
            node.move(new PeerKey(there, alice.key.participant()), HERE)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS))
        .isEqualTo(new MoveOutcome.Moved());
    expected.addAll(send(bob, 41, 40, List.of(alice)));

    assertThat(alice.received).containsExactlyElementsOf(expected);
    MediaWorker lane = workerAt(node, (node.ownerOf(HERE).index() + 1) % 3);
    until("its worker has sent all", () -> orders(node, lane) >= expected.size() / BURST);
    assertThat(drops(node, DropReason.INDEX_REUSED)).isZero();
  }

  private static MediaWorker workerAt(SfuNode node, int index) {
    int number = 0;
    while (node.ownerOf(new RoomId("w" + number)).index() != index) {
      number++;
    }
    return node.ownerOf(new RoomId("w" + number));
  }

  private static RoomId roomOf(SfuNode node, MediaWorker worker) {
    int number = 0;
    while (node.ownerOf(new RoomId("there" + number)) != worker) {
      number++;
    }
    return new RoomId("there" + number);
  }

  @Test
  void aLaneThatDoesNotKeepUpLosesPacketsAndHoldsUpNobody() {
    SfuNode node = withLanes(1, UdpBackend.best());
    int owner = node.ownerOf(HERE).index();
    TestPeer ada = connected(node, HERE.value(), "ada");
    TestPeer bob = connected(node, HERE.value(), "bob");
    TestPeer carol = connected(node, HERE.value(), "carol");
    // What Ada sends must still be read when the lane stands still.
    boolean bobsLaneReads = readerOf(node, ada) == (owner + 1) % 3;
    MediaWorker lane = workerAt(node, (owner + (bobsLaneReads ? 2 : 1)) % 3);
    TestPeer held = bobsLaneReads ? carol : bob;
    TestPeer other = bobsLaneReads ? bob : carol;
    CountDownLatch release = new CountDownLatch(1);
    lane.submit(
        now -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    CountDownLatch waiting = new CountDownLatch(WorkerRing.SIZE - WorkerRing.RESERVED_FOR_TASKS);
    for (long i = waiting.getCount(); i > 0; i--) {
      lane.submit(now -> waiting.countDown());
    }

    List<String> sent = send(ada, 1, 200, List.of(other));

    assertThat(other.received).containsExactlyElementsOf(sent);
    until("the owner has counted", () -> drops(node, DropReason.RING_FULL) >= sent.size());
    release.countDown();
    until("the lane has done what waited for it", () -> waiting.getCount() == 0);
    List<String> later = send(ada, 1000, BURST, List.of(other, held));
    assertThat(held.received).containsExactlyElementsOf(later);
  }

  /** The kernel says which worker's socket a client's datagrams come to. */
  private int readerOf(SfuNode node, TestPeer peer) {
    peer.send(new byte[] {(byte) 0xFF, 0, 0, 0});
    List<WorkerStatistics> found = new ArrayList<>();
    until(
        "a worker has counted what is no media",
        () -> {
          found.clear();
          found.addAll(node.statistics());
          return found.stream().anyMatch(EgressLaneThreadsTest::readWhatIsNoMedia);
        });
    for (int i = 0; i < found.size(); i++) {
      if (readWhatIsNoMedia(found.get(i))) {
        return i;
      }
    }
    throw new IllegalStateException("nobody has");
  }

  private static boolean readWhatIsNoMedia(WorkerStatistics worker) {
    return worker.drops().containsKey(DropReason.UNKNOWN_PROTOCOL);
  }

  @Test
  void goodbyesAreSaidAndNothingStaysBehind() {
    SfuNode node = withLanes(1, UdpBackend.best());
    TestPeer ada = connected(node, HERE.value(), "ada");
    TestPeer bob = connected(node, HERE.value(), "bob");
    send(ada, 1, 10, List.of(bob));
    long before = bob.reports.get();

    bob.leave(LeaveReason.LEFT);

    until("its last RTCP has come", () -> bob.reports.get() > before);
    until("its transport is gone", () -> node.transportCount() == 1);
    TestPeer next = connected(node, HERE.value(), "carol");
    send(ada, 11, 10, List.of(next));
    assertThat(next.received).hasSize(10).doesNotContain("not decrypted");
    assertThat(bob.received).hasSize(10);
  }
}
