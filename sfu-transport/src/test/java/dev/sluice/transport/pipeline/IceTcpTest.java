package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.sdp.LocalTransport.Candidate;
import dev.sluice.transport.ice.StunMessages;
import dev.sluice.transport.tcp.TcpCloseReason;
import dev.sluice.transport.udp.UdpBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers whose packets come through TCP connections (RFC 6544). */
@Tag("C2")
class IceTcpTest extends NodeFixture {
  private static List<String> numbered(String prefix, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
  }

  @Test
  void namesEveryAddressByTcpAfterThoseByUdp() {
    SfuNode node = stepped();

    assertThat(node.candidates())
        .containsExactly(
            new Candidate("127.0.0.1", node.mediaPort(), false),
            new Candidate("127.0.0.1", node.mediaPort(), true));
    assertThat(peer(node, "room", "alice").openTransport().endpoint().local().candidates())
        .isEqualTo(node.candidates());
  }

  @Test
  void handshakesAndTalksThroughAConnection() throws Exception {
    SfuNode node = stepped();
    TestPeer bob = connected(node, "room", "bob");
    TestPeer alice = peer(node, "room", "alice");
    alice.overTcp();
    alice.enter().check();
    until("answered", () -> !alice.checkResponses.isEmpty());
    assertThat(StunMessages.mappedAddress(alice.checkResponses.element()))
        .isEqualTo(alice.wire().local());
    alice.dtls.start();
    until("keys", alice.dtls.keys::isDone);
    alice.use(alice.dtls.keys.get());
    // The server has its keys a moment later than the client: what came for it before is lost.
    until("up", () -> alice.events.contains(new RoomEvent.MediaStateChanged(true)));

    for (int i = 0; i < 50; i++) {
      alice.sendMedia(i, "up " + i);
      bob.sendMedia(i, "down " + i);
      turns(1);
    }

    until("all came", () -> alice.received.size() + bob.received.size() >= 100);
    assertThat(bob.received).containsExactlyElementsOf(numbered("up ", 0, 50));
    assertThat(alice.received).containsExactlyElementsOf(numbered("down ", 0, 50));
    assertThat(node.tcpConnections().open()).isEqualTo(1);
    alice.dtlsRecords.clear();
    alice.leave(LeaveReason.LEFT);
    until("a goodbye by TCP", () -> alice.dtlsRecords.contains(21));
    untilEnded(node, TcpCloseReason.RELEASED, 1);
  }

  /** Lets seconds pass until connections have ended for a reason. */
  private void untilEnded(SfuNode node, TcpCloseReason why, long count) {
    until(
        count + " ended: " + why,
        () -> {
          skip(1);
          turns(2);
          return node.tcpConnections().ended(why) >= count;
        });
  }

  @ParameterizedTest
  @EnumSource(UdpBackend.class)
  void reachesTheOwnerOfARoomWhicheverWorkerAccepted(UdpBackend backend) {
    SfuNode node = node(ThreadingMode.DEDICATED, 3, backend);
    List<TestPeer[]> rooms = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rooms.add(
          new TestPeer[] {
            connectedByTcp(node, "room " + i, "alice " + i),
            connected(node, "room " + i, "bob " + i)
          });
    }

    for (TestPeer[] room : rooms) {
      for (int i = 0; i < 20; i++) {
        room[0].sendMedia(i, "packet " + i);
        room[1].sendMedia(i, "answer " + i);
      }
    }

