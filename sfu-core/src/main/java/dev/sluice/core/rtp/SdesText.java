package dev.sluice.core.rtp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The header extensions that carry a name as text: MID (RFC 9143 §15.2), RtpStreamId and
 * RepairedRtpStreamId (RFC 8852 §3). A stream is looked up by its SSRC; the text is read only while
 * the SSRC is still unknown, so making a string of it costs nothing that matters. {@link #matches}
 * compares without one. Offsets are those of the data. Stateless.
 */
public final class SdesText {

  /** Longer names are not accepted: browsers use at most a dozen characters. */
  public static final int MAX_LENGTH = 64;

  private SdesText() {}

  /**
   * The text, or null if it is empty, longer than {@link #MAX_LENGTH} or has a byte that is not
   * visible ASCII.
   */
  public static @Nullable String read(byte[] buffer, int dataOffset, int length) {
    if (length <= 0 || length > MAX_LENGTH) {
      return null;
    }
    for (int i = 0; i < length; i++) {
      byte character = buffer[dataOffset + i];
      if (character <= ' ' || character > '~') {
        return null;
      }
    }
    return new String(buffer, dataOffset, length, StandardCharsets.US_ASCII);
  }

  /** Whether the element holds exactly {@code text}. */
  public static boolean matches(byte[] buffer, int dataOffset, int length, byte[] text) {
    if (length != text.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (buffer[dataOffset + i] != text[i]) {
        return false;
      }
    }
    return true;
  }
}
