package dev.sluice.core.sdp;

/**
 * An offer that cannot be parsed or answered. The message is one sentence for the client's
 * developer.
 */
public final class SdpException extends Exception {
  private static final long serialVersionUID = 1L;

  /** An error that names what is wrong, and where in the text where it is known. */
  public SdpException(String message) {
    super(message);
  }
}
