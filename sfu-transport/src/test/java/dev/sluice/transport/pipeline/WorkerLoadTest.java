package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.core.rtp.PacketKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("O5")
class WorkerLoadTest {
  private static final long SECOND = 1_000_000_000;

  private final WorkerLoad load = new WorkerLoad();
  private long nowNanos = SECOND;
  private long cpuNanos;
  private long drops;

  private void second(double utilisation, int dropped) {
    nowNanos += SECOND;
    cpuNanos += (long) (utilisation * SECOND);
    drops += dropped;
    load.handleSecond(nowNanos, cpuNanos, 8 * cpuNanos, drops);
  }

  @Test
  void showsTheShareOfACoreThatItUsed() {
    second(0.1, 0);
    second(0.25, 0);

    assertThat(load.figures().utilisation()).isCloseTo(0.25, within(1e-9));
    assertThat(load.figures().cpuNanos()).isEqualTo(350_000_000);
    assertThat(load.figures().allocatedBytes()).isEqualTo(2_800_000_000L);
  }

  @Test
  void isOverloadedAfterTwoFullSecondsAndRelievedAfterTwoOthers() {
    second(0.5, 0);
    second(0.95, 0);
    assertThat(load.overloaded()).as("one is a burst").isFalse();
    second(0.91, 0);
    assertThat(load.overloaded()).isTrue();

    second(0.85, 0);
    second(0.5, 0);
    assertThat(load.overloaded()).as("one is a pause").isTrue();
    second(0.79, 0);
    assertThat(load.overloaded()).isFalse();
  }

  @Test
  void aFullRingIsOverloadHoweverLittleItUses() {
    second(0.1, 0);
    second(0.1, 5);
    second(0.1, 1);
    assertThat(load.overloaded()).isTrue();

    second(0.1, 0);
    second(0.1, 0);
    assertThat(load.overloaded()).isFalse();
  }

  @Test
  void whatLeavesByAnotherWorkerIsMeasuredThere() {
    WorkerLoad other = new WorkerLoad();
    for (int i = 0; i < 1000; i++) {
      long base = nowNanos + i * 10_000_000L;
      load.handleMedia(PacketKind.RTP, base, base + 20_000);
      other.handleOrder(load.handleHandOver(base + 20_000), base + 20_000, base + 50_000);
      load.handleTurnEnd(false);
      other.handleSent(base + 300_000);
      other.handleTurnEnd(false);
      load.handleSent(base + 5_000_000); // a report of its own: no media waited for it
    }
    for (int i = 0; i < 10; i++) {
      second(0.1, 0);
      other.handleSecond(nowNanos, cpuNanos, 0, 0);
      if (i == 0) {
        assertThat(other.figures().queueAgeNanos()).as("in the ring").isEqualTo(30_000);
      }
    }

    assertThat(other.figures().p50Nanos() / 1e6).isCloseTo(0.3, within(0.3 / 16));
    assertThat(load.figures().p999Nanos()).as("nothing left from here").isZero();
  }

  @Test
  void measuresFromTheOldestPacketUntilItIsSent() {
    for (int i = 0; i < 1000; i++) {
      long base = nowNanos + i * 100_000L;
      load.handleMedia(PacketKind.RTP, base, base + 20_000);
      load.handleMedia(PacketKind.RTP, base + 10_000, base + 20_000);
      load.handleSent(base + (i < 985 ? 200_000 : 5_000_000));
      load.handleSent(base + 90_000_000); // nothing waited
    }
    for (int i = 0; i < 10; i++) {
      second(0.1, 0);
    }

    WorkerLoad.Figures figures = load.figures();
    assertThat(figures.p50Nanos() / 1e6).isCloseTo(0.2, within(0.2 / 16));
    assertThat(figures.p99Nanos() / 1e6).isCloseTo(5, within(5 / 16.0));
    assertThat(figures.p999Nanos()).isEqualTo(figures.p99Nanos());
  }

  @Test
  void neitherAReportNorWhatNobodyGetsWaitsForTheNextSend() {
    for (int i = 0; i < 1000; i++) {
      long base = nowNanos + i * 100_000_000L;
      load.handleMedia(PacketKind.RTP, base, base + 20_000);
      load.handleTurnEnd(true); // until the frame is whole
      load.handleSent(base + 1_000_000);
      load.handleTurnEnd(false);
      load.handleMedia(PacketKind.RTCP, base + 5_000_000, base + 5_020_000);
      load.handleTurnEnd(true);
      load.handleMedia(PacketKind.RTP, base + 7_000_000, base + 7_020_000);
      load.handleTurnEnd(false); // a layer that nobody looks at
    }
    for (int i = 0; i < 10; i++) {
      second(0.1, 0);
    }

    assertThat(load.figures().p50Nanos() / 1e6).isCloseTo(1, within(1 / 16.0));
    assertThat(load.figures().p999Nanos() / 1e6).isCloseTo(1, within(1 / 16.0));
  }

  @Test
  void showsTheOldestPacketOfTheLastSecondOnly() {
    load.handleMedia(PacketKind.RTP, nowNanos, nowNanos + 3_000_000);
    second(0.1, 0);
    assertThat(load.figures().queueAgeNanos()).isEqualTo(3_000_000);

    second(0.1, 0);
    assertThat(load.figures().queueAgeNanos()).isZero();
  }

  @Test
  void readsTheDropsOfOnePortFromTheKernelsTable() {
    String line =
        "  512: 00000000:2710 00000000:0000 07 00000000:00000000 00:00000000 00000000     0   "
            + "     0 71183 2 00000000a2b1c3d4 42";

    assertThat(SocketDrops.drops(line, 10_000)).isEqualTo(42);
    assertThat(SocketDrops.drops(line, 10_001)).isZero();
    assertThat(SocketDrops.drops("  sl  local_address rem_address   st", 10_000)).isZero();
  }
}
