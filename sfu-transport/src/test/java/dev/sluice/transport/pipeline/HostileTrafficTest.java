package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.transport.dtls.TestClient;
import dev.sluice.transport.ice.StunMessages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What somebody who hears a call, or who only knows its port, can send: counted, and no more. */
@Tag("S4")
class HostileTrafficTest extends NodeFixture {
  private static final int REPLAYS = 1_000;

  /** So few that neither a socket's buffer nor the pace towards a subscriber loses one of them. */
  private static final int BATCH = 50;

  private SfuNode node;
  private TestPeer alice;
  private TestPeer bob;

  @BeforeEach
  void startACall() {
    node = stepped();
    alice = connected(node, "room", "alice");
    bob = connected(node, "room", "bob");
  }

  @Tag("S2")
  @Test
  void forwardsNothingOfAThousandReplayedPackets() {
    List<byte[]> captured = new ArrayList<>();
    for (int i = 0; i < REPLAYS; i++) {
      byte[] datagram = alice.protectMedia(i, "packet " + i);
      captured.add(datagram);
      alice.send(datagram);
      awaitEachBatch(i + 1);
    }
    bob.received.clear();

    // From the address of the peer itself: only the replay window tells them from hers.
    for (int i = 0; i < REPLAYS; i++) {
      alice.send(captured.get(i));
      turns(i % BATCH == 0 ? 1 : 0);
    }
    untilDropped(node, DropReason.REPLAYED, REPLAYS);
    alice.sendMedia(REPLAYS, "still here");

    until("the call goes on", () -> !bob.received.isEmpty());
    assertThat(bob.received).containsExactly("still here");
    assertThat(drops(node, DropReason.REPLAYED)).isEqualTo(REPLAYS);
  }

  @Tag("S2")
  @Test
  void takesAReplayedReportForNothing() {
    byte[] report = alice.protectReport();
    alice.send(report);
    for (int i = 0; i < REPLAYS; i++) {
      alice.send(report);
      turns(i % BATCH == 0 ? 1 : 0);
    }
    untilDropped(node, DropReason.REPLAYED, REPLAYS);

    assertThat(drops(node, DropReason.REPLAYED)).isEqualTo(REPLAYS);
  }

  @Tag("S3")
  @Test
  void ignoresAClientHelloFromAnAddressThatWasNotValidated() {
    TestPeer stranger = peer(node, "elsewhere", "stranger");
    new TestClient(List.of(SrtpProfile.values()), stranger::send).start();

    untilDropped(node, DropReason.UNKNOWN_ADDRESS, 1);
    alice.sendMedia(1, "still here");

    until("the call goes on", () -> !bob.received.isEmpty());
    assertThat(stranger.dtlsRecords).as("not even an alert").isEmpty();
    assertThat(alice.dtlsRecords).isEmpty();
    assertThat(node.transportCount()).isEqualTo(2);
  }

  @Tag("S3")
  @Test
  void doesNotMoveThePathForACheckThatSomebodyElseSendsAgain() {
    PeerPath before = alice.endpoint().path();
    String username = alice.endpoint().local().iceUfrag() + ":peer";
    byte[] check = StunMessages.check(username, alice.password(), true, 77);
    int answered = alice.checkResponses.size();
    alice.send(check);
    until("it is answered", () -> alice.checkResponses.size() > answered);
    TestPeer thief = peer(node, "elsewhere", "thief");

    thief.send(check);
    untilDropped(node, DropReason.REPLAYED, 1);

    assertThat(alice.endpoint().path()).isEqualTo(before);
    assertThat(thief.checkResponses).isEmpty();
    bob.sendMedia(1, "for alice");
    until("media still comes to alice", () -> alice.received.contains("for alice"));
    assertThat(thief.received).isEmpty();
  }

  @Test
  void limitsTheChecksOfASourceThatProvedNothing() {
    TestPeer stranger = peer(node, "elsewhere", "stranger");
    String username = alice.endpoint().local().iceUfrag() + ":evil";
    int burst = MediaConfig.Exposure.DEFAULT.stunBurst();
    for (int i = 0; i < burst + 500; i++) {
      stranger.send(StunMessages.check(username, "w".repeat(24), true, i));
      turns(i % 50 == 0 ? 1 : 0);
    }

    bob.sendMedia(1, "still here");
    until("the call goes on", () -> alice.received.contains("still here"));
    untilDropped(node, DropReason.RATE_LIMITED, 1);
    assertThat(stranger.checkResponses).isEmpty();
  }

  private void awaitEachBatch(int sent) {
    if (sent % BATCH == 0) {
      until(sent + " came", () -> bob.received.size() == sent);
    }
  }
}
