package dev.sluice.core.selection;

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
 * Gives each track a slot as long as there are slots: a pure function from what a subscriber's
 * slots show now and which tracks there are to what each slot shows next. A slot keeps its track
 * while the track lives (the classic mode); freed slots take the waiting tracks in publishing
 * order. The audio and the video of one participant (and of one screen) get slots of one pair index
 * where they can, because such a pair shares an msid and is kept in sync by the browser.
 */
public final class SlotAssigner {
  private SlotAssigner() {}

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
   */
  public record TrackView(
      TrackId id, ParticipantId participant, MediaKind kind, TrackSource source, int clockRateHz) {
    /** A track that has sent nothing. */
    public TrackView(TrackId id, ParticipantId participant, MediaKind kind, TrackSource source) {
      this(id, participant, kind, source, 0);
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
   * @param tracks all tracks it may see, in publishing order
   */
  public static Map<String, TrackId> assign(List<SlotView> slots, List<TrackView> tracks) {
    Map<TrackId, TrackView> wanted = new HashMap<>();
    tracks.forEach(track -> wanted.put(track.id(), track));
    Map<String, TrackId> result = new HashMap<>();
    Set<TrackId> placed = new HashSet<>();
    Map<Integer, String> groupOfPair = new HashMap<>();
    for (SlotView slot : slots) {
      TrackView kept = slot.showing() == null ? null : wanted.get(slot.showing());
      if (kept != null && slot.fits(kept) && placed.add(kept.id())) {
        result.put(slot.mid(), kept.id());
        groupOfPair.putIfAbsent(slot.pairIndex(), kept.group());
      }
    }
    for (TrackView track : tracks) {
      if (placed.contains(track.id())) {
        continue;
      }
      SlotView best = best(track, slots, result, groupOfPair);
      if (best != null) {
        result.put(best.mid(), track.id());
        groupOfPair.putIfAbsent(best.pairIndex(), track.group());
      }
    }
    return result;
  }

  private static @Nullable SlotView best(
      TrackView track,
      List<SlotView> slots,
      Map<String, TrackId> taken,
      Map<Integer, String> groupOfPair) {
    SlotView best = null;
    int bestRank = Integer.MAX_VALUE;
    for (SlotView slot : slots) {
      if (!slot.fits(track) || taken.containsKey(slot.mid())) {
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
    return best;
  }
}
