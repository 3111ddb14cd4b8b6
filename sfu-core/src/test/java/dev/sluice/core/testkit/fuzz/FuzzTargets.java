package dev.sluice.core.testkit.fuzz;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The targets of one module behind one door: the first byte of an input says whom the rest is for.
 * A fuzzer can run one test in a JVM, and its start costs more than a short run; so all parsers of
 * a module share one, and the fuzzer finds the keys by itself.
 *
 * <p>{@code -Dfuzz.target=NAME} sends every input to one target.
 */
public final class FuzzTargets {
  private final Map<Character, FuzzTarget> byKey = new LinkedHashMap<>();
  private final Map<String, Long> runs = new LinkedHashMap<>();
  private final @Nullable FuzzTarget only;

  public FuzzTargets(List<FuzzTarget> targets) {
    FuzzTarget wanted = null;
    for (FuzzTarget target : targets) {
      if (byKey.put(target.key(), target) != null) {
        throw new IllegalArgumentException("two targets with the key " + target.key());
      }
      if (target.name().equals(System.getProperty("fuzz.target"))) {
        wanted = target;
      }
    }
    only = wanted;
  }

  /** Every seed, as the fuzzer's input. */
  public Stream<byte[]> seeds() {
    return byKey.values().stream()
        .flatMap(target -> target.seeds().stream().map(seed -> input(target.key(), seed)));
  }

  /** Gives one input to its target; one without a target is none's. */
  public void accept(byte[] input) throws Exception {
    FuzzTarget target = only;
    if (target == null && input.length > 0) {
      target = byKey.get((char) (input[0] & 0xFF));
    }
    if (target == null || input.length == 0) {
      return;
    }
    runs.merge(target.name(), 1L, Long::sum);
    target.body().accept(Arrays.copyOfRange(input, 1, input.length));
  }

  /** How many inputs each target has taken, a line each. */
  public String report() {
    StringBuilder report = new StringBuilder();
    for (FuzzTarget target : byKey.values()) {
      report.append(
          "FUZZ %-24s %,12d inputs%n"
              .formatted(target.name(), runs.getOrDefault(target.name(), 0L)));
    }
    return report.toString();
  }

  private static byte[] input(char key, byte[] seed) {
    byte[] input = new byte[seed.length + 1];
    input[0] = (byte) key;
    System.arraycopy(seed, 0, input, 1, seed.length);
    return input;
  }
}