    for (TestPeer[] room : rooms) {
      until("all came", () -> room[0].received.size() + room[1].received.size() >= 40);
      assertThat(room[1].received).containsExactlyElementsOf(numbered("packet ", 0, 20));
      assertThat(room[0].received).containsExactlyElementsOf(numbered("answer ", 0, 20));
    }
    assertThat(rooms.stream().map(room -> node.ownerOf(room[0].key.room())).distinct())
        .as("workers that own rooms")
        .hasSize(3);
  }

  @Test
  void tellsUdpAndTcpOfOneAddressAndPortApart() {
    SfuNode node = stepped();
    TestPeer alice = connected(node, "room", "alice");
    TestPeer bob = peer(node, "room", "bob");
    InetSocketAddress address = alice.wire().local();
    bob.use(TestWire.tcp(address, node.tcpPort().orElseThrow(), bob::handle, null)).close();
    bob.enter().check();
    until("answered", () -> !bob.checkResponses.isEmpty());
    bob.connectWithoutHandshake();
    assertThat(bob.wire().local()).isEqualTo(address);

    alice.sendMedia(1, "by UDP");
    until("it came", () -> bob.received.contains("by UDP"));
    bob.sendMedia(1, "by TCP");
    until("it came", () -> alice.received.contains("by TCP"));

    assertThat(alice.endpoint().path()).isInstanceOf(UdpPath.class);
    assertThat(bob.endpoint().path()).isInstanceOf(TcpPath.class);
  }

  @Test
  void movesToTcpAndBackByNominatedChecks() {
    SfuNode node = stepped();
    TestPeer alice = connected(node, "room", "alice");
    TestPeer bob = connected(node, "room", "bob");
    TestWire tcp = TestWire.tcp(node.tcpPort().orElseThrow(), alice::handle);
    TestWire udp = alice.use(tcp);

    alice.check();
    turns(20);
    assertThat(alice.endpoint().path())
        .as("UDP was nominated just now, and has the higher priority")
        .isInstanceOf(UdpPath.class);
    skip(4);
    alice.check();
    until("moved", () -> alice.endpoint().path() instanceof TcpPath);
    alice.sendMedia(1, "up by TCP");
    bob.sendMedia(1, "down by TCP");
    until("both came", () -> alice.received.size() + bob.received.size() == 2);

    alice.use(udp);
    alice.check();
    until("moved back at once", () -> alice.endpoint().path() instanceof UdpPath);
    bob.sendMedia(2, "down by UDP");
    until("it came", () -> alice.received.contains("down by UDP"));
    tcp.close();
    until("the connection is gone", () -> node.tcpConnections().open() == 0);
    assertThat(alice.endpoint().path()).isInstanceOf(UdpPath.class);
  }

  @Test
  void goesOnByTheOtherPathWhenAConnectionBreaks() {
    SfuNode node = stepped();
    TestPeer alice = connected(node, "room", "alice");
    TestPeer bob = connected(node, "room", "bob");
    skip(4);
    TestWire tcp = TestWire.tcp(node.tcpPort().orElseThrow(), alice::handle);
    TestWire udp = alice.use(tcp);
    alice.check();
    until("moved", () -> alice.endpoint().path() instanceof TcpPath);

    tcp.close();
    until("back", () -> alice.endpoint().path() instanceof UdpPath);
    alice.use(udp);
    bob.sendMedia(1, "still here");

    until("it came", () -> alice.received.contains("still here"));
    assertThat(node.transportCount()).isEqualTo(2);
  }

  @Test
  void aNewConnectionCarriesOnWhereTheOldOneBroke() {
    SfuNode node = stepped();
    TestPeer alice = connectedByTcp(node, "room", "alice");
    TestPeer bob = connected(node, "room", "bob");
    alice.wire().close();
    until("gone", () -> alice.endpoint().path() == null);
    bob.sendMedia(1, "lost");
    turns(5);

    alice.overTcp();
    alice.check();
    until("back", () -> alice.endpoint().path() instanceof TcpPath);
    bob.sendMedia(2, "found");

    until("it came", () -> alice.received.contains("found"));
    assertThat(alice.received).doesNotContain("lost");
  }

  @Test
  void closesAConnectionWhoseFirstFrameIsNoAuthenticCheck() {
    SfuNode node = stepped();
    TestPeer alice = peer(node, "room", "alice").enter();
    byte[] rtp = new byte[50];
    rtp[0] = (byte) 0x80;
    byte[] hello = new byte[50];
    hello[0] = 22;
    List<byte[]> firstFrames =
        List.of(
            rtp,
            hello,
            new byte[0],
            new byte[] {'G', 'E', 'T', ' ', '/'},
            StunMessages.check("nobody00:peer", alice.password(), true),
            StunMessages.check(
                alice.endpoint().local().iceUfrag() + ":peer", "wrong-password-wrong-pas", true));

    for (byte[] frame : firstFrames) {
      TestWire wire = alice.overTcp();
      wire.send(frame);
      until("closed", wire::isEnded);
    }

    assertThat(node.tcpConnections().ended(TcpCloseReason.NOT_A_CHECK))
        .isEqualTo(firstFrames.size());
    assertThat(alice.checkResponses).as("nothing is answered").isEmpty();
    assertThat(alice.endpoint().path()).isNull();
    untilDropped(node, DropReason.AUTHENTICATION_FAILED, 1);
  }

  @Test
  void closesAConnectionThatSaysNothing() {
    SfuNode node = stepped();
    TestWire wire = TestWire.tcp(node.tcpPort().orElseThrow(), (bytes, length) -> {});
    until("accepted", () -> node.tcpConnections().open() == 1);

    untilEnded(node, TcpCloseReason.NO_CHECK, 1);

    until("closed", wire::isEnded);
  }

  @Test
  void oneClientThatDoesNotReadCostsNobodyAPacket() {
    SfuNode node = stepped();
    TestPeer alice = connected(node, "room", "alice");
    TestPeer bob = connected(node, "room", "bob");
    TestPeer slow = peer(node, "room", "slow");
    CountDownLatch paused = new CountDownLatch(1);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    slow.use(TestWire.tcp(any, node.tcpPort().orElseThrow(), slow::handle, paused)).close();
    slow.enter().check();
    until("its check has come", () -> slow.endpoint().path() != null);
    slow.connectWithoutHandshake();
    String long1000 = "x".repeat(1000);

    int sent = 0;
    long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (drops(node, DropReason.TCP_QUEUE_FULL) < 100 && System.nanoTime() - giveUpNanos < 0) {
      for (int i = 0; i < 50; i++) {
        alice.sendMedia(sent, long1000 + sent);
        sent++;
      }
      int all = sent;
      until("bob has them", () -> bob.received.size() == all);
      skip(1);
      slow.check();
      alice.check();
      bob.check();
    }

    assertThat(drops(node, DropReason.TCP_QUEUE_FULL)).as("of the slow one").isPositive();
    assertThat(bob.received.stream().map(payload -> payload.substring(1000)))
        .as("the other one has every packet, in order")
        .containsExactlyElementsOf(numbered("", 0, sent));
    assertThat(slow.events).noneMatch(event -> event.toString().contains("MEDIA_LOST"));

    paused.countDown();
    until("it reads what the queue had kept", () -> slow.received.size() >= 50);
    AtomicInteger next = new AtomicInteger(sent);
    until(
        "and then what comes now",
        () -> {
          alice.sendMedia(next.getAndIncrement(), "now");
          return slow.received.contains("now");
        });
    assertThat(slow.received).as("no frame is broken").doesNotContain("not decrypted");
    assertThat(slow.received.size()).as("and the rest was dropped").isLessThan(sent);
  }

  @Test
  void restartsIceThroughTheSameConnection() {
    SfuNode node = stepped();
    TestPeer alice = connectedByTcp(node, "room", "alice");
    TestPeer bob = connected(node, "room", "bob");
    PeerPath before = alice.endpoint().path();

    alice.restart().check();
    until("answered", () -> alice.checkResponses.size() == 2);
    bob.sendMedia(1, "after the restart");

    until("it came", () -> alice.received.contains("after the restart"));
    assertThat(alice.endpoint().path()).isSameAs(before);
  }

  @Test
  void saysInOneSentenceThatTheTcpPortIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();

      assertThatThrownBy(() -> node(ThreadingMode.SHARED, 1, UdpBackend.best(), port, null))
          .isInstanceOf(MediaPortException.class)
          .hasMessageStartingWith("The media port TCP " + port + " on ")
          .hasMessageEndingWith("Set sluice.media.tcp-port to a free one, or to 0 for no TCP.");
    }
  }
}
