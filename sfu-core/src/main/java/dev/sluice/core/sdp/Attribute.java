package dev.sluice.core.sdp;

/**
 * One {@code a=} line of a session description (RFC 8866 §5.13).
 *
 * @param name before the colon
 * @param value after the colon, "" for a flag such as {@code a=rtcp-mux}
 * @param line where it stood in the parsed text, counted from 1; 0 when it was not parsed
 */
public record Attribute(String name, String value, int line) {

  /** An attribute to be written. */
  static Attribute of(String name, String value) {
    return new Attribute(name, value, 0);
  }

  /** An attribute without a value, to be written. */
  static Attribute flag(String name) {
    return new Attribute(name, "", 0);
  }

  void writeTo(StringBuilder out) {
    out.append("a=").append(name);
    if (!value.isEmpty()) {
      out.append(':').append(value);
    }
    out.append("\r\n");
  }
}
