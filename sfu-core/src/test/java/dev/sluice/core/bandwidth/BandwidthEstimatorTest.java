package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.EstimateReason;
import dev.sluice.core.rtcp.TransportFeedbackReader;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class BandwidthEstimatorTest {
  private static final double FREE_BPS = 100_000_000;
  private static final long SECOND = 1_000_000_000L;

  private final PathSimulation path = new PathSimulation();
  private final BandwidthEstimator estimator = path.estimator;

  @Test
  void knowsNothingWithoutFeedback() {
    for (int i = 0; i < 1_000; i++) {
      estimator.handleSent(0x1_0000 + i, 1_000, 0, i * 1_000_000L);
    }
    estimator.handleTimeout(60 * SECOND);
    assertThat(estimator.estimateBps(60 * SECOND)).isEqualTo(BandwidthEstimator.UNKNOWN);
    assertThat(estimator.state(60 * SECOND)).isEqualTo(EstimateState.UNKNOWN);
    assertThat(estimator.congestionSeen(60 * SECOND)).isFalse();
  }

  @Test
  void isAtLeastWhatArrivesAsLongAsNothingHasGoneWrong() {
    path.run(3, 100_000, FREE_BPS);
    assertThat(path.estimateBps()).as("of little").isEqualTo(ProbeController.START_BPS);
    path.run(3, 1_500_000, FREE_BPS);
    assertThat(path.estimateBps()).as("of what is sent in any case").isGreaterThan(1_100_000);
    assertThat(estimator.congestionSeen(path.nowNanos)).isFalse();
  }

  @Test
  void comesDownToTheCapacityAndSaysWhy() {
    path.run(2, 400_000, FREE_BPS);
    assertThat(estimator.congestionSeen(path.nowNanos)).as("on a free link").isFalse();
    path.run(2, 1_000_000, 500_000);
    assertThat(path.estimateBps()).isBetween(300_000L, 520_000L);
    assertThat(estimator.reason(path.nowNanos)).isEqualTo(EstimateReason.OVERUSE);
    assertThat(estimator.congestionSeen(path.nowNanos)).isTrue();
    assertThat(estimator.queueDelayNanos()).isGreaterThan(SECOND / 2);
  }

  @Test
  void tellsAFullPathThatIsFeltFromOneThatWasSeen() {
    path.run(2, 400_000, FREE_BPS);
    assertThat(estimator.evidence(path.nowNanos))
        .as("on a free link")
        .isEqualTo(CongestionEvidence.NONE);
    path.run(2, 1_000_000, 500_000);
    assertThat(estimator.evidence(path.nowNanos))
        .as("with half a second in the queue")
        .isEqualTo(CongestionEvidence.FELT);
    path.run(4, 200_000, 500_000);
    assertThat(estimator.evidence(path.nowNanos))
        .as("when the queue is gone")
        .isEqualTo(CongestionEvidence.SEEN);
    for (int i = 0; i < 150; i++) {
      path.nowNanos += SECOND / 50;
      path.send(0, FREE_BPS);
      estimator.handleTimeout(path.nowNanos);
    }
    assertThat(estimator.evidence(path.nowNanos))
        .as("when feedback no longer comes")
        .isEqualTo(CongestionEvidence.FELT);
  }

  @Test
  void isNotInflatedByTrafficThatDoesNotUseIt() {
    path.run(3, 500_000, FREE_BPS);
    long before = path.estimateBps();
    path.run(60, 100_000, FREE_BPS);
    assertThat(estimator.applicationLimited(path.nowNanos)).isTrue();
    assertThat(path.estimateBps()).isBetween((long) (0.95 * before), (long) (1.1 * before));
  }

  @Test
  void isNotDraggedDownByTrafficThatDoesNotUseIt() {
    path.run(3, 3_000_000, FREE_BPS);
    long before = path.estimateBps();
    path.run(5, 200_000, FREE_BPS);
    // A hiccup of the path: for a moment nothing moves, then everything arrives.
    path.run(0.15, 200_000, 150_000);
    path.run(5, 200_000, FREE_BPS);
    assertThat(path.estimateBps()).isGreaterThan((long) (0.7 * before));
  }

  @Test
  void takesAProbeThatComesThrough() {
    path.run(2, 300_000, FREE_BPS);
    probe(1, 2_000_000, FREE_BPS);
    assertThat(path.estimateBps()).isBetween(1_600_000L, 2_200_000L);
    assertThat(estimator.reason(path.nowNanos)).isEqualTo(EstimateReason.PROBE);
    assertThat(estimator.probesMeasured()).isPositive();
  }

  @Test
  void findsTheCapacityWithAProbeThatIsTooFast() {
    path.run(2, 300_000, 1_000_000);
    probe(1, 3_000_000, 1_000_000);
    assertThat(path.estimateBps()).isBetween(800_000L, 1_000_000L);
    assertThat(estimator.probeSaturated()).isTrue();
  }

  @Test
  void doesNotTakeTheQueueThatAProbeMadeForATrafficJam() {
    path.run(2, 300_000, 1_000_000);
    probe(1, 3_000_000, 1_000_000);
    for (int i = 2; i < 8; i++) {
      path.run(4, 150_000, 1_000_000);
      probe(i, 2_000_000, 1_000_000);
    }
    path.run(1, 150_000, 1_000_000);
    assertThat(path.estimateBps()).as("beside 150 kbit/s").isBetween(600_000L, 1_050_000L);
  }

  @Test
  void fallsAtOnceWhenEvenTheLittleThatIsSentDoesNotPass() {
    path.run(3, 3_000_000, FREE_BPS);
    path.run(3, 1_000_000, FREE_BPS);
    assertThat(estimator.applicationLimited(path.nowNanos)).isTrue();
    path.run(1, 1_000_000, 400_000);
    assertThat(path.estimateBps()).isBetween(200_000L, 500_000L);
  }

  @Test
  void doesNotTakeABurstAtTheBeginningForARate() {
    path.run(0.02, 20_000_000, FREE_BPS);
    path.nowNanos += SECOND / 20;
    path.feedback();
    assertThat(path.estimateBps())
        .as("of 50 kB in a quarter of a second")
        .isBetween(1_000_000L, 2_000_000L);
  }

  @Test
  void lowersTheEstimateWhileFeedbackDoesNotCome() {
    path.run(3, 1_000_000, FREE_BPS);
    long before = path.estimateBps();
    for (int i = 0; i < 300; i++) {
      path.nowNanos += 20_000_000;
      path.send(0, FREE_BPS);
      estimator.handleTimeout(path.nowNanos);
    }
    assertThat(path.estimateBps()).isLessThan(before / 2);
    assertThat(estimator.reason(path.nowNanos)).isEqualTo(EstimateReason.FEEDBACK_LOST);
    assertThat(path.estimateBps()).isGreaterThanOrEqualTo(100_000);
  }

  @Test
  void staysWhenNothingIsSentAndSoNothingIsReported() {
    path.run(3, 1_000_000, FREE_BPS);
    path.nowNanos += 100_000_000;
    path.feedback();
    long before = path.estimateBps();
    for (int i = 0; i < 100; i++) {
      path.nowNanos += SECOND / 10;
      estimator.handleTimeout(path.nowNanos);
    }
    assertThat(path.estimateBps()).isEqualTo(before);
  }

  @Test
  @Tag("C8")
  void fallsWhenThePathLosesEverythingForAWhile() {
    path.run(3, 1_000_000, FREE_BPS);
    long before = path.estimateBps();
    loseForTwoSeconds(false);
    assertThat(path.estimateBps()).as("on the same path").isLessThan(before / 2);
    assertThat(estimator.congestionSeen(path.nowNanos)).isTrue();
  }

  @Test
  @Tag("C8")
  void keepsTheEstimateWhenTheClientHasMoved() {
    path.run(3, 1_000_000, FREE_BPS);
    long before = path.estimateBps();
    loseForTwoSeconds(true);
    path.run(1, 1_000_000, FREE_BPS);
    assertThat(path.estimateBps()).isGreaterThanOrEqualTo((long) (0.75 * before));
    assertThat(estimator.congestionSeen(path.nowNanos)).isFalse();
  }

  @Test
  @Tag("C2")
  void concludesNothingFromTheDelaysOfATcpConnection() {
    estimator.handlePathChange(true, path.nowNanos);
    path.run(3, 1_000_000, FREE_BPS);
    long before = path.estimateBps();
    path.run(2, 1_000_000, 700_000);
    assertThat(path.estimateBps()).isGreaterThanOrEqualTo(before);
    assertThat(estimator.congestionSeen(path.nowNanos)).isFalse();
  }

  private void loseForTwoSeconds(boolean moved) {
    long first = path.nextSequence;
    for (int i = 0; i < 200; i++) {
      path.nowNanos += SECOND / 100;
      path.send(0, FREE_BPS);
    }
    if (moved) {
      estimator.handlePathChange(false, path.nowNanos);
    }
    for (long sequence = first; sequence < path.nextSequence; sequence++) {
      estimator.handleStatus((int) (sequence & 0xFFFF), false, 0, path.nowNanos);
      if (sequence % 40 == 0) {
        estimator.handleStatusesEnd(path.nowNanos);
      }
    }
    estimator.handleStatusesEnd(path.nowNanos);
  }

  @Test
  void fallsBackToTheReceiversEstimate() {
    estimator.handleRemb(700_000, SECOND);
    assertThat(estimator.estimateBps(SECOND)).isEqualTo(700_000);
    assertThat(estimator.reason(SECOND)).isEqualTo(EstimateReason.RECEIVER);
    assertThat(estimator.congestionSeen(SECOND)).as("nothing is sent").isFalse();
    assertThat(estimator.estimateBps(20 * SECOND)).isEqualTo(BandwidthEstimator.UNKNOWN);
  }

  @Test
  void lowersTheReceiversEstimateByTheLossItReports() {
    long now = SECOND;
    for (int i = 0; i < 20; i++) {
      estimator.handleSent(0x1_0000 + i, 12_500, 0, now);
      estimator.handleRemb(2_000_000, now);
      estimator.handleReceiverLoss(77, now);
      now += SECOND / 2;
    }
    assertThat(estimator.estimateBps(now)).isLessThan(300_000);
    assertThat(estimator.congestionSeen(now)).isTrue();
    assertThat(estimator.lossShare()).isBetween(0.25, 0.35);
  }

  @Test
  void prefersTransportWideFeedbackToRemb() {
    path.run(3, 1_000_000, FREE_BPS);
    estimator.handleRemb(50_000, path.nowNanos);
    assertThat(path.estimateBps()).isGreaterThan(800_000);
  }

  @Test
  void survivesFeedbackThatMeansNothing() {
    long seed = 3;
    SplittableRandom random = new SplittableRandom(seed);
    path.run(2, 500_000, FREE_BPS);
    for (int i = 0; i < 50_000; i++) {
      estimator.handleStatus(
          random.nextInt(0x1_0000), random.nextBoolean(), random.nextLong(), path.nowNanos);
      if (i % 50 == 0) {
        estimator.handleStatusesEnd(path.nowNanos);
        path.nowNanos += 10_000_000;
      }
    }
    long estimate = path.estimateBps();
    assertThat(estimate).as("seed %s", seed).isBetween(1L, 200_000_000L);
    TransportFeedbackReader empty = new TransportFeedbackReader();
    estimator.handleTransportFeedback(empty, path.nowNanos);
    assertThat(path.estimateBps()).isPositive();
  }

  private void probe(int id, double rateBps, double capacityBps) {
    estimator.handleProbeStarted(new ProbeCluster(id, (long) rateBps, 8_000, 5), path.nowNanos);
    for (int i = 0; i < 12; i++) {
      path.send(id, capacityBps);
      path.nowNanos += (long) (PathSimulation.SIZE_BYTES * 8e9 / rateBps);
    }
    path.nowNanos += 150_000_000;
    path.feedback();
  }
}
