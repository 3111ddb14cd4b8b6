package dev.sluice.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many events are kept that a receiver did not take. */
@Tag("A2")
class DeadLettersTest {
  @Test
  void keepsNoMoreThanItMay() {
    try (MVStore memory = new MVStore.Builder().open()) {
      DeadLetters letters = new DeadLetters(3);
      letters.open(memory);
      for (int number = 8; number <= 12; number++) {
        letters.bury("app", new StoredEvent(number, "{}"), "HTTP 400");
      }
      assertThat(letters.of("app", 0, 10))
          .extracting(DeadLetters.DeadLetter::number)
          .containsExactly(10L, 11L, 12L);
      assertThat(letters.lost()).isEqualTo(2);
    }
  }
}
