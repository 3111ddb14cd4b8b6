package dev.sluice.transport.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class UfragTableTest {
  record Entry(long key) implements UfragTable.Keyed {}

  private final UfragTable<Entry> table = new UfragTable<>();

  @Test
  void agreesWithAMapOverManyRandomChanges() {
    long seed = 7;
    Random random = new Random(seed);
    Map<Long, Entry> model = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      long key = random.nextInt(2_000) * 64L; // few distinct low bits: long probe sequences
      Entry known = model.get(key);
      if (known == null) {
        Entry entry = new Entry(key);
        table.put(entry);
        model.put(key, entry);
      } else if (random.nextInt(3) == 0) {
        table.remove(known);
        model.remove(key);
      }
      assertThat(table.get(key)).as("seed %d, step %d", seed, i).isEqualTo(model.get(key));
      assertThat(table.size()).isEqualTo(model.size());
    }
    model.forEach((key, entry) -> assertThat(table.get(key)).isEqualTo(entry));
  }

  @Test
  void findsAStandingEntryWhileOthersComeAndGo() throws Exception {
    List<Entry> standing = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Entry entry = new Entry(i * 1_000_003L);
      table.put(entry);
      standing.add(entry);
    }
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService readers = Executors.newSingleThreadExecutor()) {
      Callable<Integer> reading =
          () -> {
            int misses = 0;
            while (!done.get()) {
              for (Entry entry : standing) {
                misses += entry.equals(table.get(entry.key())) ? 0 : 1;
              }
            }
            return misses;
          };
      Future<Integer> misses = readers.submit(reading);
      for (int i = 0; i < 20_000; i++) {
        Entry passing = new Entry(i * 64L + 1);
        if (standing.stream().noneMatch(s -> s.key() == passing.key())) {
          table.put(passing);
          table.remove(passing);
        }
      }
      done.set(true);
      assertThat(misses.get(10, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void aUfragSpellsItsNumber() {
    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      long number = random.nextLong() & Ufrag.MAX;
      byte[] username = (Ufrag.format(number) + ":x").getBytes(StandardCharsets.US_ASCII);
      assertThat(Ufrag.parseUsername(username, 0, username.length)).isEqualTo(number);
    }
    assertThat(Ufrag.format(0)).isEqualTo("AAAAAAAAAA");
    assertThat(Ufrag.format(Ufrag.MAX)).isEqualTo("//////////");
  }
}
