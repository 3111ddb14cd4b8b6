package dev.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R11")
class RampTest {
  private static final Scenario FIRST = Scenario.parse("broadcast:100@1000");

  private final List<Long> tried = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1_000_000, 1_490_000, 1_510_000, 4_000_000, 9_999_000})
  void theHighestThatIsFoundIsWithinANinthOfTheHighestThereIs(long limitBps) throws IOException {
    Window highest = Objects.requireNonNull(climb(limitBps));

    assertThat(highest.packets()).isBetween((long) (limitBps / 1.12), limitBps);
    assertThat(tried.getFirst()).isEqualTo(FIRST.bitrateBps());
  }

  @Test
  void thereIsNoneWhenTheFirstRateIsTooMuch() throws IOException {
    assertThat(climb(999_999)).isNull();
    assertThat(tried).hasSize(1);
  }

  @Test
  void aServerWithoutALimitEndsIt() throws IOException {
    assertThat(climb(Long.MAX_VALUE)).isNotNull();
    assertThat(tried).hasSize(14);
  }

  /** A window has as many packets as its scenario has bits in a second. */
  private @Nullable Window climb(long limitBps) throws IOException {
    return new Ramp(this::window, window -> window.packets() <= limitBps).climb(FIRST);
  }

  private Window window(Scenario step) {
    tried.add(step.bitrateBps());
    return new Window(
        "server",
        step.title(),
        101,
        1,
        step.bitrateBps(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of(),
        ServerMeters.NONE,
        0,
        0,
        0,
        0);
  }
}
