package dev.sluice.core.control;

/**
 * What a participant may do in its room.
 *
 * @param publish may send media
 * @param subscribe may receive media
 * @param hidden is not shown to the others (a recorder, a WHEP viewer)
 */
public record Grants(boolean publish, boolean subscribe, boolean hidden) {
  /** Publish and subscribe, visible. */
  public static final Grants ALL = new Grants(true, true, false);
}
