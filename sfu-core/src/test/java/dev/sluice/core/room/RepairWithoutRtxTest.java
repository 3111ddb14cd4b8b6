package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A receiver that asks for lost packets but has no stream for retransmissions. */
class RepairWithoutRtxTest {
  private static final long MILLISECOND = 1_000_000;
  private static final PeerPlan VIEWER =
      PeerPlan.watching("viewer", 1)
          .withCodecs(List.of(Agreement.OPUS), List.of(Agreement.VP8_WITHOUT_RTX));

  @Test
  @Tag("R1")
  @Tag("S2")
  void getsTheSameBytesAgain() {
    Conference conference = new Conference(70);
    Map<Long, byte[]> onTheWire = new HashMap<>();
    long[] repeated = {0};
    conference.tapWire(
        (peer, datagram) -> {
          if (peer.number() == 1 && isVideo(datagram)) {
            long triple =
                (long) RtpPacket.ssrc(datagram, 0) << 16 | RtpPacket.sequence(datagram, 0);
            byte[] before = onTheWire.putIfAbsent(triple, datagram);
            if (before != null) {
              repeated[0]++;
              assertThat(datagram).isEqualTo(before);
            }
          }
        });
    conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(VIEWER);
    viewer.uplink().setDelay(20 * MILLISECOND, 2 * MILLISECOND);
    viewer.downlink().setDelay(20 * MILLISECOND, 2 * MILLISECOND);
    viewer.downlink().setLoss(0.05);
    conference.runMillis(20_000);
    viewer.downlink().setLoss(0);
    conference.runMillis(1000);
    assertThat(repeated[0]).as("seed 70").isGreaterThan(50);
    assertThat(viewer.slot("v0").repaired()).isGreaterThan(50);
    assertThat(viewer.slot("v0").repairedWithin(300 * MILLISECOND)).isGreaterThan(0.98);
    assertThat(viewer.slot("v0").missing()).isZero();
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.retransmissionsReceived()).isZero();
    assertThat(viewer.drops().of(DropReason.AUTHENTICATION_FAILED)).isZero();
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).isZero();
  }

  @Test
  void nothingIsSentAgainThatIsNoLongerKept() {
    Conference conference = new Conference(71);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    publisher.video().setPacketsPerFrame(20);
    SimulatedPeer viewer = conference.join(VIEWER);
    viewer.setRepairs(false);
    viewer.downlink().setBursts(0.05, 3);
    conference.runMillis(2000);
    viewer.downlink().setBursts(0, 1);
    // The end of the last burst shows with the packet behind it.
    conference.runMillis(100);
    long missing = viewer.slot("v0").missing();
    assertThat(missing).as("seed 71").isPositive();
    conference.runMillis(2000);
    // Two seconds are a thousand packets: all that is asked for now is gone.
    viewer.setRepairs(true);
    conference.runMillis(100);
    assertThat(viewer.slot("v0").missing()).isEqualTo(missing);
    assertThat(conference.totals().packetsResent()).isZero();
  }

  private static boolean isVideo(byte[] datagram) {
    return RtpPacket.payloadType(datagram, 0) == Agreement.VP8.payloadType();
  }
}
