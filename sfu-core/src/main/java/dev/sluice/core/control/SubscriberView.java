package dev.sluice.core.control;

import dev.sluice.core.media.TrackId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a subscriber wants to see and hear: the whole of it, so that one view replaces the one
 * before. A value. Track ids that name nothing (any more) mean nothing, except in {@link #slots}
 * when the view is set.
 *
 * @param mode what fills the slots that the subscriber has not bound itself
 * @param slots what is wished of single slots, by mid
 * @param pinned tracks that are shown before all others, the most wanted first
 * @param unsubscribed tracks that are not wanted unless a slot is bound to one
 * @param speakers how many slots at most go to those who spoke last before the page is shown
 * @param offset where the page begins in the stable order of all cameras that are not pinned
 * @param lastN how many videos at most
 */
public record SubscriberView(
    Mode mode,
    Map<String, SlotWish> slots,
    List<TrackId> pinned,
    Set<TrackId> unsubscribed,
    int speakers,
    int offset,
    int lastN) {
  /** As many as there are slots. */
  public static final int ALL = Integer.MAX_VALUE;

  /** For a subscriber that has said nothing: who spoke last is seen, the loudest are heard. */
  public static final SubscriberView AUTOMATIC = of(Mode.AUTOMATIC);

  /** For one that cannot be told what its slots show. */
  public static final SubscriberView CLASSIC = of(Mode.CLASSIC);

  /** What fills a slot that is not bound. */
  public enum Mode {
    /** The server: pinned tracks, screens, speakers, a page of the rest; the loudest voices. */
    AUTOMATIC,
    /** Nothing. */
    MANUAL,
    /** The first track that waits, and that one for as long as it lives. */
    CLASSIC
  }

  /**
   * Copies the collections and checks the numbers.
   *
   * @throws IllegalArgumentException when a number is negative, or two slots are bound to one track
   */
  public SubscriberView {
    slots = Map.copyOf(slots);
    pinned = List.copyOf(pinned);
    unsubscribed = Set.copyOf(unsubscribed);
    if (speakers < 0 || offset < 0 || lastN < 0) {
      throw new IllegalArgumentException("a view's numbers are not negative");
    }
    List<TrackId> bound =
        slots.values().stream().map(SlotWish::track).filter(java.util.Objects::nonNull).toList();
    if (Set.copyOf(bound).size() < bound.size()) {
      throw new IllegalArgumentException("one track is shown in one slot");
    }
  }

  private static SubscriberView of(Mode mode) {
    return new SubscriberView(mode, Map.of(), List.of(), Set.of(), ALL, 0, ALL);
  }

  /** The same with other pins and other tracks that are not wanted. */
  public SubscriberView with(List<TrackId> otherPinned, Set<TrackId> otherUnsubscribed) {
    return new SubscriberView(mode, slots, otherPinned, otherUnsubscribed, speakers, offset, lastN);
  }

  /** What is left of it in a room with other tracks: the mode, the numbers and the limits. */
  public SubscriberView withoutTracks() {
    Map<String, SlotWish> limits = new HashMap<>();
    slots.forEach((mid, wish) -> limits.put(mid, wish.withoutTrack()));
    return new SubscriberView(mode, limits, List.of(), Set.of(), speakers, offset, lastN);
  }

  /** The limits of a slot. */
  public SlotLimits limits(String mid) {
    SlotWish wish = slots.get(mid);
    return wish == null ? SlotLimits.NONE : wish.limits();
  }

  /** Whether the subscriber itself says what a slot shows. */
  public boolean binds(String mid) {
    SlotWish wish = slots.get(mid);
    return wish != null && wish.bound();
  }
}
