package dev.sluice.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who speaks, from levels every 20 ms. */
@Tag("R9")
class SpeakerDetectorTest {
  private static final long PACKET_NANOS = 20_000_000;
  private static final int LOUD = 20;
  private static final int SILENT = 127;

  private final SpeakerDetector<String> detector = new SpeakerDetector<>();
  private long now;

  @Test
  void findsThreeTalkersInTurnWithoutFlapping() {
    List<List<String>> changes = new ArrayList<>();
    for (String talker : List.of("x", "y", "z")) {
      for (int millis = 0; millis < 3000; millis += 20) {
        for (String each : List.of("x", "y", "z")) {
          detector.handleLevel(each, each.equals(talker) ? LOUD : SILENT, now);
        }
        now += PACKET_NANOS;
        if (millis % 340 == 320 && detector.update(now)) {
          changes.add(detector.speakers());
          assertThat(detector.speakers().getFirst()).isEqualTo(talker);
        }
      }
    }
    assertThat(changes)
        .containsExactly(
            List.of("x"), List.of("y", "x"), List.of("y"), List.of("z", "y"), List.of("z"));
  }

  @Test
  void aTalkerIsFoundWithinAThirdOfASecond() {
    talk("x", LOUD, 200);
    assertThat(detector.update(now)).isTrue();
    assertThat(detector.speakers()).containsExactly("x");
    assertThat(detector.levelDbov("x")).isBetween(-40, -20);
  }

  @Test
  void oneKnockIsNoSpeech() {
    detector.handleLevel("x", 10, now);
    assertThat(detector.update(now)).isFalse();
    assertThat(detector.speakers()).isEmpty();
  }

  @Test
  void noiseBetweenTheThresholdsNeitherStartsNorStops() {
    talk("noise", 54, 2000);
    detector.update(now);
    assertThat(detector.speakers()).isEmpty();
    talk("x", LOUD, 500);
    detector.update(now);
    talk("x", 54, 2000);
    assertThat(detector.update(now)).isFalse();
    assertThat(detector.speakers()).containsExactly("x");
  }

  @Test
  void aPauseBetweenWordsIsNoEnd() {
    talk("x", LOUD, 1000);
    detector.update(now);
    talk("x", SILENT, 400);
    assertThat(detector.update(now)).isFalse();
    talk("x", SILENT, 1000);
    assertThat(detector.update(now)).isTrue();
    assertThat(detector.speakers()).isEmpty();
  }

  @Test
  void whoSendsNothingFallsSilent() {
    talk("x", LOUD, 1000);
    detector.update(now);
    now += 2_000_000_000;
    assertThat(detector.update(now)).isTrue();
    assertThat(detector.speakers()).isEmpty();
  }

  @Test
  void whoIsRemovedIsForgotten() {
    talk("x", LOUD, 1000);
    detector.update(now);
    detector.remove("x");
    assertThat(detector.update(now)).isTrue();
    assertThat(detector.levelDbov("x")).isEqualTo(-127);
  }

  private void talk(String who, int level, int millis) {
    for (int i = 0; i < millis; i += 20) {
      now += PACKET_NANOS;
      detector.handleLevel(who, level, now);
    }
  }
}
