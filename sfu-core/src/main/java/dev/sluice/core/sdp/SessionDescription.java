package dev.sluice.core.sdp;

import java.util.List;

/**
 * The text of a session description taken apart (RFC 8866), without any meaning of its attributes.
 * Lines that WebRTC does not use ({@code i=}, {@code b=}, {@code t=} and the like) are dropped.
 *
 * @param origin the text after {@code o=}
 * @param attributes the session-level attributes
 * @param media the m-lines in order
 */
public record SessionDescription(
    String origin, Attributes attributes, List<MediaDescription> media) {
  public SessionDescription {
    media = List.copyOf(media);
  }

  /**
   * Takes a description apart. Line ends may be CRLF or LF; attributes may have any name.
   *
   * @param text the whole description
   * @param limits its sizes: characters, m-lines, candidates
   * @throws SdpException with the number of the line that breaks the grammar, or the limit that the
   *     text exceeds
   */
  public static SessionDescription parse(String text, AnswerPolicy limits) throws SdpException {
    return new SdpParser(limits).parse(text);
  }

  /** The text of this description, with CRLF line ends. */
  public String write() {
    StringBuilder out = new StringBuilder(1024 + 1024 * media.size());
    out.append("v=0\r\no=").append(origin).append("\r\ns=-\r\nt=0 0\r\n");
    for (Attribute attribute : attributes.list()) {
      attribute.writeTo(out);
    }
    for (MediaDescription description : media) {
      description.writeTo(out);
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return write();
  }
}
