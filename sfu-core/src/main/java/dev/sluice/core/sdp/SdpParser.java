package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpSyntax.error;
import static dev.sluice.core.sdp.SdpSyntax.quote;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reader of one session description. It checks the grammar of lines and the sizes of lists; the
 * meaning of attributes is checked where they are negotiated.
 */
final class SdpParser {
  private static final int MAX_LINE_LENGTH = 4096;
  private static final int MAX_ATTRIBUTES_PER_LEVEL = 1024;
  private static final int MAX_FORMATS = 128;
  private static final int MAX_WORD_LENGTH = 64;

  private final AnswerPolicy limits;
  private final List<MediaDescription> media = new ArrayList<>();
  private final List<Attribute> sessionAttributes = new ArrayList<>();
  private List<Attribute> attributes = sessionAttributes;
  private int candidateCount;
  private @Nullable String origin;
  private @Nullable MediaDescription open;
  private String connection = "";

  SdpParser(AnswerPolicy limits) {
    this.limits = limits;
  }

  SessionDescription parse(String text) throws SdpException {
    limit(text.length(), limits.maxSdpBytes(), "characters");
    int start = 0;
    int line = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        end = text.length();
      }
      int contentEnd = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
      line++;
      if (contentEnd > start) {
        handleLine(line, text.substring(start, contentEnd));
      } else if (!text.substring(start).isBlank()) {
        throw error(line, "an empty line.");
      }
      start = end + 1;
    }
    closeMedia();
    if (origin == null) {
      throw new SdpException("The offer has no o= line.");
    }
    limit(media.size(), limits.maxSections(), "m-lines");
    limit(candidateCount, limits.maxCandidates(), "candidates");
    return new SessionDescription(origin, new Attributes(sessionAttributes), media);
  }

  private static void limit(int count, int max, String things) throws SdpException {
    if (count > max) {
      throw SdpException.overLimit(count, max, things);
    }
  }

  private void handleLine(int line, String content) throws SdpException {
    if (content.length() > MAX_LINE_LENGTH) {
      throw error(line, "longer than " + MAX_LINE_LENGTH + " characters.");
    }
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (c < ' ' || c == 0x7F) {
        throw error(line, "a control character in " + quote(content) + ".");
      }
    }
    if (content.length() < 2 || content.charAt(1) != '=') {
      throw error(line, quote(content) + " is not of the form <letter>=<value>.");
    }
    String value = content.substring(2);
    if (line == 1 && !content.equals("v=0")) {
      throw error(line, "a session description starts with v=0.");
    }
    switch (content.charAt(0)) {
      case 'o' -> origin = value;
      case 'm' -> openMedia(line, value);
      case 'c' -> connection = value;
      case 'a' -> handleAttribute(line, value);
      default -> {
        // Other lines say nothing that an ICE and DTLS session needs (RFC 9429 §5.8).
      }
    }
  }

  private void handleAttribute(int line, String value) throws SdpException {
    String name = SdpSyntax.before(value, ':');
    if (!SdpSyntax.isToken(name, MAX_WORD_LENGTH)) {
      throw error(line, quote(name) + " is no attribute name.");
    }
    if (attributes.size() == MAX_ATTRIBUTES_PER_LEVEL) {
      throw error(line, "more than " + MAX_ATTRIBUTES_PER_LEVEL + " attributes in one place.");
    }
    if (name.equals("candidate")) {
      candidateCount++;
    }
    attributes.add(new Attribute(name, SdpSyntax.after(value, ':'), line));
  }

  private void openMedia(int line, String value) throws SdpException {
    closeMedia();
    List<String> words = SdpSyntax.split(value, ' ');
    if (words.size() < 4) {
      throw error(line, "an m-line needs a medium, a port, a protocol and a format.");
    }
    List<String> formats = words.subList(3, words.size());
    if (formats.size() > MAX_FORMATS) {
      throw error(line, "more than " + MAX_FORMATS + " formats.");
    }
    long port = SdpSyntax.number(SdpSyntax.before(words.get(1), '/'), 65535);
    if (port < 0) {
      throw error(line, quote(words.get(1)) + " is no port.");
    }
    if (!SdpSyntax.isToken(words.get(0), MAX_WORD_LENGTH)) {
      throw error(line, quote(words.get(0)) + " is no medium.");
    }
    connection = "";
    attributes = new ArrayList<>();
    open =
        new MediaDescription(
            words.get(0), (int) port, words.get(2), formats, "", new Attributes(List.of()), line);
  }

  private void closeMedia() {
    if (open != null) {
      media.add(
          new MediaDescription(
              open.media(),
              open.port(),
              open.protocol(),
              open.formats(),
              connection,
              new Attributes(attributes),
              open.line()));
      open = null;
    }
  }
}
