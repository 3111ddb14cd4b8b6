package dev.sluice.transport.ice;

import java.util.Arrays;

/**
 * The server's user fragments: ten ice-chars (RFC 8839 §5.4) that spell a number of 60 bits, so
 * that a packet's ufrag is looked up as a {@code long}.
 */
final class Ufrag {
  static final int LENGTH = 10;

  /** No number: the bytes are not one of the server's ufrags. */
  static final long NONE = -1;

  static final long MAX = (1L << 60) - 1;

  private static final String ICE_CHARS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < ICE_CHARS.length(); i++) {
      VALUES[ICE_CHARS.charAt(i)] = (byte) i;
    }
  }

  private Ufrag() {}

  static String format(long number) {
    char[] chars = new char[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      chars[i] = iceChar((int) (number >>> (6 * (LENGTH - 1 - i))));
    }
    return new String(chars);
  }

  /** One of the 64 ice-chars, by the low six bits. */
  static char iceChar(int bits) {
    return ICE_CHARS.charAt(bits & 63);
  }

  /**
   * The number in a USERNAME of the form {@code server:client}, or {@link #NONE}.
   *
   * @param length of the USERNAME
   */
  static long parseUsername(byte[] b, int offset, int length) {
    if (length <= LENGTH || b[offset + LENGTH] != ':') {
      return NONE;
    }
    long number = 0;
    for (int i = 0; i < LENGTH; i++) {
      byte c = b[offset + i];
      int value = c < 0 ? -1 : VALUES[c];
      if (value < 0) {
        return NONE;
      }
      number = number << 6 | value;
    }
    return number;
  }
}
