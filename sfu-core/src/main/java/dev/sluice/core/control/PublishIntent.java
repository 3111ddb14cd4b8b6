package dev.sluice.core.control;

import dev.sluice.core.media.TrackSource;

/**
 * What a publisher says of one of its m-lines.
 *
 * @param source what it shows
 * @param name a label, at most 128 characters
 * @param muted starts muted
 * @param encrypted its frames are encrypted end to end: nothing in its payloads can be read
 */
public record PublishIntent(TrackSource source, String name, boolean muted, boolean encrypted) {
  /** For an m-line that the client said nothing about. */
  public static final PublishIntent UNSPECIFIED =
      new PublishIntent(TrackSource.UNKNOWN, "", false, false);

  /** For a track that the server may read. */
  public PublishIntent(TrackSource source, String name, boolean muted) {
    this(source, name, muted, false);
  }
}
