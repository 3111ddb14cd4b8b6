package dev.sluice.core.selection;

import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import dev.sluice.core.selection.SlotAssigner.SlotView;
import dev.sluice.core.selection.SlotAssigner.TrackView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In which order the tracks of one kind are wanted when there are more than slots. Pure functions
 * for {@link SlotAssigner}.
 */
final class ViewOrder {
  private ViewOrder() {}

  /** What is shown stays; then in publishing order. */
  static List<TrackView> classic(MediaKind kind, List<TrackView> tracks, List<SlotView> slots) {
    Set<TrackId> shown = new HashSet<>();
    for (SlotView slot : slots) {
      TrackId showing = slot.showing();
      if (showing != null) {
        shown.add(showing);
      }
    }
    List<TrackView> order = new ArrayList<>(of(kind, tracks));
    order.sort(Comparator.comparing(track -> !shown.contains(track.id())));
    return order;
  }

  /**
   * Audio: by loudness. Video: pinned, screens, who spoke last, a page of the rest.
   *
   * @param tracks in publishing order
   * @param places how many can be shown
   */
  static List<TrackView> automatic(
      MediaKind kind, List<TrackView> tracks, SubscriberView view, int places) {
    List<TrackView> wanted =
        of(kind, tracks).stream()
            .filter(track -> !view.unsubscribed().contains(track.id()))
            .toList();
    return switch (kind) {
      case AUDIO -> wanted.stream().sorted(Comparator.comparingInt(TrackView::rank)).toList();
      case VIDEO -> video(wanted, view, places);
    };
  }

  private static List<TrackView> video(List<TrackView> tracks, SubscriberView view, int places) {
    Map<TrackId, TrackView> rest = new LinkedHashMap<>();
    tracks.forEach(track -> rest.put(track.id(), track));
    List<TrackView> order = new ArrayList<>();
    for (TrackId pinned : view.pinned()) {
      TrackView track = rest.remove(pinned);
      if (track != null) {
        order.add(track);
      }
    }
    for (TrackView track : tracks) {
      if (track.source() == TrackSource.SCREEN && rest.remove(track.id()) != null) {
        order.add(track);
      }
    }
    List<TrackView> cameras = List.copyOf(rest.values());
    Set<TrackView> speakers = new HashSet<>();
    cameras.stream()
        .filter(track -> track.rank() != TrackView.UNRANKED)
        .sorted(Comparator.comparingInt(TrackView::rank))
        .limit(view.speakers())
        .forEach(track -> addOnce(track, order, speakers));
    int from = pageStart(cameras.size(), view.offset(), places - order.size());
    cameras.subList(from, cameras.size()).forEach(track -> addOnce(track, order, speakers));
    return order;
  }

  private static void addOnce(TrackView track, List<TrackView> order, Set<TrackView> added) {
    if (added.add(track)) {
      order.add(track);
    }
  }

  /** People leave while somebody looks at the last page: it never becomes empty for that. */
  private static int pageStart(int size, int offset, int places) {
    return offset < size ? offset : Math.max(0, size - Math.max(1, places));
  }

  private static List<TrackView> of(MediaKind kind, List<TrackView> tracks) {
    return tracks.stream().filter(track -> track.kind() == kind).toList();
  }
}
