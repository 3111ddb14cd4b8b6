package dev.sluice.core.testkit.fuzz;

import java.util.List;

/**
 * One parser as a fuzzer sees it.
 *
 * @param key the first byte of an input that is for this target; never changes, or kept inputs
 *     would lose their meaning
 * @param name for reports, and for {@code -Dfuzz.target}
 * @param body takes the rest of the input; what it throws is a finding
 * @param seeds inputs to begin with, without the key
 */
public record FuzzTarget(char key, String name, Body body, List<byte[]> seeds) {

  /** What is done with an input. */
  @FunctionalInterface
  public interface Body {
    /** Throws if the parser breaks a promise. */
    void accept(byte[] input) throws Exception;
  }

  public FuzzTarget {
    seeds = List.copyOf(seeds);
  }

  /** A promise of a parser: an error that says what was broken, if it does not hold. */
  public static void require(boolean holds, String broken) {
    if (!holds) {
      throw new AssertionError(broken);
    }
  }
}
