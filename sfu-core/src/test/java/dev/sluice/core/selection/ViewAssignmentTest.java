package dev.sluice.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SlotWish;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.control.SubscriberView.Mode;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import dev.sluice.core.selection.SlotAssigner.SlotView;
import dev.sluice.core.selection.SlotAssigner.TrackView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is seen when there are more tracks than slots. Tracks are written as {@code a:v} (the camera
 * of a), {@code a:s} (its screen) and {@code a:a} (its voice), with {@code #0} for a rank; slots as
 * {@code v0} or {@code v0=a:v}.
 */
@Tag("M4")
class ViewAssignmentTest {
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource({
    // What is shown first is what was published first.
    "'', 'v0 v1', 'a:v b:v c:v', 'v0=a:v v1=b:v'",
    // A screen comes before cameras, and takes the place of the last one.
    "'', 'v0=a:v v1=b:v', 'a:v b:v c:s', 'v0=a:v v1=c:s'",
    // Who speaks comes in; who stays does not move.
    "'', 'v0=a:v v1=b:v', 'a:v b:v c:v#0', 'v0=a:v v1=c:v'",
    "'', 'v0=b:v v1=c:v', 'a:v b:v#1 c:v d:v#0', 'v0=b:v v1=d:v'",
    // A speaker that is seen already changes nothing.
    "'', 'v0=a:v v1=b:v', 'a:v b:v#0 c:v', 'v0=a:v v1=b:v'",
    // Pinned before all.
    "'pin d:v', 'v0=a:v v1=b:v', 'a:v#0 b:v c:s d:v', 'v0=c:s v1=d:v'",
    "'pin d:v pin b:v', 'v0', 'a:v b:v c:v d:v', 'v0=d:v'",
    "'pin gone:v', 'v0', 'a:v b:v', 'v0=a:v'",
    // Pages of a stable order.
    "'speakers 0 offset 2', 'v0=a:v v1=b:v', 'a:v b:v c:v d:v e:v', 'v0=c:v v1=d:v'",
    "'speakers 0 offset 4', 'v0=c:v v1=d:v', 'a:v b:v c:v d:v e:v', 'v0=e:v'",
    // Behind the end, because people have left: the last that there are.
    "'speakers 0 offset 9', 'v0 v1', 'a:v b:v c:v', 'v0=b:v v1=c:v'",
    "'speakers 0 offset 2', 'v0', 'a:v#0 b:v c:v#1', 'v0=c:v'",
    // One slot for who speaks, a page in the others.
    "'speakers 1 offset 2', 'v0=c:v v1=d:v', 'a:v#0 b:v#1 c:v d:v', 'v0=c:v v1=a:v'",
    "'speakers 1', 'v0=a:v v1=b:v', 'a:v b:v#1 c:v#0', 'v0=a:v v1=c:v'",
    // The page goes over who is shown as a speaker anyway.
    "'speakers 1', 'v0 v1', 'a:v#0 b:v c:v', 'v0=a:v v1=b:v'",
    // At most N.
    "'lastN 1', 'v0=a:v v1=b:v', 'a:v b:v', 'v0=a:v'",
    "'lastN 1', 'v0=a:v v1=b:v', 'a:v b:v#0', 'v1=b:v'",
    "'lastN 0', 'v0=a:v', 'a:v', ''",
    // Not wanted, except where a slot is bound to it.
    "'un a:v', 'v0=a:v v1', 'a:v b:v', 'v0=b:v'",
    "'un a:v bind v0=a:v', 'v0 v1', 'a:v b:v', 'v0=a:v v1=b:v'",
    // Slots that the subscriber has bound are taken from the others.
    "'bind v1=a:v', 'v0=a:v v1=b:v', 'a:v b:v c:v', 'v0=b:v v1=a:v'",
    "'bind v0=-', 'v0=a:v v1=b:v', 'a:v b:v c:v', 'v1=a:v'",
    "'bind v0=a:v lastN 2', 'v0 v1 v2', 'a:v b:v c:v', 'v0=a:v v1=b:v'",
    "'bind v0=gone:v', 'v0 v1', 'a:v b:v', 'v1=a:v'",
    "'manual bind v1=b:v', 'v0=a:v v1', 'a:v b:v', 'v1=b:v'",
    "'manual', 'v0=a:v a0=a:a', 'a:v a:a', ''",
    // The classic mode lets nobody in while the tracks live.
    "'classic', 'v0=a:v a0=a:a', 'a:v a:a b:v#0 b:a#0 c:s', 'v0=a:v a0=a:a'",
    "'classic', 'v0=b:v v1', 'a:v b:v', 'v0=b:v v1=a:v'",
    // The loudest are heard, each in the slot that it has.
    "'', 'a0=a:a a1=b:a', 'a:a#2 b:a#0 c:a#1', 'a0=c:a a1=b:a'",
    "'', 'a0=a:a a1=b:a', 'a:a#1 b:a#0 c:a#2', 'a0=a:a a1=b:a'",
    "'un b:a', 'a0 a1', 'a:a#2 b:a#0 c:a#1', 'a0=a:a a1=c:a'",
    // A voice goes to its picture where it can.
    "'', 'a0=x:a a1=y:a v0=b:v v1=c:v', 'x:a#2 y:a#3 b:v b:a#1 c:v c:a#0', "
        + "'a0=b:a a1=c:a v0=b:v v1=c:v'",
    "'pin c:v', 'a0=b:a v0=b:v v1', 'b:v b:a#0 c:v', 'a0=b:a v0=b:v v1=c:v'",
  })
  void assigns(String view, String slots, String tracks, String expected) {
    Map<String, String> wanted = new TreeMap<>();
    words(expected).forEach(word -> wanted.put(word.substring(0, 2), word.substring(3)));
    assertThat(assign(slots(slots), tracks(tracks), view(view))).isEqualTo(wanted);
  }

  @Test
  void aTrackThatFitsNoFreeSlotLeavesItToTheNext() {
    List<SlotView> slots = List.of(new SlotView("a0", MediaKind.AUDIO, 0, null, 8000));
    TrackView wide = track("a:a#0", 48_000);
    TrackView narrow = track("b:a#1", 8000);
    assertThat(assign(slots, List.of(wide, narrow), SubscriberView.AUTOMATIC))
        .isEqualTo(Map.of("a0", "b:a"));
  }

  @Test
  @Tag("M3")
  void pagingThroughAllShowsEachOnceAndMovesNothingBack() {
    List<TrackView> tracks =
        Stream.iterate(0, i -> i < 60, i -> i + 1).map(i -> track("p" + i + ":v", 0)).toList();
    List<SlotView> slots = slots("v0 v1 v2 v3 v4 v5 v6 v7 v8");
    Set<String> seen = new HashSet<>();
    for (int offset = 0; offset < 60; offset += 9) {
      SubscriberView page =
          new SubscriberView(
              Mode.AUTOMATIC, Map.of(), List.of(), Set.of(), 0, offset, SubscriberView.ALL);
      Map<String, String> plan = assign(slots, tracks, page);
      assertThat(plan).hasSize(Math.min(9, 60 - offset));
      assertThat(seen).doesNotContainAnyElementsOf(plan.values());
      seen.addAll(plan.values());
      slots = showing(slots, plan);
    }
    assertThat(seen).hasSize(60);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void holdsItsPromisesWhateverIsAsked(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int run = 0; run < 1000; run++) {
      List<TrackView> tracks = someTracks(random);
      SubscriberView view = someView(random, tracks);
      List<SlotView> slots = someSlots(random, tracks);
      Map<String, String> plan = assign(slots, tracks, view);
      String where = "seed " + seed + " run " + run;
      assertThat(plan.values()).as(where).doesNotHaveDuplicates();
      for (SlotView slot : slots) {
        String shown = plan.get(slot.mid());
        SlotWish wish = view.slots().get(slot.mid());
        if (wish != null && wish.bound() && shown != null) {
          assertThat(new TrackId(shown)).as(where).isEqualTo(wish.track());
        } else if (shown != null) {
          assertThat(view.unsubscribed()).as(where).doesNotContain(new TrackId(shown));
        }
        // What stays visible stays where it is, unless the subscriber itself moved it.
        if (slot.showing() != null && plan.containsValue(slot.showing().value())) {
          boolean bound = view.slots().values().stream().anyMatch(SlotWish::bound);
          assertThat(bound || slot.showing().value().equals(shown)).as(where).isTrue();
        }
      }
      long videos = plan.keySet().stream().filter(mid -> mid.startsWith("v")).count();
      long bound = view.slots().values().stream().filter(wish -> wish.track() != null).count();
      assertThat(videos).as(where).isLessThanOrEqualTo(Math.max(bound, view.lastN()));
      assertThat(assign(showing(slots, plan), tracks, view)).as(where).isEqualTo(plan);
    }
  }

  private static List<TrackView> someTracks(SplittableRandom random) {
    List<TrackView> tracks = new ArrayList<>();
    for (int i = random.nextInt(14); i > 0; i--) {
      String kind = List.of(":v", ":a", ":s").get(random.nextInt(3));
      tracks.add(track("p" + i + kind + (random.nextBoolean() ? "#" + i * 7 % 14 : ""), 0));
    }
    return tracks;
  }

  private static List<SlotView> someSlots(SplittableRandom random, List<TrackView> tracks) {
    List<SlotView> slots = new ArrayList<>();
    Set<TrackId> shown = new HashSet<>();
    for (int i = 0; i < random.nextInt(10); i++) {
      MediaKind kind = random.nextBoolean() ? MediaKind.AUDIO : MediaKind.VIDEO;
      TrackId showing = null;
      for (TrackView track : tracks) {
        if (track.kind() == kind && random.nextInt(4) == 0 && shown.add(track.id())) {
          showing = track.id();
          break;
        }
      }
      slots.add(new SlotView((kind == MediaKind.AUDIO ? "a" : "v") + i, kind, i / 2, showing));
    }
    return slots;
  }

  private static SubscriberView someView(SplittableRandom random, List<TrackView> tracks) {
    Map<String, SlotWish> wishes = new HashMap<>();
    List<TrackId> pinned = new ArrayList<>();
    Set<TrackId> unsubscribed = new HashSet<>();
    Set<TrackId> bound = new HashSet<>();
    for (TrackView track : tracks) {
      switch (random.nextInt(8)) {
        case 0 -> pinned.add(track.id());
        case 1 -> unsubscribed.add(track.id());
        case 2 -> {
          String mid = (track.kind() == MediaKind.AUDIO ? "a" : "v") + random.nextInt(10);
          if (!wishes.containsKey(mid) && bound.add(track.id())) {
            wishes.put(mid, SlotWish.showing(track.id()));
          }
        }
        default -> {}
      }
    }
    int speakers = random.nextBoolean() ? SubscriberView.ALL : random.nextInt(3);
    int lastN = random.nextBoolean() ? SubscriberView.ALL : random.nextInt(5);
    Mode mode = random.nextInt(5) == 0 ? Mode.MANUAL : Mode.AUTOMATIC;
    return new SubscriberView(
        mode, wishes, pinned, unsubscribed, speakers, random.nextInt(8), lastN);
  }

  private static Map<String, String> assign(
      List<SlotView> slots, List<TrackView> tracks, SubscriberView view) {
    Map<String, String> plan = new TreeMap<>();
    SlotAssigner.assign(slots, tracks, view).forEach((mid, track) -> plan.put(mid, track.value()));
    return plan;
  }

  private static List<SlotView> showing(List<SlotView> slots, Map<String, String> plan) {
    List<SlotView> next = new ArrayList<>();
    for (SlotView slot : slots) {
      String track = plan.get(slot.mid());
      TrackId showing = track == null ? null : new TrackId(track);
      next.add(new SlotView(slot.mid(), slot.kind(), slot.pairIndex(), showing));
    }
    return next;
  }

  private static SubscriberView view(String text) {
    Mode mode = Mode.AUTOMATIC;
    Map<String, SlotWish> wishes = new HashMap<>();
    List<TrackId> pinned = new ArrayList<>();
    Set<TrackId> unsubscribed = new HashSet<>();
    Map<String, Integer> numbers = new HashMap<>();
    List<String> words = words(text);
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "manual" -> mode = Mode.MANUAL;
        case "classic" -> mode = Mode.CLASSIC;
        case "pin" -> pinned.add(new TrackId(words.get(++i)));
        case "un" -> unsubscribed.add(new TrackId(words.get(++i)));
        case "bind" -> {
          String wish = words.get(++i);
          String track = wish.substring(3);
          wishes.put(
              wish.substring(0, 2),
              new SlotWish(
                  true, track.equals("-") ? null : new TrackId(track), SlotLimits.NONE, 0));
        }
        default -> numbers.put(words.get(i), Integer.parseInt(words.get(++i)));
      }
    }
    return new SubscriberView(
        mode,
        wishes,
        pinned,
        unsubscribed,
        numbers.getOrDefault("speakers", SubscriberView.ALL),
        numbers.getOrDefault("offset", 0),
        numbers.getOrDefault("lastN", SubscriberView.ALL));
  }

  private static List<SlotView> slots(String text) {
    List<SlotView> slots = new ArrayList<>();
    for (String word : words(text)) {
      MediaKind kind = word.startsWith("a") ? MediaKind.AUDIO : MediaKind.VIDEO;
      TrackId showing = word.length() > 2 ? new TrackId(word.substring(3)) : null;
      slots.add(new SlotView(word.substring(0, 2), kind, word.charAt(1) - '0', showing));
    }
    return slots;
  }

  private static List<TrackView> tracks(String text) {
    return words(text).stream().map(word -> track(word, 0)).toList();
  }

  private static TrackView track(String word, int clockRateHz) {
    int mark = word.indexOf('#');
    String id = mark < 0 ? word : word.substring(0, mark);
    char kind = id.charAt(id.length() - 1);
    return new TrackView(
        new TrackId(id),
        new ParticipantId(id.substring(0, id.indexOf(':'))),
        kind == 'a' ? MediaKind.AUDIO : MediaKind.VIDEO,
        kind == 's' ? TrackSource.SCREEN : TrackSource.CAMERA,
        clockRateHz,
        mark < 0 ? TrackView.UNRANKED : Integer.parseInt(word.substring(mark + 1)));
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }
}
