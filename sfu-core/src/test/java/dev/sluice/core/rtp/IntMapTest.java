package dev.sluice.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntMapTest {

  @Test
  void takesAnyNumberAsAKey() {
    IntMap<String> map = new IntMap<>(3);
    assertThat(map.find(0)).isNull();
    map.put(0, "zero");
    map.put(-1, "all ones");
    assertThat(map.find(0)).isEqualTo("zero");
    assertThat(map.find(-1)).isEqualTo("all ones");
    assertThat(map.find(1)).isNull();
  }

  @Test
  void holdsNoMoreThanItsBound() {
    IntMap<String> map = new IntMap<>(1);
    assertThat(map.put(7, "seven")).isTrue();
    assertThat(map.isFull()).isTrue();
    assertThat(map.put(8, "eight")).isFalse();
    assertThat(map.find(8)).isNull();
    map.remove(7);
    assertThat(map.isFull()).isFalse();
    assertThat(map.find(7)).isNull();
  }

  @Test
  void replacesTheValueOfANumberThatItHoldsEvenWhenFull() {
    IntMap<String> map = new IntMap<>(1);
    map.put(7, "seven");
    assertThat(map.put(7, "another")).isTrue();
    assertThat(map.find(7)).isEqualTo("another");
    assertThat(map.size()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1 << 20})
  void refusesAnAbsurdBound(int maxEntries) {
    assertThatIllegalArgumentException().isThrownBy(() -> new IntMap<String>(maxEntries));
  }

  /** Few different numbers in a small map: long probe sequences that wrap, growth, and removals. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void agreesWithAHashMap(long seed) {
    Random random = new Random(seed);
    IntMap<Object> map = new IntMap<>(13);
    Map<Integer, Object> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      int key = random.nextInt(40) * 0x0100_0001;
      if (random.nextBoolean()) {
        map.remove(key);
        model.remove(key);
      } else {
        Object value = new Object();
        boolean fits = model.containsKey(key) || model.size() < 13;
        assertThat(map.put(key, value)).as("seed %d, step %d", seed, step).isEqualTo(fits);
        if (fits) {
          model.put(key, value);
        }
      }
      assertThat(map.size()).as("seed %d, step %d", seed, step).isEqualTo(model.size());
      for (int i = 0; i < 40; i++) {
        int probe = i * 0x0100_0001;
        assertThat(map.find(probe))
            .as("seed %d, step %d, key %08x", seed, step, probe)
            .isSameAs(model.get(probe));
      }
    }
  }
}
