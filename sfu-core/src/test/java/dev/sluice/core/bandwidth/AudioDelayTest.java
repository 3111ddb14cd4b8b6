package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.link.CapacityTrace;
import dev.sluice.core.testkit.link.MediaFlow;
import dev.sluice.core.testkit.link.Rfc8867Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long audio waits beside video that fills 90 % of a link: in the pacer, and in the path. */
@Tag("B3")
class AudioDelayTest {
  private static final double USE = 0.9;

  /** 118 bytes fifty times a second. */
  private static final long AUDIO_BPS = 47_200;

  /** A picture of 30 a second needs about so long to cross a link that video fills. */
  private static final double PICTURE_MILLIS = 33;

  @ParameterizedTest
  @ValueSource(longs = {1_000_000, 2_000_000, 4_000_000})
  void staysUnderTwentyMillisecondsInThePacerAndUnderAPictureInThePath(long capacityBps) {
    Rfc8867Path path = new Rfc8867Path(CapacityTrace.constant(capacityBps));
    MediaFlow flow = path.mediaWithMaximum((long) (USE * capacityBps) - AUDIO_BPS).startAt(0);
    path.run(60);
    double use = flow.record().sentBps(20, 60) / capacityBps;
    double pacedMillis = flow.audioRecord().pacedMillis(95, 20, 60);
    double queueMillis = flow.audioRecord().queueMillis(95, 20, 60);
    String name = "90 %% of %.0f Mbps".formatted(capacityBps / 1e6);
    Rfc8867Path.print(name, "audio, p95 of ms in the pacer", pacedMillis);
    Rfc8867Path.print(name, "audio, p95 of ms in the path's queue", queueMillis);
    assertThat(use).as("seed %s: use", Rfc8867Path.SEED).isBetween(0.85, 0.95);
    assertThat(pacedMillis).as("seed %s: pacer", Rfc8867Path.SEED).isLessThan(20);
    assertThat(queueMillis).as("seed %s: path", Rfc8867Path.SEED).isLessThan(PICTURE_MILLIS);
    assertThat(flow.audioRecord().lossShare(20, 60)).isZero();
  }
}
