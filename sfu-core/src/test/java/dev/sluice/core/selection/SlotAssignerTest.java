package dev.sluice.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tracks and slots as tables. */
class SlotAssignerTest {
  /**
   * Slots as {@code mid=shown}, tracks as {@code participant:kind}; kinds are a, v and s (screen).
   * The number in a mid is its pair index.
   */
  @ParameterizedTest(name = "{0} with {1}: {2}")
  @CsvSource({
    "'', 'x:a', ''",
    "'a0', '', ''",
    "'a0', 'x:a', 'a0=x:a'",
    "'a0 v0', 'x:a x:v', 'a0=x:a v0=x:v'",
    "'a0 v0', 'x:a y:a', 'a0=x:a'",
    "'a0 a1', 'x:a y:a', 'a0=x:a a1=y:a'",
    // A slot keeps what it shows, whatever the order of publishing.
    "'a0=y:a a1', 'x:a y:a', 'a0=y:a a1=x:a'",
    "'a0=y:a', 'x:a y:a', 'a0=y:a'",
    // What has ended makes place for the first that waits.
    "'a0=z:a a1=y:a', 'w:a y:a x:a', 'a0=w:a a1=y:a'",
    // Audio and video of one participant meet in one pair.
    "'a0 a1 v0 v1', 'x:v y:a y:v x:a', 'a0=x:a a1=y:a v0=x:v v1=y:v'",
    "'a0 a1 v0 v1=y:v', 'x:v x:a y:v y:a', 'a0=x:a a1=y:a v0=x:v v1=y:v'",
    // A screen is not the camera of the same participant.
    "'a0 v0 v1', 'x:s x:v x:a', 'v0=x:s v1=x:v a0=x:a'",
    // Better in a foreign pair than not at all.
    "'a0 v0', 'x:v y:a', 'v0=x:v a0=y:a'",
    // One track is never in two slots.
    "'a0=x:a a1=x:a', 'x:a', 'a0=x:a'",
  })
  void assigns(String slots, String tracks, String expected) {
    Map<String, String> result = new TreeMap<>();
    SlotAssigner.assign(slots(slots), tracks(tracks), SubscriberView.CLASSIC)
        .forEach((mid, track) -> result.put(mid, track.value()));
    Map<String, String> wanted = new TreeMap<>();
    for (String pair : words(expected)) {
      wanted.put(pair.substring(0, 2), pair.substring(3));
    }
    assertThat(result).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void leavesNoTrackWithoutASlotWhileOneIsFreeAndMovesNothing(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int run = 0; run < 500; run++) {
      List<SlotAssigner.SlotView> slots = new ArrayList<>();
      List<SlotAssigner.TrackView> tracks = new ArrayList<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        tracks.add(track("p" + i + (random.nextBoolean() ? ":a" : ":v")));
      }
      HashSet<TrackId> shown = new HashSet<>();
      for (int i = random.nextInt(10); i > 0; i--) {
        MediaKind kind = random.nextBoolean() ? MediaKind.AUDIO : MediaKind.VIDEO;
        TrackId showing = null;
        for (SlotAssigner.TrackView track : tracks) {
          if (track.kind() == kind && random.nextInt(4) == 0 && shown.add(track.id())) {
            showing = track.id();
            break;
          }
        }
        slots.add(new SlotAssigner.SlotView("m" + i, kind, i / 2, showing));
      }
      Map<String, TrackId> plan = SlotAssigner.assign(slots, tracks, SubscriberView.CLASSIC);
      assertThat(plan.values()).as("seed " + seed).doesNotHaveDuplicates();
      for (SlotAssigner.SlotView slot : slots) {
        if (slot.showing() != null) {
          assertThat(plan).as("seed " + seed).containsEntry(slot.mid(), slot.showing());
        }
      }
      for (MediaKind kind : MediaKind.values()) {
        long places = slots.stream().filter(slot -> slot.kind() == kind).count();
        long wanting = tracks.stream().filter(track -> track.kind() == kind).count();
        long placed =
            slots.stream()
                .filter(slot -> slot.kind() == kind && plan.containsKey(slot.mid()))
                .count();
        assertThat(placed).as("seed " + seed).isEqualTo(Math.min(places, wanting));
      }
    }
  }

  @Test
  void isAFunctionOfItsInput() {
    List<SlotAssigner.SlotView> slots = slots("a0 a1 v0 v1");
    List<SlotAssigner.TrackView> tracks = tracks("x:a x:v y:a y:v");
    assertThat(SlotAssigner.assign(slots, tracks, SubscriberView.CLASSIC))
        .isEqualTo(SlotAssigner.assign(slots, tracks, SubscriberView.CLASSIC));
  }

  private static List<SlotAssigner.SlotView> slots(String text) {
    List<SlotAssigner.SlotView> slots = new ArrayList<>();
    for (String word : words(text)) {
      MediaKind kind = word.startsWith("a") ? MediaKind.AUDIO : MediaKind.VIDEO;
      TrackId showing = word.length() > 2 ? new TrackId(word.substring(3)) : null;
      slots.add(
          new SlotAssigner.SlotView(word.substring(0, 2), kind, word.charAt(1) - '0', showing));
    }
    return slots;
  }

  private static List<SlotAssigner.TrackView> tracks(String text) {
    List<SlotAssigner.TrackView> tracks = new ArrayList<>();
    for (String word : words(text)) {
      tracks.add(track(word));
    }
    return tracks;
  }

  private static SlotAssigner.TrackView track(String word) {
    char kind = word.charAt(word.length() - 1);
    return new SlotAssigner.TrackView(
        new TrackId(word),
        new ParticipantId(word.substring(0, word.indexOf(':'))),
        kind == 'a' ? MediaKind.AUDIO : MediaKind.VIDEO,
        kind == 's' ? TrackSource.SCREEN : TrackSource.CAMERA);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }
}
