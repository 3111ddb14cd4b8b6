package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B2")
class ProbeControllerTest {
  private static final double FREE_BPS = 100_000_000;

  private final PathSimulation path = new PathSimulation();
  private final ProbeController probes = new ProbeController();

  @Test
  void plansNothingWhenNothingMoreIsWanted() {
    path.run(3, 1_000_000, FREE_BPS);
    probes.setDemand(path.estimateBps() - 1, 0, false);
    assertThat(pollForSeconds(30)).isNull();
  }

  @Test
  void probesOnJoinNoFasterThanWhatIsWanted() {
    probes.setDemand(400_000, 0, false);
    ProbePlan plan = Objects.requireNonNull(poll());
    assertThat(plan.reason()).isEqualTo(ProbeReason.JOIN);
    assertThat(plan.cluster().rateBps()).isBetween(459_000L, 461_000L);
  }

  @Test
  void goesFurtherWhenAProbeCameThrough() {
    path.run(1, 300_000, FREE_BPS);
    probes.setDemand(10_000_000, 0, false);
    ProbePlan join = Objects.requireNonNull(poll());
    send(join.cluster());
    ProbePlan next = Objects.requireNonNull(poll());
    assertThat(next.reason()).isEqualTo(ProbeReason.FURTHER);
    assertThat(next.cluster().rateBps()).isGreaterThan((long) (1.5 * join.cluster().rateBps()));
    assertThat(next.cluster().id()).isNotEqualTo(join.cluster().id());
  }

  @Test
  void plansNothingWhileQueuesGrow() {
    path.run(1, 300_000, FREE_BPS);
    probes.setDemand(10_000_000, 5_000_000, false);
    poll();
    path.run(2, 1_000_000, 500_000);
    assertThat(path.estimator.state(path.nowNanos)).isEqualTo(EstimateState.OVERUSE);
    assertThat(poll()).isNull();
  }

  @Test
  void probesBeforeAnUpgradeAndLessOftenWhenItDoesNotHelp() {
    // After 1, 2, 4, 8, 16, 16 seconds: no result ever comes.
    assertThat(upgradeProbesInAMinute(false)).isBetween(4, 7);
  }

  @Test
  void probesEveryTwoSecondsWhileAllPicturesArePaused() {
    assertThat(upgradeProbesInAMinute(true)).isBetween(20, 31);
  }

  private int upgradeProbesInAMinute(boolean allPaused) {
    path.run(2, 300_000, FREE_BPS);
    probes.setDemand(2_000_000, 0, false);
    poll();
    pollForSeconds(2);
    int upgrades = 0;
    for (int i = 0; i < 600; i++) {
      // The same upgrade, whose rate is measured anew each time.
      probes.setDemand(2_000_000, 690_000 + 10_000 * (i % 3), allPaused);
      path.run(0.1, 300_000, FREE_BPS);
      ProbePlan plan = poll();
      if (plan != null && plan.reason() == ProbeReason.UPGRADE) {
        assertThat(plan.cluster().rateBps()).isBetween(690_000L, 900_000L);
        upgrades++;
      }
    }
    return upgrades;
  }

  @Test
  void probesNowAndThenWhileLittleIsSent() {
    path.run(2, 1_000_000, FREE_BPS);
    probes.setDemand(5_000_000, 0, false);
    poll();
    path.run(6, 100_000, FREE_BPS);
    ProbePlan plan = Objects.requireNonNull(pollForSeconds(10));
    assertThat(plan.reason()).isEqualTo(ProbeReason.APPLICATION_LIMITED);
  }

  private @Nullable ProbePlan poll() {
    return probes.poll(path.estimator, path.nowNanos);
  }

  private @Nullable ProbePlan pollForSeconds(int seconds) {
    for (int i = 0; i < 10 * seconds; i++) {
      path.run(0.1, 100_000, FREE_BPS);
      ProbePlan plan = poll();
      if (plan != null) {
        return plan;
      }
    }
    return null;
  }

  private void send(ProbeCluster cluster) {
    path.estimator.handleProbeStarted(cluster, path.nowNanos);
    int packets =
        Math.max(cluster.minPackets(), cluster.minBytes() / PathSimulation.SIZE_BYTES + 2);
    for (int i = 0; i < packets; i++) {
      path.send(cluster.id(), FREE_BPS);
      path.nowNanos += (long) (PathSimulation.SIZE_BYTES * 8e9 / cluster.rateBps());
    }
    path.nowNanos += 100_000_000;
    path.feedback();
  }
}
