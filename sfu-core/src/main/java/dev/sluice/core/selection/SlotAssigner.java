package dev.sluice.core.selection;

import dev.sluice.core.control.SlotWish;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which track each of a subscriber's slots shows next: a pure function of what the slots show
 * now, which tracks there are and what the subscriber wants. Time and its hysteresis are in the
 * ranks of the tracks ({@link LoudnessRanking}, {@link SpeakerDetector}); {@link ViewOrder} says
 * which tracks are wanted most; here they get their places.
 *
 * <p>A track that stays visible stays in its slot. The audio and the video of one participant (and
 * of one screen) get slots of one pair index where they can, because such a pair shares an msid and
 * is kept in sync by the browser.
 */
public final class SlotAssigner {
  private final List<SlotView> slots;
  private final Map<TrackId, TrackView> tracks = new HashMap<>();
  private final Map<String, TrackId> plan = new HashMap<>();
  private final Set<TrackId> placed = new HashSet<>();
  private final Map<Integer, String> groupOfPair = new HashMap<>();
  private final Set<String> bound = new HashSet<>();

  private SlotAssigner(List<SlotView> slots, List<TrackView> tracks) {
    this.slots = slots;
    tracks.forEach(track -> this.tracks.put(track.id(), track));
  }

  /**
   * A slot and what it shows.
   *
   * @param mid names it
   * @param pairIndex as negotiated
   * @param showing the track that it shows, or null
   * @param clockRateHz of all that it has sent, 0 when it has sent nothing: one outgoing stream
   *     never mixes clock rates (RFC 7160 §4.1)
   */
  public record SlotView(
      String mid, MediaKind kind, int pairIndex, @Nullable TrackId showing, int clockRateHz) {
    /** A slot that has sent nothing. */
    public SlotView(String mid, MediaKind kind, int pairIndex, @Nullable TrackId showing) {
      this(mid, kind, pairIndex, showing, 0);
    }

    private boolean fits(TrackView track) {
      return kind == track.kind
          && (clockRateHz == 0 || track.clockRateHz == 0 || clockRateHz == track.clockRateHz);
    }
  }

  /**
   * A track that may be shown.
   *
   * @param clockRateHz of what it sends, 0 before its first packet
   * @param rank its place among the voices (audio), or its participant's among those who spoke
   *     (video): 0 comes first, {@link #UNRANKED} never spoke
   */
  public record TrackView(
      TrackId id,
      ParticipantId participant,
      MediaKind kind,
      TrackSource source,
      int clockRateHz,
      int rank) {
    /** The rank of one that never spoke. */
    public static final int UNRANKED = Integer.MAX_VALUE;

    /** A track that has sent nothing, of one that never spoke. */
    public TrackView(TrackId id, ParticipantId participant, MediaKind kind, TrackSource source) {
      this(id, participant, kind, source, 0, UNRANKED);
    }

    private String group() {
      boolean screen = source == TrackSource.SCREEN || source == TrackSource.SCREEN_AUDIO;
      return participant.value() + (screen ? "/screen" : "/camera");
    }
  }

  /**
   * What every slot shows next, by mid; a slot that is absent shows nothing.
   *
   * @param slots all slots of one subscriber
   * @param tracks all tracks it may have, in publishing order
   */
  public static Map<String, TrackId> assign(
      List<SlotView> slots, List<TrackView> tracks, SubscriberView view) {
    SlotAssigner assigner = new SlotAssigner(slots, tracks);
    assigner.bind(view);
    if (view.mode() != SubscriberView.Mode.MANUAL) {
      assigner.fill(tracks, view);
    }
    return assigner.plan;
  }

  /** The slots that the subscriber fills itself. */
  private void bind(SubscriberView view) {
    for (SlotView slot : slots) {
      SlotWish wish = view.slots().get(slot.mid());
      if (wish != null && wish.bound()) {
        bound.add(slot.mid());
        TrackView track = wish.track() == null ? null : tracks.get(wish.track());
        if (track != null && slot.fits(track)) {
          put(slot, track);
        }
      }
    }
  }

  private void fill(List<TrackView> all, SubscriberView view) {
    Map<MediaKind, List<TrackView>> orders = new HashMap<>();
    Map<MediaKind, Integer> caps = new HashMap<>();
    Set<TrackId> chosen = new HashSet<>();
    for (MediaKind kind : MediaKind.values()) {
      int cap = cap(kind, view);
      List<TrackView> order =
          view.mode() == SubscriberView.Mode.CLASSIC
              ? ViewOrder.classic(kind, all, slots)
              : ViewOrder.automatic(kind, all.stream().filter(this::isFree).toList(), view, cap);
      order.stream().filter(this::isFree).limit(cap).forEach(track -> chosen.add(track.id()));
      orders.put(kind, order);
      caps.put(kind, cap);
    }
    for (SlotView slot : slots) {
      TrackView kept = slot.showing() == null ? null : tracks.get(slot.showing());
      if (kept != null && isOpen(slot) && slot.fits(kept) && chosen.remove(kept.id())) {
        put(slot, kept);
      }
    }
    for (TrackView track : all) {
      if (chosen.contains(track.id())) {
        place(track);
      }
    }
    // What fits no slot, because of its clock, leaves its place to the next.
    orders.forEach((kind, order) -> fillUp(order, caps.getOrDefault(kind, 0) - count(kind)));
  }

  private void fillUp(List<TrackView> order, int places) {
    int left = places;
    for (TrackView track : order) {
      if (left <= 0) {
        return;
      }
      left -= isFree(track) && place(track) ? 1 : 0;
    }
  }

  private int cap(MediaKind kind, SubscriberView view) {
    int open = 0;
    int showing = 0;
    for (SlotView slot : slots) {
      open += slot.kind() == kind && isOpen(slot) ? 1 : 0;
      showing += slot.kind() == kind && plan.containsKey(slot.mid()) ? 1 : 0;
    }
    return kind == MediaKind.AUDIO ? open : Math.max(0, Math.min(open, view.lastN() - showing));
  }

  /** How many of the slots that are not bound show something. */
  private int count(MediaKind kind) {
    int count = 0;
    for (SlotView slot : slots) {
      boolean filled = plan.containsKey(slot.mid()) && !bound.contains(slot.mid());
      count += slot.kind() == kind && filled ? 1 : 0;
    }
    return count;
  }

  private boolean isFree(TrackView track) {
    return !placed.contains(track.id());
  }

  private boolean isOpen(SlotView slot) {
    return !bound.contains(slot.mid()) && !plan.containsKey(slot.mid());
  }

  private boolean place(TrackView track) {
    SlotView best = null;
    int bestRank = Integer.MAX_VALUE;
    for (SlotView slot : slots) {
      if (!slot.fits(track) || !isOpen(slot)) {
        continue;
      }
      String group = groupOfPair.get(slot.pairIndex());
      int rank = group == null ? 1 : group.equals(track.group()) ? 0 : 2;
      if (rank < bestRank
          || (rank == bestRank && best != null && slot.pairIndex() < best.pairIndex())) {
        best = slot;
        bestRank = rank;
      }
    }
    if (best != null) {
      put(best, track);
    }
    return best != null;
  }

  private void put(SlotView slot, TrackView track) {
    plan.put(slot.mid(), track.id());
    placed.add(track.id());
    groupOfPair.putIfAbsent(slot.pairIndex(), track.group());
  }
}
