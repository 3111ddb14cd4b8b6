package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEvent.ViewFault;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SlotWish;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.control.SubscriberView.Mode;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Subscribers say what they want to see, and see it, without a negotiation. */
class ViewTest {
  private static final int SILENT = 127;
  private static final int LOUD = 25;
  private static final int ALL = SubscriberView.ALL;

  private final List<SimulatedPeer> publishers = new ArrayList<>();

  @Test
  @Tag("M3")
  @Tag("M4")
  void pagesThroughEveryoneWithoutANegotiation() {
    Conference conference = new Conference(80);
    publish(conference, 20, false);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 4), new SlotCounts(4, 4));
    conference.runMillis(500);
    Set<Integer> seen = new HashSet<>();
    for (int offset = 0; offset < 20; offset += 4) {
      long askedNanos = conference.nowNanos();
      conference.setView(viewer, page(offset));
      conference.runMillis(400);
      for (int slot = 0; slot < 4; slot++) {
        ReceivedStream stream = viewer.slot("v" + slot);
        int csrc = Objects.requireNonNull(stream.last()).csrc();
        assertThat(seen.add(csrc)).as("a new face at " + offset).isTrue();
        assertThat(firstOf(stream, csrc) - askedNanos).isLessThan(150_000_000);
      }
    }
    assertThat(seen).hasSize(20);
    viewer.slots().values().forEach(stream -> assertThat(stream.discontinuities()).isEmpty());
    assertThat(viewer.events(RoomEvent.SlotsWanted.class))
        .containsExactly(new RoomEvent.SlotsWanted(0, 4));
  }

  @Test
  @Tag("M4")
  void whoSpeaksComesIntoViewWithinHalfASecond() {
    Conference conference = new Conference(81);
    publish(conference, 8, true);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 3));
    conference.runMillis(1000);
    assertThat(shown(viewer, 3)).containsExactly(0, 1, 2);
    for (int speaker : List.of(6, 4, 6, 7)) {
      publishers.get(speaker).audio().setLevel(LOUD);
      conference.runMillis(500);
      assertThat(shown(viewer, 3)).contains(speaker);
      conference.runMillis(2500);
      publishers.get(speaker).audio().setLevel(SILENT);
      conference.runMillis(1500);
    }
    // Those who spoke last, each where it came in.
    assertThat(shown(viewer, 3)).containsExactlyInAnyOrder(4, 6, 7);
    assertThat(videoAssignments(viewer)).hasSize(3 + 3);
    viewer.slots().values().forEach(stream -> assertThat(stream.discontinuities()).isEmpty());
  }

  @Test
  @Tag("M4")
  void twoWhoTalkAtOnceDoNotFlicker() {
    Conference conference = new Conference(82);
    publish(conference, 4, true);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(500);
    publishers.get(2).audio().setLevel(LOUD);
    conference.runMillis(1000);
    publishers.get(3).audio().setLevel(LOUD + 2);
    conference.runMillis(5000);
    assertThat(shown(viewer, 1)).containsExactly(2);
    assertThat(videoAssignments(viewer)).hasSize(2);
    publishers.get(2).audio().setLevel(SILENT);
    conference.runMillis(1500);
    assertThat(shown(viewer, 1)).containsExactly(3);
  }

  @Test
  @Tag("M4")
  void whatIsPinnedStaysWhoeverSpeaks() {
    Conference conference = new Conference(83);
    publish(conference, 6, true);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 2));
    TrackId pinned = track(5, MediaKind.VIDEO);
    conference.setView(
        viewer,
        new SubscriberView(Mode.AUTOMATIC, Map.of(), List.of(pinned), Set.of(), ALL, 0, ALL));
    conference.runMillis(300);
    assertThat(shown(viewer, 2)).containsExactlyInAnyOrder(0, 5);
    for (int speaker = 1; speaker < 4; speaker++) {
      publishers.get(speaker).audio().setLevel(LOUD);
      conference.runMillis(2000);
      publishers.get(speaker).audio().setLevel(SILENT);
      conference.runMillis(1000);
      assertThat(shown(viewer, 2)).containsExactlyInAnyOrder(5, speaker);
    }
  }

  @Test
  @Tag("M2")
  void subscribesAndUnsubscribesTrackByTrack() {
    Conference conference = new Conference(84);
    publish(conference, 2, true);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 2));
    conference.runMillis(500);
    TrackId unwanted = track(0, MediaKind.VIDEO);
    conference.setView(
        viewer,
        new SubscriberView(Mode.AUTOMATIC, Map.of(), List.of(), Set.of(unwanted), ALL, 0, ALL));
    int before = viewer.slot("v0").packets().size();
    conference.runMillis(500);
    assertThat(viewer.slot("v0").packets()).hasSize(before);
    assertThat(viewer.slot("a0").packets().size()).isGreaterThan(45);
    assertThat(viewer.events(RoomEvent.SlotsWanted.class))
        .last()
        .isEqualTo(new RoomEvent.SlotsWanted(2, 1));
    conference.setView(viewer, SubscriberView.AUTOMATIC);
    conference.runMillis(500);
    assertThat(viewer.slot("v0").packets()).hasSizeGreaterThan(before + 25);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  @Tag("M2")
  void aSlotShowsTheLayerThatItsTileNeeds() {
    Conference conference = new Conference(92);
    conference.join(PeerPlan.publishing("camera").videoOnly().withLayers("q", "h", "f"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    for (int width : List.of(320, 1280, 640, 320)) {
      SlotWish wish = SlotWish.limited(new SlotLimits(width, width * 9 / 16, 0));
      conference.setView(
          viewer,
          new SubscriberView(Mode.AUTOMATIC, Map.of("v0", wish), List.of(), Set.of(), ALL, 0, ALL));
      conference.runMillis(1000);
      int shown = 0;
      for (ReceivedStream.Packet packet : viewer.slot("v0").packets()) {
        shown = packet.width() > 0 ? packet.width() : shown;
      }
      assertThat(shown).isEqualTo(width);
    }
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.events(RoomEvent.SlotAssigned.class)).hasSize(1);
  }

  @Test
  @Tag("M4")
  void showsAtMostTheLastN() {
    Conference conference = new Conference(85);
    publish(conference, 6, false);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 4));
    conference.runMillis(300);
    conference.setView(
        viewer, new SubscriberView(Mode.AUTOMATIC, Map.of(), List.of(), Set.of(), ALL, 0, 2));
    assertThat(shown(viewer, 4)).containsExactly(0, 1);
    assertThat(viewer.events(RoomEvent.SlotsWanted.class))
        .last()
        .isEqualTo(new RoomEvent.SlotsWanted(0, 2));
    int packets = viewer.slot("v3").packets().size();
    conference.runMillis(500);
    assertThat(viewer.slot("v3").packets()).hasSize(packets);
  }

  @Test
  @Tag("M2")
  void aSubscriberFillsItsSlotsItself() {
    Conference conference = new Conference(86);
    publish(conference, 5, true);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 2));
    conference.runMillis(300);
    conference.setView(
        viewer,
        manual(
            Map.of(
                "v0", SlotWish.showing(track(4, MediaKind.VIDEO)),
                "v1", SlotWish.showing(null),
                "a1", SlotWish.showing(track(3, MediaKind.AUDIO)))));
    conference.runMillis(500);
    assertThat(lastSource(viewer, "v0")).isEqualTo(csrc(4, MediaKind.VIDEO));
    assertThat(lastSource(viewer, "a1")).isEqualTo(csrc(3, MediaKind.AUDIO));
    int silent = viewer.slot("a0").packets().size() + viewer.slot("v1").packets().size();
    conference.runMillis(300);
    assertThat(viewer.slot("a0").packets().size() + viewer.slot("v1").packets().size())
        .isEqualTo(silent);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  @Tag("M2")
  void refusesAViewThatCannotBeAndKeepsTheOneBefore() {
    Conference conference = new Conference(87);
    publish(conference, 3, true);
    SimulatedPeer hidden = conference.join(PeerPlan.publishing("hidden").asHidden());
    SimulatedPeer viewer = conference.join(PeerPlan.talking("viewer", 2));
    conference.runMillis(300);
    TrackId own = viewer.events(RoomEvent.TrackPublished.class).getLast().track().id();
    TrackId secret = hidden.events(RoomEvent.TrackPublished.class).getLast().track().id();
    TrackId voice = track(1, MediaKind.AUDIO);
    refused(conference, viewer, "v9", SlotWish.showing(null), ViewFault.UNKNOWN_SLOT);
    refused(conference, viewer, "v0", SlotWish.showing(new TrackId("no")), ViewFault.UNKNOWN_TRACK);
    refused(conference, viewer, "v0", SlotWish.showing(own), ViewFault.UNKNOWN_TRACK);
    refused(conference, viewer, "v0", SlotWish.showing(secret), ViewFault.UNKNOWN_TRACK);
    refused(conference, viewer, "v0", SlotWish.showing(voice), ViewFault.WRONG_KIND);
    assertThat(shown(viewer, 2)).containsExactly(0, 1);
    assertThatThrownBy(
            () -> manual(Map.of("v0", SlotWish.showing(voice), "v1", SlotWish.showing(voice))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Tag("M2")
  void aBoundSlotIsEmptyOnceItsTrackHasEnded() {
    Conference conference = new Conference(88);
    publish(conference, 3, false);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.setView(viewer, manual(Map.of("v0", SlotWish.showing(track(2, MediaKind.VIDEO)))));
    conference.runMillis(300);
    conference.leave(publishers.get(2));
    assertThat(viewer.events(RoomEvent.SlotAssigned.class))
        .last()
        .isEqualTo(new RoomEvent.SlotAssigned("v0", null));
  }

  @Test
  @Tag("M5")
  void aClassicSubscriberAndOneWithFewSlotsShareARoom() {
    Conference conference = new Conference(89);
    publish(conference, 4, true);
    SimulatedPeer recorder = conference.join(PeerPlan.watching("recorder", 2));
    conference.setView(recorder, SubscriberView.CLASSIC);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 2));
    conference.runMillis(500);
    publishers.get(3).audio().setLevel(LOUD);
    conference.runMillis(2000);
    assertThat(shown(recorder, 2)).containsExactly(0, 1);
    assertThat(recorder.slot("a0").sources()).hasSize(1);
    assertThat(recorder.slot("a1").sources()).hasSize(1);
    assertThat(shown(viewer, 2)).contains(3);
    assertThat(lastSource(viewer, "a0") == csrc(3, MediaKind.AUDIO))
        .isNotEqualTo(lastSource(viewer, "a1") == csrc(3, MediaKind.AUDIO));
    assertThat(recorder.events(RoomEvent.SlotsWanted.class))
        .last()
        .isEqualTo(new RoomEvent.SlotsWanted(4, 4));
  }

  @Test
  @Tag("M3")
  void isNeverAskedForMoreSlotsThanItSaidAtItsJoin() {
    Conference conference = new Conference(90);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 0), new SlotCounts(1, 2));
    publish(conference, 4, true);
    assertThat(viewer.events(RoomEvent.SlotsWanted.class))
        .containsExactly(
            new RoomEvent.SlotsWanted(0, 0),
            new RoomEvent.SlotsWanted(1, 1),
            new RoomEvent.SlotsWanted(1, 2));
  }

  @Test
  @Tag("R9")
  void threeTalkInTurnAndAreAnnouncedInTheirOrder() {
    Conference conference = new Conference(91);
    publish(conference, 3, true);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 3));
    conference.runMillis(700);
    for (SimulatedPeer talker : publishers) {
      talker.audio().setLevel(LOUD);
      conference.runMillis(600);
      assertThat(firstSpeakers(viewer).getLast()).isEqualTo(talker.id().value());
      conference.runMillis(2000);
      talker.audio().setLevel(SILENT);
    }
    conference.runMillis(2000);
    assertThat(firstSpeakers(viewer)).containsExactly("p0", "p1", "p2", "");
  }

  /** Who came first in the lists of speakers, each change once. */
  private static List<String> firstSpeakers(SimulatedPeer viewer) {
    List<String> first = new ArrayList<>();
    for (RoomEvent.SpeakersChanged event : viewer.events(RoomEvent.SpeakersChanged.class)) {
      String name =
          event.speakers().isEmpty() ? "" : event.speakers().getFirst().participant().value();
      if (first.isEmpty() || !first.getLast().equals(name)) {
        first.add(name);
      }
    }
    return first;
  }

  private void publish(Conference conference, int count, boolean audio) {
    for (int i = 0; i < count; i++) {
      PeerPlan plan = PeerPlan.publishing("p" + i);
      SimulatedPeer peer = conference.join(audio ? plan : plan.videoOnly());
      if (audio) {
        peer.audio().setLevel(SILENT);
      }
      publishers.add(peer);
    }
  }

  private static SubscriberView page(int offset) {
    return new SubscriberView(Mode.AUTOMATIC, Map.of(), List.of(), Set.of(), 0, offset, ALL);
  }

  private static SubscriberView manual(Map<String, SlotWish> slots) {
    return new SubscriberView(Mode.MANUAL, slots, List.of(), Set.of(), 0, 0, ALL);
  }

  private void refused(
      Conference conference, SimulatedPeer viewer, String mid, SlotWish wish, ViewFault fault) {
    conference.setView(viewer, manual(Map.of(mid, wish)));
    assertThat(viewer.events(RoomEvent.ViewRefused.class))
        .last()
        .isEqualTo(new RoomEvent.ViewRefused("view", fault, mid));
  }

  /** The numbers of the publishers that the slots show, by slot. */
  private List<Integer> shown(SimulatedPeer viewer, int slots) {
    List<Integer> shown = new ArrayList<>();
    for (int slot = 0; slot < slots; slot++) {
      for (RoomEvent.SlotAssigned event : viewer.events(RoomEvent.SlotAssigned.class).reversed()) {
        if (event.mid().equals("v" + slot)) {
          if (event.track() != null) {
            String publisher = event.track().participant().value();
            shown.add(Integer.parseInt(publisher.substring(1)));
          }
          break;
        }
      }
    }
    return shown;
  }

  private static List<RoomEvent.SlotAssigned> videoAssignments(SimulatedPeer viewer) {
    return viewer.events(RoomEvent.SlotAssigned.class).stream()
        .filter(event -> event.mid().startsWith("v"))
        .toList();
  }

  private TrackId track(int publisher, MediaKind kind) {
    return publishers.get(publisher).events(RoomEvent.TrackPublished.class).stream()
        .filter(event -> event.track().participant().equals(publishers.get(publisher).id()))
        .filter(event -> event.track().kind() == kind)
        .findFirst()
        .orElseThrow()
        .track()
        .id();
  }

  private int csrc(int publisher, MediaKind kind) {
    return publishers.get(publisher).events(RoomEvent.TrackPublished.class).stream()
        .filter(event -> event.track().id().equals(track(publisher, kind)))
        .mapToInt(event -> (int) event.track().csrc())
        .findFirst()
        .orElseThrow();
  }

  private static int lastSource(SimulatedPeer viewer, String mid) {
    return Objects.requireNonNull(viewer.slot(mid).last()).csrc();
  }

  private static long firstOf(ReceivedStream stream, int csrc) {
    return stream.packets().stream()
        .filter(packet -> packet.csrc() == csrc)
        .mapToLong(ReceivedStream.Packet::arrivalNanos)
        .min()
        .orElseThrow();
  }
}
