package dev.sluice.core.media;

/** Where a published track comes from, as its publisher says. */
public enum TrackSource {
  MICROPHONE,
  CAMERA,
  SCREEN,
  SCREEN_AUDIO,
  UNKNOWN
}
