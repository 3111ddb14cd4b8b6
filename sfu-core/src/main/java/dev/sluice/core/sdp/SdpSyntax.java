package dev.sluice.core.sdp;

import java.util.ArrayList;
import java.util.List;

/** The small pieces of grammar that session descriptions are made of (RFC 8866 §9). */
final class SdpSyntax {
  private static final int MAX_QUOTED_LENGTH = 40;
  private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`{|}~";

  private SdpSyntax() {}

  /** An error at a line of the offer; the sentence starts in lower case and ends with a stop. */
  static SdpException error(int line, String sentence) {
    return new SdpException("Line " + line + ": " + sentence);
  }

  /** A piece of the offer for a message, cut short and made printable. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder(MAX_QUOTED_LENGTH + 5).append('"');
    for (int i = 0; i < text.length(); i++) {
      if (i == MAX_QUOTED_LENGTH) {
        out.append("...");
        break;
      }
      char c = text.charAt(i);
      out.append(c >= ' ' && c < 0x7F ? c : '?');
    }
    return out.append('"').toString();
  }

  /** The value of an unsigned decimal number without sign or space, or -1 if it is none. */
  static long number(String text, long max) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value <= max ? value : -1;
  }

  /** The pieces between separators; a run of separators counts as one. */
  static List<String> split(String text, char separator) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf(separator, start);
      if (end < 0) {
        end = text.length();
      }
      if (end > start) {
        pieces.add(text.substring(start, end));
      }
      start = end + 1;
    }
    return pieces;
  }

  /** The text before the first separator, or all of it. */
  static String before(String text, char separator) {
    int end = text.indexOf(separator);
    return end < 0 ? text : text.substring(0, end);
  }

  /** The text after the first separator, or "". */
  static String after(String text, char separator) {
    int end = text.indexOf(separator);
    return end < 0 ? "" : text.substring(end + 1);
  }

  /** RFC 8866 {@code token}. */
  static boolean isToken(String text, int maxLength) {
    if (text.isEmpty() || text.length() > maxLength) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isAlphanumeric(c) && TOKEN_PUNCTUATION.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
