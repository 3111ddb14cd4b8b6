package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.link.CapacityTrace;
import dev.sluice.core.testkit.link.CubicFlow;
import dev.sluice.core.testkit.link.MediaFlow;
import dev.sluice.core.testkit.link.VirtualTime;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * RFC 8867 §5.6 and §5.7: media beside TCP. The queue is TCP's: with a bulk transfer no sender can
 * keep it short, so only rates and loss are checked there.
 */
@Tag("B1")
class Rfc8867TcpTest {
  private static final double CAPACITY_BPS = 2_000_000;

  @Test
  void isNotStarvedByALongTransfer() {
    besideLongTransfer("5.6, queue 300 ms", 300, 0.2);
  }

  @Test
  void isNotStarvedByALongTransferInALongQueue() {
    besideLongTransfer("5.6, queue 1000 ms", 1000, 0.1);
  }

  @Test
  void keepsItsRateBesideShortTransfers() {
    Rfc8867Path path = new Rfc8867Path(CapacityTrace.constant((long) CAPACITY_BPS));
    MediaFlow one = path.media().startAt(5);
    MediaFlow two = path.media().startAt(5);
    SplittableRandom random = new SplittableRandom(Rfc8867Path.SEED);
    for (int i = 0; i < 10; i++) {
      CubicFlow tcp = path.tcp();
      // Two of the ten are under way from the start.
      double start = i < 2 ? 0 : pauseSeconds(random);
      path.time.at((long) (start * VirtualTime.SECOND), () -> transfer(path, tcp, random));
    }
    path.run(300);
    double both = 0;
    for (MediaFlow flow : new MediaFlow[] {one, two}) {
      Rfc8867Path.print("5.7", flow.record(), CAPACITY_BPS, 20, 300);
      both += flow.record().sentBps(20, 300);
      assertThat(flow.record().lossShare(20, 300)).as(seed()).isLessThan(0.02);
    }
    // Ten files of 40 KB each ten seconds or so take about 0.3 Mbps of the two.
    assertThat(both / CAPACITY_BPS).as(seed()).isBetween(0.4, 0.95);
  }

  private static void besideLongTransfer(String name, long queueMillis, double minShare) {
    Rfc8867Path path =
        new Rfc8867Path(
            CapacityTrace.constant((long) CAPACITY_BPS),
            CapacityTrace.constant(100_000_000),
            queueMillis);
    CubicFlow tcp = path.tcp().startAt(0);
    MediaFlow media = path.media().startAt(5);
    path.run(120);
    Rfc8867Path.print(name + ", media", media.record(), CAPACITY_BPS, 60, 120);
    Rfc8867Path.print(name + ", TCP", tcp.record(), CAPACITY_BPS, 60, 120);
    assertThat(media.record().sentBps(60, 120) / CAPACITY_BPS)
        .as("the media's share, %s", seed())
        .isGreaterThan(minShare);
    assertThat(tcp.record().receivedBps(60, 120) / CAPACITY_BPS)
        .as("TCP's share, %s", seed())
        .isGreaterThan(0.25);
    assertThat(media.record().lossShare(60, 120)).as(seed()).isLessThan(0.02);
  }

  private static void transfer(Rfc8867Path path, CubicFlow tcp, SplittableRandom random) {
    tcp.transfer(
        30_000 + random.nextInt(20_000),
        () ->
            path.time.after(
                (long) (pauseSeconds(random) * VirtualTime.SECOND),
                () -> transfer(path, tcp, random)));
  }

  /** Exponentially distributed, ten seconds on average. */
  private static double pauseSeconds(SplittableRandom random) {
    return -10 * Math.log(1 - random.nextDouble());
  }

  private static String seed() {
    return "seed " + Rfc8867Path.SEED;
  }
}
