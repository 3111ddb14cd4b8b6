package dev.sluice.core.room;

/** What publishers are asked to leave out when nobody receives it. */
public enum UpstreamSuspension {
  /** Nothing. */
  OFF,
  /** Simulcast layers, but for the smallest one of each track, so that who pages to it sees it. */
  LAYERS,
  /** Those, and whole videos. */
  TRACKS
}
