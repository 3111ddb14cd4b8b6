package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.link.FlowRecord;
import dev.sluice.core.testkit.link.MediaFlow;
import dev.sluice.core.testkit.link.Rfc8867Case;
import dev.sluice.core.testkit.link.Rfc8867Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** RFC 8867 §5.1 to §5.3: the capacity of the path changes, there or on the way back. */
@Tag("B1")
@Tag("B2")
class Rfc8867CapacityTest {
  private static final double MAX_SECONDS_DOWN = 5;
  private static final double MAX_SECONDS_UP = 15;

  @Test
  void followsTheCapacityWithOneFlow() {
    MediaFlow flow = Rfc8867Case.variableCapacity().run().media().getFirst();
    FlowRecord record = flow.record();
    check("5.1", record, 1_000_000, 10, 40);
    converges("5.1", record, 2_500_000, 40, 60, MAX_SECONDS_UP);
    check("5.1", record, 2_500_000, 50, 60);
    converges("5.1", record, 600_000, 60, 80, MAX_SECONDS_DOWN);
    check("5.1", record, 600_000, 65, 80);
    converges("5.1", record, 1_000_000, 80, 100, MAX_SECONDS_UP);
    wholeRun("5.1", record, 100);
    assertThat(record.paddingShare(0, 100)).as(seed()).isLessThan(0.10);
    double audioMillis = flow.audioRecord().queueMillis(95, 10, 60);
    Rfc8867Path.print("5.1", "audio, p95 of the queue in ms, 10–60 s", audioMillis);
    assertThat(audioMillis).as(seed()).isLessThan(60);
  }

  @Test
  void followsTheCapacityWithTwoFlows() {
    List<MediaFlow> flows = Rfc8867Case.variableCapacityWithTwoFlows().run().media();
    MediaFlow one = flows.getFirst();
    MediaFlow two = flows.getLast();
    double[] starts = {0, 25, 50, 75, 100};
    double[] capacities = {4_000_000, 2_000_000, 3_500_000, 1_000_000, 2_000_000};
    for (int i = 0; i < starts.length; i++) {
      boolean up = i % 2 == 0;
      double from = starts[i] + (up ? MAX_SECONDS_UP : MAX_SECONDS_DOWN);
      double to = starts[i] + 25;
      Rfc8867Path.print("5.2 one", one.record(), capacities[i], from, to);
      Rfc8867Path.print("5.2 two", two.record(), capacities[i], from, to);
      double both = one.record().sentBps(from, to) + two.record().sentBps(from, to);
      assertThat(both / capacities[i]).as("from %s, %s", from, seed()).isBetween(0.80, 1.05);
    }
    wholeRun("5.2 one", one.record(), 125);
    wholeRun("5.2 two", two.record(), 125);
    double jain = FlowRecord.jain(one.record().sentBps(0, 125), two.record().sentBps(0, 125));
    Rfc8867Path.print("5.2", "Jain, 0–125 s", jain);
    assertThat(jain).as(seed()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void followsTheCapacityWhileTheWayBackIsFull() {
    List<MediaFlow> flows = Rfc8867Case.congestedFeedback().run().media();
    MediaFlow there = flows.getFirst();
    MediaFlow back = flows.getLast();
    check("5.3 there", there.record(), 2_000_000, 15, 20);
    converges("5.3 there", there.record(), 1_000_000, 20, 40, MAX_SECONDS_DOWN);
    check("5.3 there", there.record(), 1_000_000, 25, 40);
    converges("5.3 there", there.record(), 500_000, 40, 60, MAX_SECONDS_DOWN);
    check("5.3 there", there.record(), 500_000, 45, 60);
    converges("5.3 there", there.record(), 2_000_000, 60, 100, MAX_SECONDS_UP);
    check("5.3 there", there.record(), 2_000_000, 75, 100);
    converges("5.3 back", back.record(), 800_000, 35, 70, MAX_SECONDS_DOWN);
    check("5.3 back", back.record(), 800_000, 40, 70);
    converges("5.3 back", back.record(), 2_000_000, 70, 100, MAX_SECONDS_UP);
    wholeRun("5.3 there", there.record(), 100);
    wholeRun("5.3 back", back.record(), 100);
  }

  private static void check(
      String name, FlowRecord record, double capacityBps, double from, double to) {
    Rfc8867Path.print(name, record, capacityBps, from, to);
    assertThat(record.sentBps(from, to) / capacityBps)
        .as("%s from %s s, %s", name, from, seed())
        .isBetween(0.80, 1.05);
    assertThat(record.queueMillis(95, from, to))
        .as("%s from %s s, %s", name, from, seed())
        .isLessThan(100);
    assertThat(record.lossShare(from, to))
        .as("%s from %s s, %s", name, from, seed())
        .isLessThan(0.02);
  }

  private static void converges(
      String name,
      FlowRecord record,
      double capacityBps,
      double change,
      double end,
      double maxSeconds) {
    double seconds =
        record.secondsUntilBetween(0.80 * capacityBps, 1.05 * capacityBps, change, end);
    Rfc8867Path.print(
        name, "seconds to converge to %.1f Mbps".formatted(capacityBps / 1e6), seconds);
    assertThat(seconds)
        .as("%s to %s bit/s, %s", name, capacityBps, seed())
        .isLessThanOrEqualTo(maxSeconds);
  }

  private static void wholeRun(String name, FlowRecord record, double end) {
    double queueMillis = record.queueMillis(95, 0, end);
    double loss = record.lossShare(0, end);
    Rfc8867Path.print(name, "whole run: p95 of the queue in ms", queueMillis);
    Rfc8867Path.print(name, "whole run: loss in %", 100 * loss);
    assertThat(queueMillis).as("%s, %s", name, seed()).isLessThan(100);
    assertThat(loss).as("%s, %s", name, seed()).isLessThan(0.02);
  }

  private static String seed() {
    return "seed " + Rfc8867Path.SEED;
  }
}
