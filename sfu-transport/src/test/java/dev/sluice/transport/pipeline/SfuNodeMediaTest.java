package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.transport.ice.StunMessages;
import dev.sluice.transport.udp.UdpBackend;
import dev.sluice.transport.udp.UdpRemote;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes through a node's port: checks, handshakes, media, and what has no business there. */
@Tag("S3")
class SfuNodeMediaTest extends NodeFixture {
  private static final int MAX_EARLY_PACKETS = 32;

  @Test
  void answersACheckWithTheRightCredentials() throws Exception {
    SfuNode node = stepped();
    TestPeer alice = peer(node, "room", "alice").openTransport().check();

    until("the check is answered", () -> !alice.checkResponses.isEmpty());

    byte[] response = alice.checkResponses.remove();
    assertThat(StunMessages.isSigned(response, alice.password())).isTrue();
    assertThat(StunMessages.mappedAddress(response)).isEqualTo(alice.wire().local());
  }

  @Test
  void keepsSilentOnACheckWithAWrongPassword() {
    SfuNode node = stepped();
    TestPeer alice = peer(node, "room", "alice").openTransport().check("w".repeat(24));

    untilDropped(node, DropReason.AUTHENTICATION_FAILED, 1);

    assertThat(alice.checkResponses).isEmpty();
  }

  @Tag("S5")
  @ParameterizedTest
  @EnumSource(UdpBackend.class)
  void carriesMediaBothWaysBetweenTwoPeersThatShookHands(UdpBackend backend) throws Exception {
    SfuNode node = node(ThreadingMode.INVOKER, 1, backend);
    TestPeer alice = peer(node, "room", "alice").enter().check();
    TestPeer bob = peer(node, "room", "bob").enter().check();
    for (TestPeer peer : List.of(alice, bob)) {
      peer.dtls.start();
      until("keys", peer.dtls.keys::isDone);
      peer.use(peer.dtls.keys.get());
      until("up", () -> peer.events.contains(new RoomEvent.MediaStateChanged(true)));
    }

    for (int i = 0; i < 20; i++) {
      alice.sendMedia(100 + i, "alice " + i);
      bob.sendMedia(500 + i, "bob " + i);
    }

    until("all came", () -> alice.received.size() + bob.received.size() >= 40);
    assertThat(bob.received).containsExactlyElementsOf(numbered("alice ", 0, 20));
    assertThat(alice.received).containsExactlyElementsOf(numbered("bob ", 0, 20));
  }

  @Test
  void keepsMediaThatComesBeforeTheKeysAndForwardsItThen() {
    SfuNode node = stepped();
    TestPeer bob = connected(node, "room", "bob");
    TestPeer alice = peer(node, "room", "alice").enter().check();
    until("validated", () -> !alice.checkResponses.isEmpty());
    SrtpKeys keys = TestPeer.madeUpKeys();
    alice.use(keys);
    for (int i = 0; i < MAX_EARLY_PACKETS + 8; i++) {
      alice.sendMedia(i, "early " + i);
    }
    untilDropped(node, DropReason.NO_KEYS, 8);

    alice.endpoint().onKeys(keys);

    until("they came", () -> bob.received.size() >= MAX_EARLY_PACKETS);
    turns(5);
    assertThat(bob.received).containsExactlyElementsOf(numbered("early ", 0, MAX_EARLY_PACKETS));
    assertThat(drops(node, DropReason.NO_KEYS)).isEqualTo(8);
  }

  @Tag("S4")
  @ParameterizedTest
  @CsvSource({
    "128, 111, 40, UNKNOWN_ADDRESS", // RTP
    "128, 200, 40, UNKNOWN_ADDRESS", // RTCP
    "22, 254, 40, UNKNOWN_ADDRESS", // DTLS
    "17, 0, 40, UNKNOWN_PROTOCOL", // ZRTP
    "64, 0, 40, UNKNOWN_PROTOCOL", // TURN
    "255, 255, 40, UNKNOWN_PROTOCOL", // QUIC
    "0, 1, 40, MALFORMED", // STUN without its cookie
    "128, 111, 1601, OVERSIZED",
    "128, 0, 1, MALFORMED",
    "0, 0, 0, MALFORMED",
  })
  void dropsWhatHasNoBusinessHereAndSaysWhy(int first, int second, int length, DropReason reason) {
    SfuNode node = stepped();
    TestPeer stranger = peer(node, "room", "stranger");
    byte[] datagram = new byte[length];
    if (length > 1) {
      datagram[0] = (byte) first;
      datagram[1] = (byte) second;
    }

    stranger.send(datagram);

    untilDropped(node, reason, 1);
    assertThat(node.statistics().getFirst().drops()).containsExactlyEntriesOf(Map.of(reason, 1L));
    assertThat(stranger.checkResponses).isEmpty();
    assertThat(stranger.dtlsRecords).isEmpty();
  }

  @Tag("S4")
  @Test
  void forgetsTheAddressesOfAPeerThatLeft() {
    SfuNode node = stepped();
    TestPeer alice = connected(node, "room", "alice");
    alice.leave(LeaveReason.LEFT);
    until("gone", () -> node.transportCount() == 0);

    alice.sendMedia(1, "too late");

    untilDropped(node, DropReason.UNKNOWN_ADDRESS, 1);
  }

  @Tag("S3")
  @Test
  void keepsTheAddressInUseHoweverManyOthersAreChecked() {
    SfuNode node = stepped();
    TestPeer alice = connected(node, "room", "alice");
    TestPeer bob = connected(node, "room", "bob");
    AddressTable addresses =
        ((UdpPath) Objects.requireNonNull(alice.endpoint().path())).addresses();
    for (int port = 40_000; port < 40_020; port++) {
      UdpPath other =
          new UdpPath(addresses, 0, UdpRemote.of(new InetSocketAddress("192.0.2.1", port)));
      alice.endpoint().handleCheck(other, false, System.nanoTime());
    }

    alice.sendMedia(1, "still here");

    until("it came", () -> !bob.received.isEmpty());
    assertThat(addresses.size()).as("8 of alice, 1 of bob").isEqualTo(9);
  }

  @ParameterizedTest
  @EnumSource(UdpBackend.class)
  void reachesTheOwnerOfARoomWhicheverWorkerTheKernelPicks(UdpBackend backend) {
    SfuNode node = node(ThreadingMode.DEDICATED, 3, backend);
    List<TestPeer[]> rooms = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rooms.add(
          new TestPeer[] {
            connected(node, "room " + i, "alice " + i), connected(node, "room " + i, "bob " + i)
          });
    }

    for (TestPeer[] room : rooms) {
      for (int i = 0; i < 10; i++) {
        room[0].sendMedia(i, "packet " + i);
        room[1].sendMedia(i, "answer " + i);
      }
    }

    for (TestPeer[] room : rooms) {
      until("all came", () -> room[0].received.size() + room[1].received.size() >= 20);
      assertThat(room[1].received).containsExactlyElementsOf(numbered("packet ", 0, 10));
      assertThat(room[0].received).containsExactlyElementsOf(numbered("answer ", 0, 10));
    }
    assertThat(rooms.stream().map(room -> node.ownerOf(room[0].key.room())).distinct())
        .as("workers that own rooms")
        .hasSize(3);
  }

  private static List<String> numbered(String prefix, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
  }
}
