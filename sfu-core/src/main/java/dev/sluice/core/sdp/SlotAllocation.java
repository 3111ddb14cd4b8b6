package dev.sluice.core.sdp;

import dev.sluice.core.media.MediaKind;
import dev.sluice.core.sdp.NegotiatedSection.Slot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Gives each receive m-line its slot, and the same slot again for as long as the m-line lives: also
 * while it is inactive, so that a receiver that comes back finds its stream and its peers' pair
 * indexes unchanged.
 */
final class SlotAllocation {
  private static final long SSRC_MASK = 0xFFFF_FFFFL;

  /** A source of random numbers that collides this often is broken. */
  private static final int MAX_DRAWS = 1000;

  private final AnswerNegotiator.SsrcSource source;
  private final Set<Long> taken = new HashSet<>();
  private final Map<String, Slot> known = new HashMap<>();
  private final Map<MediaKind, Set<Integer>> indexes =
      Map.of(MediaKind.AUDIO, new HashSet<>(), MediaKind.VIDEO, new HashSet<>());

  /**
   * Starts from what the last negotiation left.
   *
   * @param previous every slot so far by mid, idle ones included
   */
  SlotAllocation(Offer offer, Map<String, Slot> previous, AnswerNegotiator.SsrcSource source) {
    this.source = source;
    for (OfferedSection.Accepted section : offer.accepted()) {
      taken.addAll(section.sources().signalled().ssrcs());
      Slot slot = previous.get(section.mid());
      if (slot != null) {
        known.put(section.mid(), slot);
        indexesOf(section.kind()).add(slot.pairIndex());
      }
    }
    for (Slot slot : previous.values()) {
      taken.add(slot.ssrc());
      taken.add(slot.rtxSsrc());
    }
  }

  /** The slot of a receive m-line. */
  Slot allocate(OfferedSection.Accepted section) {
    return known.computeIfAbsent(
        section.mid(), mid -> new Slot(draw(), draw(), lowestFree(indexesOf(section.kind()))));
  }

  /** The slots of the m-lines that still live but do not receive now. */
  Map<String, Slot> idle(Set<String> receivingMids) {
    Map<String, Slot> idle = new HashMap<>(known);
    idle.keySet().removeAll(receivingMids);
    return idle;
  }

  private Set<Integer> indexesOf(MediaKind kind) {
    return indexes.getOrDefault(kind, Set.of());
  }

  private static int lowestFree(Set<Integer> used) {
    int index = 0;
    while (!used.add(index)) {
      index++;
    }
    return index;
  }

  private long draw() {
    for (int i = 0; i < MAX_DRAWS; i++) {
      long ssrc = source.nextSsrc() & SSRC_MASK;
      if (ssrc != 0 && taken.add(ssrc)) {
        return ssrc;
      }
    }
    throw new IllegalStateException("the SSRC source gives no number that is free");
  }
}
