package dev.sluice.core.control;

/**
 * What one participant gets or sends at most, whatever its client asks for. A value; 0 caps
 * nothing.
 *
 * @param publishBitrateBps bits a second of all that it sends
 * @param videoBitrateBps bits a second of all video together that it is sent
 * @param picture the largest picture that it is sent, in each slot
 */
public record ParticipantCaps(long publishBitrateBps, long videoBitrateBps, SlotLimits picture) {
  /** No cap. */
  public static final ParticipantCaps NONE = new ParticipantCaps(0, 0, SlotLimits.NONE);

  /**
   * Checks the caps.
   *
   * @throws IllegalArgumentException when one is negative
   */
  public ParticipantCaps {
    if (publishBitrateBps < 0 || videoBitrateBps < 0) {
      throw new IllegalArgumentException("a cap is not negative");
    }
  }

  /** These, and what these leave open as the other ones say it. */
  public ParticipantCaps orElse(ParticipantCaps other) {
    return new ParticipantCaps(
        publishBitrateBps == 0 ? other.publishBitrateBps : publishBitrateBps,
        videoBitrateBps == 0 ? other.videoBitrateBps : videoBitrateBps,
        picture.equals(SlotLimits.NONE) ? other.picture : picture);
  }
}
