package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.PacketTap;
import dev.sluice.transport.udp.UdpBackend;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How nodes, rooms and transports begin and end, in good order and in bad. */
class SfuNodeLifeTest extends NodeFixture {
  private static final int DTLS_ALERT = 21;

  @ParameterizedTest
  @ValueSource(
      classes = {
        IllegalStateException.class,
        AssertionError.class,
        StackOverflowError.class,
        OutOfMemoryError.class,
        NoClassDefFoundError.class
      })
  void aBrokenRoomClosesAndTheOtherRoomGoesOn(Class<? extends Throwable> fault) {
    SfuNode node = stepped(new BreaksOn("poison", fault));
    TestPeer alice = connected(node, "broken", "alice");
    TestPeer bob = connected(node, "broken", "bob");
    TestPeer carol = connected(node, "sound", "carol");
    TestPeer dave = connected(node, "sound", "dave");

    alice.sendMedia(1, "poison");
    carol.sendMedia(1, "hello");

    RoomEvent removed = new RoomEvent.Removed(LeaveReason.INTERNAL_ERROR);
    until("the room is closed", () -> bob.events.contains(removed));
    assertThat(alice.events).contains(removed);
    until("the other call goes on", () -> dave.received.contains("hello"));
    assertThat(carol.events).doesNotContain(removed);
    assertThat(node.transportCount()).as("carol's and dave's").isEqualTo(2);
  }

  @Test
  void aRoomCanBeMadeAgainAfterItBroke() {
    SfuNode node = stepped(new BreaksOn("poison", IllegalStateException.class));
    TestPeer alice = connected(node, "room", "alice");
    alice.sendMedia(1, "poison");
    until("closed", () -> node.transportCount() == 0);

    TestPeer bob = connected(node, "room", "bob");
    TestPeer carol = connected(node, "room", "carol");
    bob.sendMedia(1, "hello");

    until("it came", () -> carol.received.contains("hello"));
  }

  @Test
  void aListenerThatThrowsHurtsNobodyElse() {
    SfuNode node = stepped();
    TestPeer alice = peer(node, "room", "alice");
    node.submit(
        new RoomCommand.Join(
            alice.key.room(),
            new ParticipantId("broken"),
            "broken",
            "",
            Grants.ALL,
            event -> {
              throw new AssertionError("broken on purpose");
            }));

    alice.join();

    until(
        "alice is in",
        () -> alice.events.stream().anyMatch(event -> event instanceof RoomEvent.Joined));
    assertThat(((RoomEvent.Joined) alice.events.getFirst()).others()).hasSize(1);
  }

  @Test
  void closingTellsEveryoneAndSaysGoodbyeOnTheWire() throws Exception {
    SfuNode node = node(ThreadingMode.DEDICATED, 2, UdpBackend.best());
    TestPeer alice = peer(node, "room", "alice").enter().check();
    alice.dtls.start();
    alice.use(alice.dtls.keys.get(30, TimeUnit.SECONDS));
    until("up", () -> alice.events.contains(new RoomEvent.MediaStateChanged(true)));
    TestPeer bob = connected(node, "another room", "bob");
    TestPeer early = peer(node, "room", "early").openTransport();

    node.close();

    RoomEvent last = new RoomEvent.Removed(LeaveReason.SERVER_SHUTDOWN);
    assertThat(alice.events.getLast()).isEqualTo(last);
    assertThat(bob.events.getLast()).isEqualTo(last);
    assertThat(early.events).isEmpty();
    assertThat(node.transportCount()).isZero();
    assertThat(workerThreads()).isEmpty();
    until("close_notify has come", () -> alice.dtlsRecords.contains(DTLS_ALERT));
  }

  @Test
  void refusesToJoinWhenItIsClosing() {
    SfuNode node = stepped();
    node.close();

    TestPeer late = peer(node(ThreadingMode.INVOKER, 1, UdpBackend.best()), "room", "late");
    node.submit(
        new RoomCommand.Join(
            late.key.room(), late.key.participant(), "late", "", Grants.ALL, late));

    assertThat(late.events)
        .singleElement()
        .isInstanceOfSatisfying(
            RoomEvent.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(RefusalCode.SHUTTING_DOWN));
  }

