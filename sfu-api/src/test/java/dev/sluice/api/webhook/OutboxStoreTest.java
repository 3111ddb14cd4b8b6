package dev.sluice.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the outbox keeps, in which order, and what it lets go. */
@Tag("A2")
class OutboxStoreTest {
  private static final String APP = "app";
  private static final String BILLING = "billing";
  private static final long ROOMY = 100_000_000;

  @TempDir private Path folder;

  private OutboxStore open(long maxChars, String... endpoints) throws IOException {
    return new OutboxStore(folder, maxChars, Set.of(endpoints), "outbox");
  }

  private static void started(OutboxStore store, int first, int last) {
    for (int i = first; i <= last; i++) {
      store.append(new Happening("room" + i, "s-" + i, 1, i, new Happening.Started()));
    }
  }

  private static List<Long> numbers(OutboxStore store, long after) {
    return store.after(after, 1_000_000, Integer.MAX_VALUE).stream()
        .map(StoredEvent::number)
        .toList();
  }

  @Test
  void showsOnlyWhatIsOnDisk() throws IOException {
    try (OutboxStore store = open(ROOMY, APP)) {
      started(store, 1, 2);
      assertThat(numbers(store, 0)).isEmpty();
      store.commit();
      assertThat(numbers(store, 0)).containsExactly(1L, 2L);
      assertThat(store.after(0, 1, Integer.MAX_VALUE)).hasSize(1);
      assertThat(store.after(0, 10, 1)).as("at least one, however long").hasSize(1);
    }
  }

  @Test
  void neverGivesANumberTwiceThoughAllEventsAreGone() throws IOException {
    try (OutboxStore store = open(ROOMY, APP)) {
      started(store, 1, 3);
      store.commit();
      store.delivered(APP, store.place(APP), 3);
      store.tidy(Long.MAX_VALUE);
      assertThat(numbers(store, 0)).isEmpty();
    }
    try (OutboxStore store = open(ROOMY, APP)) {
      started(store, 4, 4);
      store.commit();
      assertThat(numbers(store, 0)).containsExactly(4L);
      assertThat(store.name()).isEqualTo("outbox");
    }
  }

  @Test
  void keepsWhatSomebodyDoesNotHaveAndWhatIsYoung() throws IOException {
    try (OutboxStore store = open(ROOMY, APP, BILLING)) {
      started(store, 1, 10);
      store.commit();
      store.delivered(APP, store.place(APP), 10);
      store.delivered(BILLING, store.place(BILLING), 4);
      store.tidy(Long.MAX_VALUE);
      assertThat(numbers(store, 0)).startsWith(5L).hasSize(6);
      store.delivered(BILLING, store.place(BILLING), 10);
      store.tidy(8);
      assertThat(numbers(store, 0)).containsExactly(8L, 9L, 10L);
      assertThat(store.replay(APP, 0)).as("as far back as there is anything").isEqualTo(3);
      assertThat(store.cursor(APP)).isEqualTo(7);
    }
  }

  @Test
  void letsTheOldestGoWhenThereIsNoRoomAndCountsWhoLosesIt() throws IOException {
    try (OutboxStore store = open(2000, APP, BILLING)) {
      started(store, 1, 3);
      store.commit();
      store.delivered(APP, store.place(APP), 3);
      started(store, 4, 100);
      store.commit();
      assertThat(store.chars()).isLessThanOrEqualTo(2000);
      List<Long> kept = numbers(store, 0);
      assertThat(kept).endsWith(100L).hasSizeBetween(5, 20);
      long gone = 100L - kept.size();
      assertThat(store.lost()).isEqualTo(gone + (gone - 3));
      assertThat(store.pending(BILLING)).isEqualTo(kept.size());
      assertThat(store.oldestPendingMillis(BILLING)).isEqualTo(kept.getFirst());
    }
  }

  @Test
  void endsTheRoomsThatAKilledServerLeft() throws IOException {
    try (OutboxStore store = open(ROOMY, APP)) {
      started(store, 1, 2);
      store.append(
          new Happening("room1", "s-1", 2, 5, new Happening.Ended(Happening.EndReason.ENDED)));
      store.commit();
    }
    try (OutboxStore store = open(ROOMY, APP)) {
      assertThat(store.endLostRooms(77)).isEqualTo(1);
      assertThat(store.endLostRooms(78)).isZero();
      assertThat(store.after(3, 10, Integer.MAX_VALUE))
          .singleElement()
          .extracting(StoredEvent::json)
          .asString()
          .contains("\"room\":\"room2\"", "\"session\":\"s-2\"", "\"seq\":2")
          .contains("\"type\":\"room.ended\"", "\"reason\":\"server-lost\"");
    }
  }

