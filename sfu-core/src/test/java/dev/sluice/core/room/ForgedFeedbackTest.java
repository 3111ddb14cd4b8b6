package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.rtcp.TransportFeedbackRecorder;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import dev.sluice.core.time.MediaClock;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * RTCP that a participant forges behind good protection. It may harm nobody but its sender: the
 * publisher is asked for no more keyframes than its limit, and the server sends no more than the
 * feedback itself has bytes, plus what a calm call sends.
 */
@Tag("S4")
@Tag("S8")
class ForgedFeedbackTest {
  private static final int ROUNDS = 2_000;
  private static final int CALM_MILLIS = 2_000;

  private final Conference conference = new Conference(90);
  private SimulatedPeer publisher;
  private SimulatedPeer viewer;
  private SimulatedPeer mallory;

  @BeforeEach
  void startACall() {
    publisher = conference.join(PeerPlan.publishing("publisher"));
    viewer = conference.join(PeerPlan.watching("viewer", 1));
    mallory = conference.join(PeerPlan.watching("mallory", 1));
    conference.runMillis(1_000);
  }

  enum Forgery {
    KEYFRAMES_OF_NOBODY,
    KEYFRAMES_OF_THE_PUBLISHERS_SSRC,
    KEYFRAMES_OF_ANOTHERS_SLOT,
    RETRANSMISSIONS_OF_NOBODY,
    RETRANSMISSIONS_OF_ANOTHERS_SLOT,
    GOODBYE_OF_THE_PUBLISHER,
    NO_BANDWIDTH_FOR_ANYBODY,
    FEEDBACK_ABOUT_PACKETS_NEVER_SENT
  }

  private Consumer<RtcpWriter> content(Forgery forgery, int round) {
    int publishers = publisher.video().ssrc();
    int viewers = (int) Agreement.slotSsrc(MediaKind.VIDEO, 0, viewer.number());
    long[] all = new long[200];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    return switch (forgery) {
      case KEYFRAMES_OF_NOBODY -> out -> out.pli(1, 0x0BAD_0000 + round);
      case KEYFRAMES_OF_THE_PUBLISHERS_SSRC -> out -> out.pli(1, publishers);
      case KEYFRAMES_OF_ANOTHERS_SLOT -> out -> out.fir(1, viewers, round);
      case RETRANSMISSIONS_OF_NOBODY -> out -> out.nack(1, 0x0BAD_0000 + round, all, 0, 200);
      case RETRANSMISSIONS_OF_ANOTHERS_SLOT -> out -> out.nack(1, viewers, all, 0, 200);
      case GOODBYE_OF_THE_PUBLISHER -> out -> out.bye(publishers);
      case NO_BANDWIDTH_FOR_ANYBODY ->
          out -> out.remb(1, 0, new int[] {publishers, viewers, 0x0BAD_0000}, 3);
      case FEEDBACK_ABOUT_PACKETS_NEVER_SENT ->
          out -> {
            TransportFeedbackRecorder invented = new TransportFeedbackRecorder();
            for (int i = 0; i < 50; i++) {
              invented.record((30_000 + 60 * round + i) & 0xFFFF, conference.nowNanos() + i);
            }
            out.transportFeedback(invented, 1, publishers);
          };
    };
  }

