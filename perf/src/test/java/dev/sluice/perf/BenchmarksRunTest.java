package dev.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs each benchmark for a moment, so that none can rot. The figures mean nothing. */
class BenchmarksRunTest {
  private static final int FORWARD = 2 * 4;
  private static final int PROTECT_AND_UNPROTECT = 2 * 2 * 3 * 2;
  private static final int REPAIR = 2;
  private static final int FEEDBACK = 2;
  private static final int SEND = 3;

  @Test
  void eachBenchmarkRuns() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(20))
                    .shouldFailOnError(true)
                    .shouldDoGC(false)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertThat(results)
        .hasSize(FORWARD + PROTECT_AND_UNPROTECT + REPAIR + FEEDBACK + SEND)
        .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
  }
}
