package dev.sluice.core.media;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A codec that Sluice forwards, under its SDP encoding name (RFC 8866 §6.6). */
public enum Codec {
  OPUS("opus", MediaKind.AUDIO),
  /** Redundant audio, RFC 2198. */
  RED("red", MediaKind.AUDIO),
  G722("G722", MediaKind.AUDIO),
  PCMU("PCMU", MediaKind.AUDIO),
  PCMA("PCMA", MediaKind.AUDIO),
  VP8("VP8", MediaKind.VIDEO),
  VP9("VP9", MediaKind.VIDEO),
  H264("H264", MediaKind.VIDEO),
  H265("H265", MediaKind.VIDEO),
  AV1("AV1", MediaKind.VIDEO);

  private final String encodingName;
  private final MediaKind kind;

  Codec(String encodingName, MediaKind kind) {
    this.encodingName = encodingName;
    this.kind = kind;
  }

  /** The name as it stands in {@code a=rtpmap}. */
  public String encodingName() {
    return encodingName;
  }

  /** Audio or video. */
  public MediaKind kind() {
    return kind;
  }

  /**
   * The codec of an rtpmap's encoding name (case does not count), or null for one that is not
   * forwarded.
   */
  public static @Nullable Codec byEncodingName(String name, MediaKind kind) {
    for (Codec codec : values()) {
      if (codec.kind == kind
          && codec.encodingName.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return codec;
      }
    }
    return null;
  }
}
