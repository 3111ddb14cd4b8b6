package dev.sluice.core.sdp;

import java.util.List;

/**
 * One m-line and all that follows it up to the next one (RFC 8866 §5.14).
 *
 * @param media {@code audio}, {@code video}, {@code application} or another word
 * @param port 0 to 65535; 0 rejects the m-line, unless it carries {@code a=bundle-only}
 * @param protocol as {@code UDP/TLS/RTP/SAVPF}
 * @param formats payload types, or the format names of other protocols
 * @param connection the text after {@code c=}, or "" without that line
 * @param attributes the media-level attributes
 * @param line where the m-line stood in the parsed text, counted from 1; 0 when it was not parsed
 */
public record MediaDescription(
    String media,
    int port,
    String protocol,
    List<String> formats,
    String connection,
    Attributes attributes,
    int line) {
  public MediaDescription {
    formats = List.copyOf(formats);
  }

  /**
   * Whether this m-line is refused or stopped. Port 0 with {@code a=bundle-only} is not: that
   * m-line lives on the transport of its BUNDLE group (RFC 9143 §6).
   */
  public boolean rejected() {
    return port == 0 && !attributes.has("bundle-only");
  }

  /** The identification tag, or "" without {@code a=mid}. */
  public String mid() {
    Attribute mid = attributes.first("mid");
    return mid == null ? "" : mid.value();
  }

  void writeTo(StringBuilder out) {
    out.append("m=").append(media).append(' ').append(port).append(' ').append(protocol);
    for (String format : formats) {
      out.append(' ').append(format);
    }
    out.append("\r\n");
    if (!connection.isEmpty()) {
      out.append("c=").append(connection).append("\r\n");
    }
    for (Attribute attribute : attributes.list()) {
      attribute.writeTo(out);
    }
  }
}
