package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.rest.IdempotencyStore.Answer;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Answers are kept for those who ask again, within bounds. */
@Tag("A1")
class IdempotencyStoreTest {
  private static final Answer DONE = new Answer(201, Map.of(), "{}");

  private final IdempotencyStore store = new IdempotencyStore();

  private void serve(String key, Answer answer, long nowNanos) {
    assertThat(store.begin(key, "f", nowNanos)).isNull();
    store.end(key, answer);
  }

  @Test
  void tellsARequestThatIsBeingServedFromOneThatIsDone() {
    assertThat(store.begin("a", "f", 0)).isNull();
    assertThat(store.begin("a", "f", 0)).extracting(entry -> entry.answer()).isNull();
    store.end("a", DONE);
    assertThat(store.begin("a", "f", 0)).extracting(entry -> entry.answer()).isEqualTo(DONE);
  }

  @Test
  void whatFailedMayBeTriedAgain() {
    store.begin("a", "f", 0);
    store.end("a", null);
    assertThat(store.begin("a", "f", 0)).isNull();
  }

  @Test
  void forgetsWhatIsTooOld() {
    serve("a", DONE, 0);
    assertThat(store.begin("a", "f", IdempotencyStore.MAX_AGE_NANOS - 1)).isNotNull();
    assertThat(store.begin("a", "f", IdempotencyStore.MAX_AGE_NANOS)).isNull();
  }

  @Test
  void keepsNoMoreThanItMayAndForgetsTheOldest() {
    for (int i = 0; i <= IdempotencyStore.MAX_ENTRIES; i++) {
      serve("k" + i, DONE, i);
    }
    assertThat(store.size()).isEqualTo(IdempotencyStore.MAX_ENTRIES);
    assertThat(store.begin("k0", "f", 0)).isNull();
    Answer large = new Answer(201, Map.of(), "x".repeat(1024 * 1024));
    for (int i = 0; i < 20; i++) {
      serve("large" + i, large, 0);
    }
    assertThat(store.size()).isLessThan(20);
    assertThat(store.begin("large19", "f", 0)).isNotNull();
  }
}
