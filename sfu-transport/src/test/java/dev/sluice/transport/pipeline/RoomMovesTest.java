package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.transport.udp.UdpBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Participants go to rooms of other workers, with their transports. */
@Tag("M7")
class RoomMovesTest extends NodeFixture {
  private static final RoomId HERE = new RoomId("here");

  private SfuNode workers() {
    return node(ThreadingMode.DEDICATED, 3, UdpBackend.best());
  }

  /** A room of another worker than {@link #HERE}. */
  private static RoomId there(SfuNode node) {
    int number = 0;
    while (node.ownerOf(new RoomId("there" + number)) == node.ownerOf(HERE)) {
      number++;
    }
    return new RoomId("there" + number);
  }

  private static MoveOutcome move(SfuNode node, TestPeer peer, RoomId from, RoomId to)
      throws Exception {
    return node.move(new PeerKey(from, peer.key.participant()), to)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static RoomInfo info(SfuNode node, RoomId room) throws Exception {
    return node.room(room).toCompletableFuture().get(10, TimeUnit.SECONDS).orElseThrow();
  }

  /**
   * A packet that waits for the old worker may be overtaken by the next one, which goes to the new
   * worker at once. If that one begins the source there, the other is too old for it.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLostOrDoubledOnTheWayThereAndBackButWhatIsOvertaken(boolean tcp) throws Exception {
    SfuNode node = workers();
    RoomId there = there(node);
    TestPeer bob = connected(node, HERE.value(), "bob");
    TestPeer carol = connected(node, there.value(), "carol");
    TestPeer alice =
        tcp ? connectedByTcp(node, HERE.value(), "alice") : connected(node, HERE.value(), "alice");
    List<String> sent = new ArrayList<>();
    int number = 100;
    for (int round = 0; round < 12; round++) {
      boolean leaves = round % 2 == 0;
      var moved =
          node.move(
              new PeerKey(leaves ? HERE : there, alice.key.participant()), leaves ? there : HERE);
      for (int i = 0; i < 10; i++) {
        String payload = "alice " + number;
        alice.sendMedia(number++, payload);
        sent.add(payload);
        Thread.onSpinWait();
      }
      assertThat(moved.toCompletableFuture().get(10, TimeUnit.SECONDS))
          .isEqualTo(new MoveOutcome.Moved());
    }

    until(
        "all came",
        () ->
            bob.received.size() + carol.received.size() + drops(node, DropReason.TOO_OLD)
                >= sent.size());
    List<String> all = new ArrayList<>(bob.received);
    all.addAll(carol.received);
    assertThat(all).doesNotHaveDuplicates().isSubsetOf(sent);
    assertThat(drops(node, DropReason.TOO_OLD)).as("once a move at most").isLessThan(12);
    assertThat(carol.received).isNotEmpty();
    assertThat(drops(node, DropReason.AUTHENTICATION_FAILED)).isZero();

    bob.sendMedia(7, "hello again");
    until("it is back", () -> alice.received.contains("hello again"));
    assertThat(alice.received).doesNotContain("not decrypted");
    assertThat(node.transportCount()).isEqualTo(3);
  }

  @Test
  void whatTheNewRoomSendsTakesTheOldPath() throws Exception {
    SfuNode node = workers();
    RoomId there = there(node);
    TestPeer carol = connected(node, there.value(), "carol");
    TestPeer alice = connected(node, HERE.value(), "alice");

    assertThat(move(node, alice, HERE, there)).isEqualTo(new MoveOutcome.Moved());
    for (int i = 0; i < 20; i++) {
      carol.sendMedia(100 + i, "carol " + i);
    }

    until("all came", () -> alice.received.size() >= 20);
    assertThat(alice.received).hasSize(20).doesNotContain("not decrypted");
    assertThat(alice.events.getLast()).isNotInstanceOf(RoomEvent.Removed.class);
    assertThat(info(node, there).participants())
        .extracting(ParticipantInfo::identity)
        .containsExactly("carol", "alice");
    assertThat(node.room(HERE).toCompletableFuture().get(10, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void aHandshakeThatEndsAfterTheMoveCounts() throws Exception {
    SfuNode node = workers();
    RoomId there = there(node);
    TestPeer carol = connected(node, there.value(), "carol");
    TestPeer alice = peer(node, HERE.value(), "alice").enter().check();
    until("the check is answered", () -> !alice.checkResponses.isEmpty());

    assertThat(move(node, alice, HERE, there)).isEqualTo(new MoveOutcome.Moved());
    alice.dtls.start();
    until("keys", alice.dtls.keys::isDone);
    alice.use(alice.dtls.keys.get());
    until("up", () -> alice.events.contains(new RoomEvent.MediaStateChanged(true)));
    alice.sendMedia(1, "from afar");

    until("it came", () -> carol.received.contains("from afar"));
  }

  @Test
  void aClientThatSaysGoodbyeAfterTheMoveLeavesTheRoomThatItIsIn() throws Exception {
    SfuNode node = workers();
    RoomId there = there(node);
    TestPeer alice = connected(node, HERE.value(), "alice");
    PeerEndpoint endpoint = alice.endpoint();
    connected(node, there.value(), "carol");
    assertThat(move(node, alice, HERE, there)).isEqualTo(new MoveOutcome.Moved());

    endpoint.onClosed();

    until("alice has left", () -> alice.events.contains(new RoomEvent.Removed(LeaveReason.LEFT)));
    until("its transport is gone", () -> node.transportCount() == 1);
  }

  @Test
  void aRefusalByAnotherWorkerLeavesEverythingAsItWas() throws Exception {
    SfuNode node = workers();
    RoomId there = there(node);
    assertThat(
            node.createRoom(
                    there, new RoomSettings(1, RoomSettings.defaultCodecs(), 60_000_000_000L))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS))
        .isEqualTo(RoomCreation.CREATED);
    connected(node, there.value(), "carol");
    TestPeer alice = connected(node, HERE.value(), "alice");
    TestPeer bob = connected(node, HERE.value(), "bob");

    assertThat(move(node, alice, HERE, there))
        .isInstanceOfSatisfying(
            MoveOutcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(RefusalCode.ROOM_FULL));

    alice.sendMedia(1, "still here");
    until("it came", () -> bob.received.contains("still here"));
    assertThat(info(node, there).participants()).hasSize(1);
    assertThat(move(node, peer(node, HERE.value(), "nobody"), HERE, there))
        .isEqualTo(new MoveOutcome.Unknown());
  }

  @Test
  void aRoomThatWasOnlyMadeForOneWhoDoesNotComeIsGoneAgain() throws Exception {
    SfuNode node = workers();
    RoomId there = there(node);
    assertThat(move(node, peer(node, HERE.value(), "nobody"), HERE, there))
        .isEqualTo(new MoveOutcome.Unknown());
    assertThat(node.room(there).toCompletableFuture().get(10, TimeUnit.SECONDS)).isEmpty();
    TestPeer alice = connected(node, HERE.value(), "alice");

    assertThat(move(node, alice, HERE, there)).isEqualTo(new MoveOutcome.Moved());
    node.submit(new RoomCommand.Leave(there, alice.key.participant(), LeaveReason.LEFT));

    until("no transport is left", () -> node.transportCount() == 0);
    assertThat(node.room(there).toCompletableFuture().get(10, TimeUnit.SECONDS)).isEmpty();
  }

  /** The first event of a join. */
  private static RoomEvent join(SfuNode node, RoomId room, String name, RoomEventListener later)
      throws Exception {
    CompletableFuture<RoomEvent> first = new CompletableFuture<>();
    node.submit(
        new RoomCommand.Join(
            room,
            new ParticipantId(name),
            name,
            name,
            Standing.of(Grants.ALL),
            SlotCounts.UNBOUNDED,
            event -> {
              if (!first.complete(event)) {
                later.onEvent(event);
              }
            }));
    return first.get(10, TimeUnit.SECONDS);
  }

  /** Keeps a worker busy, with a full ring, until it is let go. */
  private static void block(MediaWorker worker, CountDownLatch release) {
    worker.submit(
        _ -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    for (int i = 1; i < WorkerRing.SIZE; i++) {
      worker.submit(_ -> {});
    }
  }

  @Test
  void aPlaceIsNotKeptForOneWhomABusyWorkerNeverTookIn() throws Exception {
    SfuNode node = workers();
    RoomId there = there(node);
    node.createRoom(there, new RoomSettings(1, RoomSettings.defaultCodecs(), 60_000_000_000L))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean moving = new AtomicBoolean();
    List<RoomEvent> heard = new CopyOnWriteArrayList<>();
    join(
        node,
        HERE,
        "bob",
        event -> {
          // On the first worker, between the place there and the arrival.
          if (moving.getAndSet(false)) {
            block(node.ownerOf(there), release);
          }
        });
    join(node, HERE, "alice", heard::add);
    turns(20);
    moving.set(true);
    var moved = node.move(new PeerKey(HERE, new ParticipantId("alice")), there);
    assertThatThrownBy(() -> moved.toCompletableFuture().get(10, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(RejectedExecutionException.class);
    assertThat(heard).endsWith(new RoomEvent.Removed(LeaveReason.INTERNAL_ERROR));

    release.countDown();
    int attempt = 0;
    while (!(join(node, there, "dave" + attempt, _ -> {}) instanceof RoomEvent.Joined)) {
      assertThat(++attempt).as("the place stays kept").isLessThan(1000);
    }
  }
}
