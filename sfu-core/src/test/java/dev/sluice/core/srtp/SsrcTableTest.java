package dev.sluice.core.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SsrcTableTest {

  @Test
  void takesAnyValueAsAnSsrc() {
    SsrcTable table = new SsrcTable(3);
    assertThat(table.find(0)).isNull();
    IndexWindow zero = table.add(0);
    IndexWindow allOnes = table.add(-1);
    assertThat(table.find(0)).isSameAs(zero);
    assertThat(table.find(-1)).isSameAs(allOnes);
    assertThat(table.find(1)).isNull();
  }

  @Test
  void holdsNoMoreThanItsBound() {
    SsrcTable table = new SsrcTable(1);
    table.add(7);
    assertThat(table.isFull()).isTrue();
    assertThatIllegalStateException().isThrownBy(() -> table.add(8));
    table.remove(7);
    assertThat(table.isFull()).isFalse();
    assertThat(table.find(7)).isNull();
  }

  @Test
  void doesNotReplaceTheStateOfAnSsrc() {
    SsrcTable table = new SsrcTable(2);
    table.add(7);
    assertThatIllegalStateException().isThrownBy(() -> table.add(7));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1 << 20})
  void refusesAnAbsurdBound(int maxStreams) {
    assertThatIllegalArgumentException().isThrownBy(() -> new SsrcTable(maxStreams));
  }

  /** Few different SSRCs in a small table: long probe sequences that wrap, and many removals. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void agreesWithAHashMap(long seed) {
    Random random = new Random(seed);
    SsrcTable table = new SsrcTable(13);
    Map<Integer, IndexWindow> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      int ssrc = random.nextInt(40) * 0x0100_0001;
      if (random.nextBoolean()) {
        table.remove(ssrc);
        model.remove(ssrc);
      } else if (!model.containsKey(ssrc) && !table.isFull()) {
        model.put(ssrc, table.add(ssrc));
      }
      assertThat(table.size()).as("seed %d, step %d", seed, step).isEqualTo(model.size());
      for (int i = 0; i < 40; i++) {
        int key = i * 0x0100_0001;
        assertThat(table.find(key))
            .as("seed %d, step %d, ssrc %08x", seed, step, key)
            .isSameAs(model.get(key));
      }
    }
  }
}
