package dev.sluice.core.media;

/** The two kinds of media that RTP carries here (RFC 8866 §5.14). */
public enum MediaKind {
  AUDIO,
  VIDEO
}
