package dev.sluice.core.sdp;

/**
 * An offer that cannot be parsed or answered. The message is one sentence for the client's
 * developer.
 */
public final class SdpException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean overLimit;

  /** An error that names what is wrong, and where in the text where it is known. */
  public SdpException(String message) {
    this(message, false);
  }

  private SdpException(String message, boolean overLimit) {
    super(message);
    this.overLimit = overLimit;
  }

  /** An offer that has more of something than it may. */
  public static SdpException overLimit(int count, int max, String things) {
    return new SdpException(
        "The offer has " + count + " " + things + "; at most " + max + " are allowed.", true);
  }

  /** Whether it is well formed as far as it was read, but too large. */
  public boolean isOverLimit() {
    return overLimit;
  }
}
