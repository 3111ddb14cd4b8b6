package dev.sluice.core.sdp;

import org.jspecify.annotations.Nullable;

/** Who sends on an m-line or with a header extension, as its describer sees it (RFC 8866 §6.7). */
enum Direction {
  SENDRECV(true, true),
  SENDONLY(true, false),
  RECVONLY(false, true),
  INACTIVE(false, false);

  private final boolean sends;
  private final boolean receives;

  Direction(boolean sends, boolean receives) {
    this.sends = sends;
    this.receives = receives;
  }

  boolean sends() {
    return sends;
  }

  boolean receives() {
    return receives;
  }

  /** The word as it stands in the text. */
  String word() {
    return switch (this) {
      case SENDRECV -> "sendrecv";
      case SENDONLY -> "sendonly";
      case RECVONLY -> "recvonly";
      case INACTIVE -> "inactive";
    };
  }

  /** The same flow seen from the other end. */
  Direction reversed() {
    return of(receives, sends);
  }

  static Direction of(boolean sends, boolean receives) {
    if (sends) {
      return receives ? SENDRECV : SENDONLY;
    }
    return receives ? RECVONLY : INACTIVE;
  }

  /** The direction of a word, or null for another word. */
  static @Nullable Direction byWord(String word) {
    for (Direction direction : values()) {
      if (direction.word().equals(word)) {
        return direction;
      }
    }
    return null;
  }

  /**
   * The direction of an m-line: its own attribute, else the session's, else sendrecv (RFC 8866
   * §6.7).
   */
  static Direction of(Attributes media, Attributes session) {
    Direction own = in(media);
    if (own != null) {
      return own;
    }
    Direction inherited = in(session);
    return inherited == null ? SENDRECV : inherited;
  }

  private static @Nullable Direction in(Attributes attributes) {
    for (Attribute attribute : attributes.list()) {
      Direction direction = attribute.value().isEmpty() ? byWord(attribute.name()) : null;
      if (direction != null) {
        return direction;
      }
    }
    return null;
  }
}
