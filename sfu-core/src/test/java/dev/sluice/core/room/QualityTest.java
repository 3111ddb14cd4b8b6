package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What operators are told of a participant's media, against what its links really did. */
@Tag("O2")
class QualityTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SEED = 310;

  private final Conference conference = new Conference(SEED);
  private final SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
  private final SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));

  private QualityInfo quality(SimulatedPeer peer) {
    return Objects.requireNonNull(conference.room().quality(peer.id(), conference.nowNanos()));
  }

  private QualityInfo.Sent video() {
    return quality(viewer).sent().stream()
        .filter(slot -> slot.kind() == MediaKind.VIDEO)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tellsWhatTheLinksDid() {
    publisher.uplink().setDelay(20 * MILLISECOND, 0);
    publisher.uplink().setLoss(0.02);
    viewer.uplink().setDelay(25 * MILLISECOND, 0);
    viewer.downlink().setDelay(40 * MILLISECOND, 0);
    viewer.downlink().setLoss(0.03);
    conference.runMillis(20_000);

    QualityInfo watching = quality(viewer);
    assertThat(watching.roundTripNanos())
        .as("seed %d", SEED)
        .isCloseTo(65 * MILLISECOND, within(6 * MILLISECOND));
    assertThat(watching.received()).isEmpty();
    assertThat(watching.path()).as("a room knows no addresses").isNull();
    assertThat(video().mid()).isEqualTo("v0");
    double lostDown = viewer.downlink().lost() / (double) viewer.downlink().sent();
    assertThat(video().lost() / (double) video().packets())
        .as("seed %d", SEED)
        .isCloseTo(lostDown, within(0.5 * lostDown));
    assertThat(video().lossShare()).isBetween(0.0, 0.2);
    QualityInfo.Picture picture = Objects.requireNonNull(video().picture());
    assertThat(picture.width()).isEqualTo(viewer.slot("v0").lastWidth()).isPositive();

    QualityInfo sending = quality(publisher);
    assertThat(sending.sent()).isEmpty();
    QualityInfo.Received camera =
        sending.received().stream()
            .filter(stream -> stream.kind() == MediaKind.VIDEO)
            .findFirst()
            .orElseThrow();
    assertThat(camera.codec()).isEqualTo("VP8");
    assertThat(camera.alive()).isTrue();
    double lostUp = publisher.uplink().lost() / (double) publisher.uplink().sent();
    assertThat(camera.lost() / (double) camera.packets())
        .as("seed %d", SEED)
        .isCloseTo(lostUp, within(0.5 * lostUp));
    QualityInfo.Picture sent = Objects.requireNonNull(camera.picture());
    assertThat(sent.framesPerSecond())
        .isCloseTo(picturesASecond(), within(0.1 * picturesASecond()));
  }

  private double picturesASecond() {
    long before = publisher.video().picturesMade();
    conference.runMillis(5_000);
    return (publisher.video().picturesMade() - before) / 5.0;
  }

  @Test
  void tellsJitterAsTheReceiverMeasuresIt() {
    conference.runMillis(5_000);
    long calm = video().jitterNanos();
    viewer.downlink().setDelay(40 * MILLISECOND, 30 * MILLISECOND);
    conference.runMillis(5_000);
    assertThat(calm).isBetween(0L, 5 * MILLISECOND);
    assertThat(video().jitterNanos()).as("seed %d", SEED).isGreaterThan(4 * MILLISECOND);
  }

  @Test
  void guessesAFreezeWhileAndAfterNoPictureLeaves() {
    conference.runMillis(5_000);
    assertThat(video().freezes()).isZero();
    assertThat(video().frozen()).isFalse();
    publisher.video().pause();
    conference.runMillis(1_000);
    assertThat(video().frozen()).isTrue();
    publisher.video().resume(conference.nowNanos());
    conference.runMillis(1_000);
    assertThat(video().frozen()).isFalse();
    assertThat(video().freezes()).isEqualTo(1);
    assertThat(video().frozenNanos()).isBetween(1_000 * MILLISECOND, 1_200 * MILLISECOND);
  }

  @Test
  void takesALongerGapForAPause() {
    conference.runMillis(3_000);
    publisher.video().pause();
    conference.runMillis(8_000);
    assertThat(video().frozen()).isFalse();
    publisher.video().resume(conference.nowNanos());
    conference.runMillis(1_000);
    assertThat(video().freezes()).isZero();
  }

  @Test
  @Tag("O3")
  void capturesAllThatOneParticipantSendsAndIsSentUntilItLeaves() {
    CaptureBuffer capture =
        new CaptureBuffer(true, 16_000_000, conference.nowNanos(), 60_000 * MILLISECOND, 0);
    assertThat(conference.room().capture(viewer.id(), capture)).isTrue();
    QualityInfo before = quality(viewer);
    conference.runMillis(2_000);
    QualityInfo after = quality(viewer);
    long passed =
        after.packetsReceived()
            - before.packetsReceived()
            + after.packetsSent()
            - before.packetsSent();
    assertThat(capture.packets()).isEqualTo(passed).isGreaterThan(200);
    assertThat(capture.end()).isNull();
    conference.leave(viewer);
    assertThat(capture.end()).isEqualTo(CaptureBuffer.End.LEFT);
    assertThat(conference.room().capture(viewer.id(), capture)).isFalse();
  }

  @Test
  void knowsNothingOfSomebodyWhoIsNotThere() {
    assertThat(conference.room().quality(new ParticipantId("nobody"), conference.nowNanos()))
        .isNull();
  }
}