  @Test
  void closesTwiceWithoutHarm() {
    SfuNode node = node(ThreadingMode.SHARED, 1, UdpBackend.best());

    node.close();
    node.close();

    assertThat(workerThreads()).isEmpty();
    assertThat(node.rooms().toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void refusesMoreRoomsThanItMayHaveAndFreesThePlaceOfOneThatEnded() {
    SfuNode node = stepped();
    for (int i = 0; i < 20; i++) {
      peer(node, "room " + i, "p" + i).join();
    }
    TestPeer tooMany = peer(node, "one more", "tooMany").openTransport().join();
    until("an answer", () -> !tooMany.events.isEmpty());
    assertThat(tooMany.events.getFirst())
        .isInstanceOfSatisfying(
            RoomEvent.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(RefusalCode.TOO_MANY_ROOMS));
    tooMany.leave(LeaveReason.LEFT);
    until("its transport has ended", () -> node.transportCount() == 0);

    TestPeer next = peer(node, "one more", "next");
    node.submit(new RoomCommand.CloseRoom(new RoomId("room 3"), LeaveReason.ROOM_CLOSED));
    next.join();

    until("an answer", () -> !next.events.isEmpty());
    assertThat(next.events.getFirst()).isInstanceOf(RoomEvent.Joined.class);
  }

  @Test
  void aTransportWithoutAParticipantExpiresWhateverChecksCome() {
    SfuNode node = stepped();
    TestPeer silent = peer(node, "room", "silent").openTransport();
    TestPeer chatty = peer(node, "room", "chatty").openTransport();
    skip(20);
    chatty.check();
    until("answered", () -> !chatty.checkResponses.isEmpty());
    assertThat(node.transportCount()).isEqualTo(2);

    skip(11);
    turns(2);

    assertThat(node.transportCount()).isZero();
    assertThat(silent.events).isEmpty();
  }

  @Test
  void aTransportThatIsAboutToJoinSurvivesTheEndOfItsRoom() {
    SfuNode node = stepped();
    TestPeer alice = connected(node, "room", "alice");
    TestPeer bob = peer(node, "room", "bob").openTransport();
    alice.leave(LeaveReason.LEFT);
    until("the room is empty", () -> node.transportCount() == 1);

    bob.join().negotiate().check();

    until("bob is answered", () -> !bob.checkResponses.isEmpty());
    bob.connectWithoutHandshake();
    until("bob is up", () -> bob.events.contains(new RoomEvent.MediaStateChanged(true)));
  }

  @Tag("S3")
  @Test
  void aParticipantWhoseChecksStopIsTakenOut() {
    SfuNode node = stepped();
    TestPeer alice = connected(node, "room", "alice");
    TestPeer bob = connected(node, "room", "bob");

    skip(13);
    turns(2);
    RoomEvent down = new RoomEvent.MediaStateChanged(false);
    assertThat(alice.events).contains(down);
    int before = alice.checkResponses.size();
    alice.check();
    until("answered", () -> alice.checkResponses.size() > before);
    skip(2);
    turns(2);
    assertThat(alice.events.getLast()).isEqualTo(new RoomEvent.MediaStateChanged(true));

    skip(17);
    turns(2);

    assertThat(bob.events.getLast()).isEqualTo(new RoomEvent.Removed(LeaveReason.MEDIA_LOST));
    assertThat(alice.events)
        .contains(new RoomEvent.ParticipantLeft(bob.key.participant(), LeaveReason.MEDIA_LOST))
        .doesNotContain(new RoomEvent.Removed(LeaveReason.MEDIA_LOST));
    assertThat(node.transportCount()).isEqualTo(1);
  }

  @Test
  void saysInOneSentenceThatThePortIsTaken() throws Exception {
    try (DatagramSocket other =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      int port = other.getLocalPort();

      assertThatThrownBy(() -> node(ThreadingMode.SHARED, 1, UdpBackend.best(), port, null))
          .isInstanceOf(MediaPortException.class)
          .hasMessageStartingWith("The media port UDP " + port + " on localhost cannot be bound (")
          .hasMessageContaining("Address already in use")
          .hasMessageEndingWith("is another server running? Set sluice.media.port to a free one.");
      assertThat(workerThreads()).isEmpty();
    }
  }

  @Test
  void sharesItsPortWithNoOtherServer() throws Exception {
    try (DatagramSocket other = new DatagramSocket(null)) {
      other.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

      assertThatThrownBy(
              () -> node(ThreadingMode.DEDICATED, 2, UdpBackend.best(), other.getLocalPort(), null))
          .isInstanceOf(MediaPortException.class);
    }
  }

  private static Set<String> workerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("media-worker"))
        .collect(Collectors.toSet());
  }

  /** Ends in the middle of a turn, on threads of its own as in production. */
  @ParameterizedTest
  @ValueSource(classes = {StackOverflowError.class, AssertionError.class})
  void aJavaErrorInOnePeersCodeStopsNoWorker(Class<? extends Throwable> fault) {
    AtomicReference<Thread> worker = new AtomicReference<>();
    BreaksOn breaks = new BreaksOn("poison", fault);
    SfuNode node = node(ThreadingMode.DEDICATED, 1, UdpBackend.best(), 0, breaks);
    TestPeer alice = connected(node, "broken", "alice");
    TestPeer carol = connected(node, "sound", "carol");
    TestPeer dave = connected(node, "sound", "dave");
    node.ownerOf(carol.key.room()).submit(now -> worker.set(Thread.currentThread()));

    for (int i = 0; i < 3; i++) {
      alice.sendMedia(i, "poison");
    }

    RoomEvent removed = new RoomEvent.Removed(LeaveReason.INTERNAL_ERROR);
    until("the room is closed", () -> alice.events.contains(removed));
    carol.sendMedia(1, "hello");
    until("the other call goes on", () -> dave.received.contains("hello"));
    assertThat(worker.get()).isNotNull();
    assertThat(worker.get().isAlive()).isTrue();
    TestPeer again = connected(node, "broken", "again");
    assertThat(again.events).doesNotContain(removed);
  }

  /** A broken invariant in the middle of a room, or worse. */
  private record BreaksOn(String payload, Class<? extends Throwable> fault) implements PacketTap {
    @Override
    public void received(byte[] packet, int offset, int length, long nowNanos) {
      if (new String(packet, offset, length, StandardCharsets.ISO_8859_1).contains(payload)) {
        throw broken();
      }
    }

    private RuntimeException broken() {
      try {
        Throwable thrown = fault.getConstructor().newInstance();
        if (thrown instanceof Error error) {
          throw error;
        }
        return (RuntimeException) thrown;
      } catch (ReflectiveOperationException e) {
        return new IllegalArgumentException(e);
      }
    }

    @Override
    public void sent(OutgoingPacket packet, long nowNanos) {}

    @Override
    public void sentRtcp(byte[] packet, int offset, int length, long nowNanos) {}
  }
}
