package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.link.CubicFlow;
import dev.sluice.core.testkit.link.MediaFlow;
import dev.sluice.core.testkit.link.Rfc8867Case;
import dev.sluice.core.testkit.link.Rfc8867Path;
import java.util.List;
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
    List<MediaFlow> flows = Rfc8867Case.shortTcp().run().media();
    double both = 0;
    for (MediaFlow flow : flows) {
      Rfc8867Path.print("5.7", flow.record(), CAPACITY_BPS, 20, 300);
      both += flow.record().sentBps(20, 300);
      assertThat(flow.record().lossShare(20, 300)).as(seed()).isLessThan(0.02);
    }
    // Ten files of 40 KB each ten seconds or so take about 0.3 Mbps of the two.
    assertThat(both / CAPACITY_BPS).as(seed()).isBetween(0.4, 0.95);
  }

  private static void besideLongTransfer(String name, long queueMillis, double minShare) {
    Rfc8867Case done = Rfc8867Case.longTcp(queueMillis).run();
    MediaFlow media = done.media().getFirst();
    CubicFlow tcp = done.tcp().getFirst();
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

  private static String seed() {
    return "seed " + Rfc8867Path.SEED;
  }
}
