package dev.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void quantilesAreWithinAThirtySecondOfTheSortedValues() {
    long seed = 20_261_121;
    SplittableRandom random = new SplittableRandom(seed);
    Histogram histogram = new Histogram();
    long[] nanos = new long[10_000];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = (long) Math.exp(random.nextDouble(7, 24));
      histogram.record(nanos[i]);
    }
    Arrays.sort(nanos);

    for (double quantile : new double[] {0.01, 0.5, 0.9, 0.99, 0.999}) {
      double exact = nanos[(int) Math.ceil(quantile * nanos.length) - 1] / 1e6;
      assertThat(histogram.millis(quantile))
          .as("quantile %s, seed %s", quantile, seed)
          .isCloseTo(exact, within(exact / 31 + 0.001));
    }
    assertThat(histogram.maxMillis()).isEqualTo(nanos[nanos.length - 1] / 1e6);
  }

  @Test
  void anEmptyOneHasNothingToSay() {
    Histogram histogram = new Histogram();
    histogram.record(5_000_000);
    histogram.reset();

    assertThat(histogram.count()).isZero();
    assertThat(histogram.millis(0.99)).isZero();
    assertThat(histogram.maxMillis()).isZero();
  }
}
