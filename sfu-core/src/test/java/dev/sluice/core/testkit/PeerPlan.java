package dev.sluice.core.testkit;

import java.util.List;

/**
 * What a simulated participant publishes and how many slots it offers.
 *
 * @param name its identity and participant id
 * @param audio publishes Opus on mid {@code pa}
 * @param video publishes VP8 on mid {@code pv}
 * @param rids simulcast layers of the video, smallest first, or empty
 * @param audioSlots receive m-lines {@code a0}, {@code a1} …
 * @param videoSlots receive m-lines {@code v0}, {@code v1} …
 * @param hidden joins hidden
 */
public record PeerPlan(
    String name,
    boolean audio,
    boolean video,
    List<String> rids,
    int audioSlots,
    int videoSlots,
    boolean hidden) {

  /** Publishes both kinds and has as many slots of each kind. */
  public static PeerPlan talking(String name, int slots) {
    return new PeerPlan(name, true, true, List.of(), slots, slots, false);
  }

  /** Publishes both kinds, receives nothing. */
  public static PeerPlan publishing(String name) {
    return talking(name, 0);
  }

  /** Publishes nothing. */
  public static PeerPlan watching(String name, int slots) {
    return new PeerPlan(name, false, false, List.of(), slots, slots, false);
  }

  /** The same with audio only. */
  public PeerPlan audioOnly() {
    return new PeerPlan(name, true, false, List.of(), audioSlots, videoSlots, hidden);
  }

  /** The same with video only. */
  public PeerPlan videoOnly() {
    return new PeerPlan(name, false, true, rids, audioSlots, videoSlots, hidden);
  }

  /** The same with simulcast. */
  public PeerPlan withLayers(String... layers) {
    return new PeerPlan(name, audio, video, List.of(layers), audioSlots, videoSlots, hidden);
  }

  /** The same with other numbers of slots. */
  public PeerPlan withSlots(int audioCount, int videoCount) {
    return new PeerPlan(name, audio, video, rids, audioCount, videoCount, hidden);
  }

  /** The same, not shown to the others. */
  public PeerPlan asHidden() {
    return new PeerPlan(name, audio, video, rids, audioSlots, videoSlots, true);
  }
}
