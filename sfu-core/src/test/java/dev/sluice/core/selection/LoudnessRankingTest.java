package dev.sluice.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which voices come first, from levels every 20 ms. */
@Tag("R10")
class LoudnessRankingTest {
  private static final int PACKET_MILLIS = 20;
  private static final int SILENT = 127;
  private static final int NOISE = 60;

  private final LoudnessRanking<String> ranking = new LoudnessRanking<>();
  private final Map<String, Integer> levels = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private long nowNanos;

  @Test
  void keepsTheOrderOfArrivalWhileNobodyTalks() {
    add("a", "b", "c");
    pass(1000);
    assertThat(order()).containsExactly("a", "b", "c");
    levels.put("c", NOISE);
    pass(1000);
    assertThat(order()).containsExactly("a", "b", "c");
  }

  @Test
  void aVoiceThatBeginsIsFirstWithinAHundredMilliseconds() {
    add("a", "b", "c", "d");
    levels.put("d", 35);
    pass(60);
    assertThat(order()).startsWith("d");
  }

  @Test
  void aKnockIsNoVoice() {
    add("a", "b");
    levels.put("b", 5);
    pass(40);
    levels.put("b", SILENT);
    pass(500);
    assertThat(order()).containsExactly("a", "b");
  }

  @Test
  void whoTakesOverAsLoudlyIsHeardAtOnce() {
    add("a", "b");
    levels.put("a", 25);
    pass(2000);
    levels.put("a", NOISE);
    levels.put("b", 28);
    pass(80);
    assertThat(order()).startsWith("b");
  }

  @Test
  void theGapBetweenTwoWordsIsNotForAQuieterVoice() {
    add("a", "b");
    levels.put("a", 20);
    pass(1000);
    levels.put("b", 32);
    for (int word = 0; word < 10; word++) {
      levels.put("a", SILENT);
      pass(120);
      assertThat(order()).startsWith("a");
      levels.put("a", 20);
      pass(300);
    }
    levels.put("a", SILENT);
    pass(160);
    assertThat(order()).startsWith("b");
  }

  @Test
  void theBackgroundWaitsForTheHoldTime() {
    add("a", "b");
    levels.put("a", 15);
    pass(1000);
    levels.put("a", SILENT);
    levels.put("b", 45);
    pass(1400);
    assertThat(order()).startsWith("a");
    pass(200);
    assertThat(order()).startsWith("b");
  }

  @Test
  void amongThoseWhoTalkAtOnceOnlyAClearlyLouderOneComesForward() {
    add("a", "b", "c");
    levels.putAll(Map.of("a", 30, "b", 27));
    pass(2000);
    assertThat(order()).startsWith("a", "b");
    levels.put("c", 20);
    pass(100);
    assertThat(order()).startsWith("c", "a", "b");
  }

  @Test
  void thoseWhoFellSilentSinkBehindThoseWhoTalk() {
    add("a", "b", "c", "d");
    for (String talker : List.of("a", "b", "c")) {
      levels.put(talker, 30);
      pass(500);
      levels.put(talker, SILENT);
    }
    pass(2000);
    levels.put("d", 30);
    pass(100);
    assertThat(order()).containsExactly("d", "c", "b", "a");
  }

  @Test
  void whoEndsLeavesNoGap() {
    add("a", "b", "c");
    remove("b");
    remove("unknown");
    assertThat(order()).containsExactly("a", "c");
    assertThat(ranking.placeOf(key("c"))).isEqualTo(1);
    assertThat(ranking.placeOf(key("b"))).isEqualTo(Integer.MAX_VALUE);
    assertThat(ranking.handleLevel(key("b"), 10, nowNanos)).isFalse();
  }

  @Test
  void threeWhoTalkTogetherDoNotChangePlaces() {
    add("a", "b", "c", "d");
    SplittableRandom random = new SplittableRandom(7);
    pass(200);
    for (String talker : List.of("d", "c", "b")) {
      levels.put(talker, 30);
    }
    pass(200);
    List<String> first = order().subList(0, 3);
    for (int i = 0; i < 500; i++) {
      for (String talker : first) {
        levels.put(talker, random.nextInt(28, 33));
      }
      pass(PACKET_MILLIS);
      assertThat(order().subList(0, 3)).as("seed 7").isEqualTo(first);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyVoiceHasOnePlaceAndOnlyTheOneThatTalksComesForward(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int made = 0;
    for (int step = 0; step < 20_000; step++) {
      nowNanos += random.nextLong(10_000_000);
      if (names.size() < 3 || random.nextInt(200) == 0) {
        add("v" + made++);
      } else if (random.nextInt(400) == 0) {
        remove(names.get(random.nextInt(names.size())));
      }
      String talker = names.get(random.nextInt(names.size()));
      List<String> before = new ArrayList<>(order());
      boolean moved = ranking.handleLevel(key(talker), random.nextInt(128), nowNanos);
      List<String> after = order();
      assertThat(after).as("seed " + seed).containsExactlyInAnyOrderElementsOf(names);
      assertThat(moved).as("seed " + seed).isEqualTo(!after.equals(before));
      assertThat(after.indexOf(talker))
          .as("seed " + seed)
          .isLessThanOrEqualTo(before.indexOf(talker));
      before.remove(talker);
      after.remove(talker);
      assertThat(after).as("seed " + seed).isEqualTo(before);
    }
  }

  @Test
  @Tag("R11")
  void costsNoGarbagePerPacket() {
    for (int i = 0; i < 30; i++) {
      add("v" + i);
    }
    int[] keys = names.stream().mapToInt(LoudnessRankingTest::key).toArray();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    talkInTurn(keys, 50_000);
    long before = threads.getCurrentThreadAllocatedBytes();
    talkInTurn(keys, 50_000);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000);
  }

  private void talkInTurn(int[] keys, int packets) {
    for (int i = 0; i < packets; i++) {
      nowNanos += 1_000_000;
      int voice = i % keys.length;
      ranking.handleLevel(keys[voice], i / 500 % keys.length == voice ? 25 : SILENT, nowNanos);
    }
  }

  private void add(String... voices) {
    for (String voice : voices) {
      names.add(voice);
      levels.put(voice, SILENT);
      ranking.add(key(voice), voice);
    }
  }

  private void remove(String voice) {
    names.remove(voice);
    ranking.remove(key(voice));
  }

  private void pass(int millis) {
    for (int i = 0; i < millis; i += PACKET_MILLIS) {
      nowNanos += PACKET_MILLIS * 1_000_000L;
      for (String name : names) {
        ranking.handleLevel(key(name), levels.getOrDefault(name, SILENT), nowNanos);
      }
    }
  }

  private List<String> order() {
    List<String> order = new ArrayList<>();
    for (int i = 0; i < ranking.size(); i++) {
      assertThat(ranking.placeOf(key(ranking.at(i)))).isEqualTo(i);
      order.add(ranking.at(i));
    }
    return order;
  }

  private static int key(String voice) {
    return voice.hashCode();
  }
}