  @ParameterizedTest
  @EnumSource
  void harmsNobodyAndAmplifiesNothing(Forgery forgery) {
    long before = conference.totals().bytesSent();
    conference.runMillis(CALM_MILLIS);
    long calmBytes = conference.totals().bytesSent() - before;
    long received = conference.totals().bytesReceived();
    long resent = conference.totals().packetsResent();
    long keyframes = publisher.video().keyframesAsked();
    int shown = viewer.slot("v0").packets().size();

    for (int i = 0; i < ROUNDS; i++) {
      mallory.sendRtcp(content(forgery, i), conference.nowNanos());
      conference.runMillis(CALM_MILLIS / ROUNDS);
    }

    long sent = conference.totals().bytesSent() - before - calmBytes;
    long forged = conference.totals().bytesReceived() - received;
    assertThat(forged).as("bytes that came, the publisher's included").isPositive();
    assertThat(sent).as("bytes sent under attack").isLessThan(calmBytes + calmBytes / 10);
    assertThat(conference.totals().packetsResent() - resent).as("packets resent").isZero();
    assertThat(publisher.video().keyframesAsked() - keyframes).as("keyframes asked for").isZero();
    assertThat(viewer.slot("v0").packets().size() - shown)
        .as("packets that the viewer got under attack")
        .isGreaterThan(50);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.slot("v0").missing()).isZero();
    assertThat(viewer.slot("a0").missing()).isZero();
  }

  /** Its own slot it may ask for; how often the publisher hears of it is the server's choice. */
  @Test
  void keyframesOfItsOwnSlotAreAskedForAtTheServersPace() {
    int own = (int) Agreement.slotSsrc(MediaKind.VIDEO, 0, mallory.number());
    long before = publisher.video().keyframesAsked();
    for (int i = 0; i < ROUNDS; i++) {
      mallory.sendRtcp(out -> out.pli(1, own), conference.nowNanos());
      conference.runMillis(CALM_MILLIS / ROUNDS);
    }
    assertThat(publisher.video().keyframesAsked() - before)
        .as("requests that the publisher got for %d", ROUNDS)
        .isBetween(1L, 20L);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  void retransmissionsOfItsOwnSlotEndWithWhatWasEarned() {
    int own = (int) Agreement.slotSsrc(MediaKind.VIDEO, 0, mallory.number());
    mallory.setRepairs(false);
    long highest =
        mallory.slot("v0").packets().stream().mapToLong(p -> p.sequence()).max().orElse(0);
    long before = conference.totals().bytesSent();
    for (int i = 0; i < ROUNDS; i++) {
      long[] all = new long[200];
      for (int j = 0; j < all.length; j++) {
        all[j] = highest + i / 20 - all.length + 1 + j;
      }
      mallory.sendRtcp(out -> out.nack(1, own, all, 0, all.length), conference.nowNanos());
      conference.runMillis(1);
    }
    long greedyBytes = conference.totals().bytesSent() - before;
    long calm = conference.totals().bytesSent();
    conference.runMillis(ROUNDS);
    long calmBytes = conference.totals().bytesSent() - calm;

    assertThat(
            conference.dropped(DropReason.RETRANSMISSION_LIMIT)
                + conference.dropped(DropReason.EGRESS_FULL))
        .as("refused: beyond the budget, or no place among those that wait")
        .isPositive();
    assertThat(greedyBytes)
        .as("half of what two get, 128 KiB at once, and reports")
        .isLessThan(calmBytes * 3 / 2 + 160 * 1024);
    assertThat(viewer.slot("v0").missing()).isZero();
  }

  /** Nine hours of round trip, as the largest LSR and DLSR could say, would end all repair. */
  @Test
  void aRoundTripThatCannotBeIsNotBelieved() {
    int own = (int) Agreement.slotSsrc(MediaKind.VIDEO, 0, mallory.number());
    long before = roundTripNanos(mallory);
    byte[] report = new byte[32];
    report[0] = (byte) 0x81;
    report[1] = (byte) 201;
    report[3] = 7;
    put(report, 8, own);
    for (int seconds = 11; seconds < 32_000; seconds += 997) {
      int now = (int) (new MediaClock(0, 1_600_000_000_000L).ntpTime(conference.nowNanos()) >>> 16);
      put(report, 24, now - (seconds << 16));
      mallory.sendRtcp(report, conference.nowNanos());
      conference.runMillis(5);
    }
    assertThat(roundTripNanos(mallory)).isLessThanOrEqualTo(before);
  }

  private long roundTripNanos(SimulatedPeer peer) {
    return Objects.requireNonNull(conference.room().peer(peer.id())).roundTripNanos();
  }

  private static void put(byte[] bytes, int at, int value) {
    ByteBuffer.wrap(bytes).putInt(at, value);
  }
}
