package dev.sluice.core.room;

import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.selection.SlotAssigner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tracks that one subscriber could be shown, as {@link SlotAssigner} wants to see them. Lives
 * for one decision. Owner: the room's worker.
 */
final class Candidates {
  private final List<PublishedTrack> tracks = new ArrayList<>();
  private final Map<TrackId, PublishedTrack> byId = new HashMap<>();
  private final Participant viewer;
  private final Voices voices;

  private Candidates(Participant viewer, Voices voices) {
    this.viewer = viewer;
    this.voices = voices;
  }

  /** All that it may have. */
  static Candidates all(Participant viewer, Collection<Participant> publishers, Voices voices) {
    Candidates candidates = new Candidates(viewer, voices);
    for (Participant publisher : publishers) {
      for (PublishedTrack track : publisher.tracks().values()) {
        if (viewer.mayHave(track, publisher)) {
          candidates.add(track);
        }
      }
    }
    candidates.sort();
    return candidates;
  }

  /** What it has, and a voice that is to take the place of another one. */
  static Candidates shownAnd(PublishedTrack voice, Participant viewer, Voices voices) {
    Candidates candidates = new Candidates(viewer, voices);
    for (EgressSlot slot : viewer.slots().values()) {
      PublishedTrack shown = viewer.shownIn(slot);
      if (shown != null) {
        candidates.add(shown);
      }
    }
    candidates.add(voice);
    candidates.sort();
    return candidates;
  }

  /** Whether a viewer that does not hear a voice hears another one that is behind it. */
  static boolean replaces(
      PublishedTrack voice, Participant speaker, Participant viewer, Voices voices) {
    SubscriberView view = viewer.view();
    if (view.mode() != SubscriberView.Mode.AUTOMATIC
        || !viewer.mayHave(voice, speaker)
        || view.unsubscribed().contains(voice.id())) {
      return false;
    }
    boolean replaces = false;
    for (EgressSlot slot : viewer.slots().values()) {
      PublishedTrack shown = viewer.shownIn(slot);
      if (shown == voice) {
        return false;
      }
      replaces |=
          shown != null
              && !slot.isVideo()
              && !view.binds(slot.mid())
              && voices.placeOf(shown) > voices.placeOf(voice);
    }
    return replaces;
  }

  @Nullable PublishedTrack find(TrackId id) {
    return byId.get(id);
  }

  /** What each slot of the viewer shows by its view. */
  Map<String, TrackId> plan() {
    return SlotAssigner.assign(slotViews(), trackViews(), viewer.view());
  }

  /** The same where only voices may change: whatever picture is shown goes on. */
  Map<String, TrackId> planOfVoices() {
    SubscriberView view = viewer.view();
    SubscriberView asShown =
        new SubscriberView(
            view.mode(),
            view.slots(),
            List.of(),
            view.unsubscribed(),
            SubscriberView.ALL,
            0,
            SubscriberView.ALL);
    return SlotAssigner.assign(slotViews(), trackViews(), asShown);
  }

  /** Whether the plan has a place for each of them that the viewer has subscribed to. */
  boolean areIn(Map<String, TrackId> plan) {
    for (PublishedTrack track : tracks) {
      if (!viewer.view().unsubscribed().contains(track.id()) && !plan.containsValue(track.id())) {
        return false;
      }
    }
    return true;
  }

  /** With how many slots the viewer would have all that it wants. */
  SlotCounts wantedSlots(Map<String, TrackId> plan) {
    SlotCounts most = viewer.mostSlots();
    int video = Math.min(most.video(), viewer.view().lastN());
    return new SlotCounts(
        Math.min(most.audio(), needed(MediaKind.AUDIO, plan)),
        Math.min(video, needed(MediaKind.VIDEO, plan)));
  }

  /**
   * More than there are tracks when slots are free that cannot take those which have none, because
   * they have sent at another clock rate.
   */
  private int needed(MediaKind kind, Map<String, TrackId> plan) {
    int all = 0;
    int waiting = 0;
    for (PublishedTrack track : tracks) {
      if (track.section().kind() == kind && !viewer.view().unsubscribed().contains(track.id())) {
        all++;
        waiting += plan.containsValue(track.id()) ? 0 : 1;
      }
    }
    int active = 0;
    for (EgressSlot slot : viewer.slots().values()) {
      active += slot.active() && slot.section().kind() == kind ? 1 : 0;
    }
    return waiting == 0 ? all : Math.max(all, active + waiting);
  }

  private void add(PublishedTrack track) {
    if (byId.put(track.id(), track) == null) {
      tracks.add(track);
    }
  }

  /** Into publishing order. */
  private void sort() {
    tracks.sort(Comparator.comparingLong(PublishedTrack::csrc));
  }

  private List<SlotAssigner.SlotView> slotViews() {
    List<SlotAssigner.SlotView> slots = new ArrayList<>();
    for (EgressSlot slot : viewer.slots().values()) {
      if (slot.active()) {
        PublishedTrack shown = viewer.shownIn(slot);
        slots.add(
            new SlotAssigner.SlotView(
                slot.mid(),
                slot.section().kind(),
                slot.pairIndex(),
                shown == null ? null : shown.id(),
                slot.clockRateHz()));
      }
    }
    return slots;
  }

  private List<SlotAssigner.TrackView> trackViews() {
    List<SlotAssigner.TrackView> views = new ArrayList<>();
    for (PublishedTrack track : tracks) {
      views.add(
          new SlotAssigner.TrackView(
              track.id(),
              track.participant(),
              track.section().kind(),
              track.info().source(),
              clockRateHz(track),
              voices.placeOf(track)));
    }
    return views;
  }

  private int clockRateHz(PublishedTrack track) {
    int clockRateHz = 0;
    for (IngressStream stream : track.streams()) {
      NegotiatedCodec codec = stream.codec();
      // For one that cannot decode it in any slot, another slot would change nothing.
      if (codec != null && viewerDecodes(codec)) {
        clockRateHz = codec.parameters().clockRateHz();
      }
    }
    return clockRateHz;
  }

  private boolean viewerDecodes(NegotiatedCodec codec) {
    for (EgressSlot slot : viewer.slots().values()) {
      if (EgressSlot.codecFor(slot.section(), codec.parameters()) != null) {
        return true;
      }
    }
    return false;
  }
}
