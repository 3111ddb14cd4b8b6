package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.link.FlowRecord;
import dev.sluice.core.testkit.link.MediaFlow;
import dev.sluice.core.testkit.link.Rfc8867Case;
import dev.sluice.core.testkit.link.Rfc8867Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** RFC 8867 §5.4, §5.5 and §5.8: flows under the same control share a path. */
@Tag("B1")
class Rfc8867FairnessTest {
  @Test
  void sharesWithFlowsThatJoinLater() {
    List<MediaFlow> flows = Rfc8867Case.competingFlows().run().media();
    check("5.4", flows, 3_500_000, 60, 120);
  }

  @Test
  void sharesBetweenDifferentRoundTrips() {
    List<MediaFlow> flows = Rfc8867Case.roundTrips().run().media();
    check("5.5", flows, 4_000_000, 60, 300);
  }

  @Test
  void givesAndTakesWhenAFlowPauses() {
    List<MediaFlow> flows = Rfc8867Case.pauseAndResume().run().media();
    double others = flows.get(0).record().sentBps(55, 60) + flows.get(2).record().sentBps(55, 60);
    Rfc8867Path.print("5.8", "share that the others use 15 s after the pause", others / 3_500_000);
    assertThat(others / 3_500_000).as(seed()).isBetween(0.80, 1.05);
    check("5.8", flows, 3_500_000, 80, 120);
  }

  private static void check(
      String name, List<MediaFlow> flows, double capacityBps, double from, double to) {
    double[] rates = flows.stream().mapToDouble(flow -> flow.record().sentBps(from, to)).toArray();
    double sum = 0;
    for (int i = 0; i < rates.length; i++) {
      FlowRecord record = flows.get(i).record();
      Rfc8867Path.print(name + " flow " + (i + 1), record, capacityBps, from, to);
      sum += rates[i];
      assertThat(record.queueMillis(95, from, to)).as("%s, %s", name, seed()).isLessThan(100);
      assertThat(record.lossShare(from, to)).as("%s, %s", name, seed()).isLessThan(0.02);
    }
    double jain = FlowRecord.jain(rates);
    Rfc8867Path.print(name, "share of the capacity that all use", sum / capacityBps);
    Rfc8867Path.print(name, "Jain", jain);
    assertThat(sum / capacityBps).as("%s, %s", name, seed()).isBetween(0.80, 1.05);
    assertThat(jain).as("%s, %s", name, seed()).isGreaterThanOrEqualTo(0.9);
  }

  private static String seed() {
    return "seed " + Rfc8867Path.SEED;
  }
}
