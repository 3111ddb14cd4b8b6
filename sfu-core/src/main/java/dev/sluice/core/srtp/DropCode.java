package dev.sluice.core.srtp;

import dev.sluice.core.media.DropReason;

/** A drop reason in the place of a length: negative, so that the packet path returns one int. */
final class DropCode {
  private static final DropReason[] REASONS = DropReason.values();

  private DropCode() {}

  @SuppressWarnings("EnumOrdinal") // the code never leaves this process
  static int of(DropReason reason) {
    return -(1 + reason.ordinal());
  }

  static DropReason reason(int code) {
    if (code >= 0) {
      throw new IllegalArgumentException("a length, not a drop: " + code);
    }
    return REASONS[-code - 1];
  }
}