  @Test
  void aNewReceiverBeginsNowAndOneThatWasAwayGoesOnWhereItWas() throws IOException {
    try (OutboxStore store = open(ROOMY, APP)) {
      started(store, 1, 3);
      store.commit();
      store.delivered(APP, store.place(APP), 2);
      store.bury(APP, new StoredEvent(1, "{}"), "refused");
    }
    try (OutboxStore store = open(ROOMY, BILLING)) {
      assertThat(store.cursor(BILLING)).isEqualTo(3);
      started(store, 4, 5);
      store.commit();
    }
    try (OutboxStore store = open(ROOMY, APP, BILLING)) {
      assertThat(numbers(store, store.cursor(APP))).containsExactly(3L, 4L, 5L);
      assertThat(store.deadLetterCount(APP)).isEqualTo(1);
      assertThat(store.lost()).isZero();
    }
  }

  @Test
  void oneThatIsAwayHoldsNothingUpAndIsForgottenWhenItMissesSomething() throws IOException {
    try (OutboxStore store = open(ROOMY, APP)) {
      started(store, 1, 3);
      store.commit();
      store.delivered(APP, store.place(APP), 1);
    }
    try (OutboxStore store = open(ROOMY, BILLING)) {
      store.tidy(Long.MAX_VALUE);
      assertThat(numbers(store, 0)).isEmpty();
    }
    try (OutboxStore store = open(ROOMY, APP)) {
      assertThat(store.lost())
          .as("named again at once: it is told what it has missed")
          .isEqualTo(2);
      assertThat(store.cursor(APP)).isEqualTo(3);
      started(store, 4, 5);
      store.commit();
    }
    try (OutboxStore store = open(ROOMY, BILLING)) {
      store.delivered(BILLING, store.place(BILLING), 5);
      store.tidy(Long.MAX_VALUE);
    }
    open(ROOMY, BILLING).close();
    try (OutboxStore store = open(ROOMY, APP)) {
      assertThat(store.cursor(APP)).as("forgotten, it begins anew").isEqualTo(5);
      assertThat(store.lost()).isZero();
    }
  }

  @Test
  void keepsThePlacesOfSoManyThatAreAwayAndNoMore() throws IOException {
    int names = OutboxStore.MAX_ABSENT + 2;
    for (int i = 1; i <= names; i++) {
      try (OutboxStore store = open(ROOMY, "r" + i)) {
        started(store, i, i);
        store.commit();
        assertThat(store.cursor("r" + i)).isEqualTo(i - 1);
      }
    }
    try (OutboxStore store = open(ROOMY, "r1", "r" + (names - 1))) {
      assertThat(store.cursor("r1")).as("the one furthest behind was forgotten").isEqualTo(names);
      assertThat(store.cursor("r" + (names - 1))).isEqualTo(names - 2);
    }
  }

  @Test
  void keepsDeadLettersByReceiverAndSendsThemAgain() throws IOException {
    try (OutboxStore store = open(ROOMY, APP, "app-2")) {
      started(store, 1, 3);
      store.commit();
      for (StoredEvent event : store.after(0, 3, Integer.MAX_VALUE)) {
        store.bury(APP, event, "HTTP 400\nand more");
      }
    }
    try (OutboxStore store = open(ROOMY, APP, "app-2")) {
      assertThat(store.deadLetterCount("app-2")).isZero();
      assertThat(store.deadLetters(APP, 1, 1))
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.number()).isEqualTo(2);
                assertThat(letter.reason()).isEqualTo("HTTP 400 and more");
                assertThat(letter.json()).startsWith("{\"id\":\"outbox-2\"");
              });
      assertThat(store.sendAgain(APP)).isEqualTo(3);
      StoredEvent first = store.nextAgain(APP);
      assertThat(first).isNotNull().extracting(StoredEvent::number).isEqualTo(1L);
      store.deliveredAgain(APP, 1);
      assertThat(store.nextAgain(APP)).isNotNull().extracting(StoredEvent::number).isEqualTo(2L);
      assertThat(store.deadLetterCount(APP)).isZero();
    }
  }

  @Test
  void aReplayIsNotUndoneByWhatWasUnderWay() throws IOException {
    try (OutboxStore store = open(ROOMY, APP)) {
      started(store, 1, 5);
      store.commit();
      store.delivered(APP, store.place(APP), 3);
      OutboxStore.Place underWay = store.place(APP);
      store.replay(APP, 3);
      store.delivered(APP, underWay, 5);
      assertThat(store.cursor(APP)).as("though it is to begin where it stands").isEqualTo(3);
    }
  }

  @Test
  void theFileStaysSmallHoweverMuchGoesThrough() throws IOException {
    try (OutboxStore store = new OutboxStore(folder, 1_000_000, Set.of(APP), "outbox", 0)) {
      for (int round = 0; round < 300; round++) {
        started(store, round * 200, round * 200 + 199);
        store.commit();
        store.delivered(APP, store.place(APP), store.cursor(APP) + 200);
        if (round % 20 == 0) {
          store.tidy(Long.MAX_VALUE);
        }
      }
      assertThat(store.lost()).isZero();
    }
    assertThat(Files.size(folder.resolve("webhooks.mv"))).as("of 12 MB").isLessThan(8_000_000);
  }

  @Test
  void isForOneServerOnly() throws IOException {
    try (OutboxStore store = open(ROOMY, APP)) {
      assertThat(store.name()).isNotEmpty();
      assertThatThrownBy(() -> open(ROOMY, APP)).isInstanceOf(IOException.class);
    }
  }
}
