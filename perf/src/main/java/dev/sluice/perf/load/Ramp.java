package dev.sluice.perf.load;

import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the highest rate of a scenario that stays within limits: half as fast again until it
 * does not, then twice the (geometric) middle, so that the highest found is within a ninth of it.
 */
final class Ramp {
  private static final double FACTOR = 1.5;
  private static final int MAX_STEPS = 14;
  private static final int BISECTIONS = 2;

  /** Measures one window. */
  @FunctionalInterface
  interface Measurement {
    Window of(Scenario step) throws IOException;
  }

  private final Measurement measurement;
  private final Predicate<Window> withinLimits;
  private @Nullable Window highest;

  /**
   * @param withinLimits whether the rate of a window can be sustained
   */
  Ramp(Measurement measurement, Predicate<Window> withinLimits) {
    this.measurement = measurement;
    this.withinLimits = withinLimits;
  }

  /** The window of the highest rate within the limits; null when the first one is beyond. */
  @Nullable Window climb(Scenario first) throws IOException {
    Scenario step = first;
    for (int i = 0; i < MAX_STEPS; i++) {
      if (!holds(step)) {
        if (highest != null) {
          bisect(step);
        }
        return highest;
      }
      step = step.withBitrate((long) (step.bitrateBps() * FACTOR));
    }
    return highest;
  }

  /** Between a step that does not hold and the one before it, which did. */
  private void bisect(Scenario tooMuch) throws IOException {
    double below = tooMuch.bitrateBps() / FACTOR;
    double beyond = tooMuch.bitrateBps();
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = Math.sqrt(below * beyond);
      if (holds(tooMuch.withBitrate((long) middle))) {
        below = middle;
      } else {
        beyond = middle;
      }
    }
  }

  private boolean holds(Scenario step) throws IOException {
    Window window = measurement.of(step);
    if (!withinLimits.test(window)) {
      System.out.println("  that is beyond the limit");
      return false;
    }
    highest = window;
    return true;
  }
}
