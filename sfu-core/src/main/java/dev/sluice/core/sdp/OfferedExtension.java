package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpSyntax.error;
import static dev.sluice.core.sdp.SdpSyntax.quote;

import dev.sluice.core.media.HeaderExtension;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A header extension that the server knows, as one m-line offers it (RFC 8285 §6).
 *
 * @param id 1 to 14, or up to 255 where one-byte and two-byte headers may mix
 * @param extension what it carries
 * @param direction the client's restriction, or null without one: it then follows the m-line
 * @param mixed whether packets of this m-line may have headers of the two-byte form
 */
record OfferedExtension(
    int id, HeaderExtension extension, @Nullable Direction direction, boolean mixed) {

  private static final int MAX_ONE_BYTE_ID = 14;

  /** Reserved in the one-byte form, so unused in a stream that may switch forms. */
  private static final int RESERVED_ID = 15;

  private static final int MAX_ID = 255;

  /** Ids above this announce more extensions than fit; a describer may answer without them. */
  private static final int MAX_OFFERED_ID = 4351;

  /** What the server writes into packets. Stream ids of the publisher's simulcast never leave. */
  private static final Set<HeaderExtension> WRITTEN =
      EnumSet.of(
          HeaderExtension.MID,
          HeaderExtension.AUDIO_LEVEL,
          HeaderExtension.ABS_SEND_TIME,
          HeaderExtension.TRANSPORT_SEQUENCE,
          HeaderExtension.VIDEO_ORIENTATION,
          HeaderExtension.ABS_CAPTURE_TIME,
          HeaderExtension.PLAYOUT_DELAY,
          HeaderExtension.DEPENDENCY_DESCRIPTOR);

  /**
   * The known extensions of one m-line. The first id of an extension counts.
   *
   * @param session whose own extmap lines hold for every m-line
   * @param uriById what each id means in the whole offer so far; grows by this m-line's lines,
   *     unknown extensions included, for an id has one meaning on one transport (RFC 9143 §9.2)
   */
  static List<OfferedExtension> of(
      Attributes session, MediaDescription media, Map<Integer, String> uriById)
      throws SdpException {
    boolean mixed =
        session.has("extmap-allow-mixed") || media.attributes().has("extmap-allow-mixed");
    List<Attribute> lines = new ArrayList<>(session.all("extmap"));
    lines.addAll(media.attributes().all("extmap"));
    Map<HeaderExtension, OfferedExtension> found = new EnumMap<>(HeaderExtension.class);
    List<OfferedExtension> extensions = new ArrayList<>();
    for (Attribute attribute : lines) {
      List<String> words = SdpSyntax.split(attribute.value(), ' ');
      if (words.size() < 2) {
        throw error(attribute.line(), "a=extmap needs an id and a URI.");
      }
      int id = (int) SdpSyntax.number(SdpSyntax.before(words.get(0), '/'), MAX_OFFERED_ID);
      if (id <= 0) {
        throw error(attribute.line(), quote(words.get(0)) + " is no header extension id.");
      }
      String uri = words.get(1);
      checkOneMeaning(attribute, id, uri, uriById);
      Direction direction = direction(attribute, words.get(0));
      HeaderExtension known = HeaderExtension.byUri(uri);
      boolean usable = id <= MAX_ONE_BYTE_ID || (mixed && id != RESERVED_ID && id <= MAX_ID);
      if (known != null && usable && !found.containsKey(known)) {
        OfferedExtension extension = new OfferedExtension(id, known, direction, mixed);
        found.put(known, extension);
        extensions.add(extension);
      }
    }
    return extensions;
  }

  /** Whether the client may put this into packets to the server. */
  boolean receivable() {
    return direction == null || direction.sends();
  }

  /**
   * Whether the server may put this into packets to the client. A dependency descriptor with a
   * structure needs the two-byte form.
   */
  boolean sendable() {
    return (direction == null || direction.receives())
        && WRITTEN.contains(extension)
        && (mixed || extension != HeaderExtension.DEPENDENCY_DESCRIPTOR);
  }

  /**
   * Whether the answer of an m-line with this direction (the server's) repeats the extension. An
   * inactive m-line repeats all: older libwebrtc keeps one extension table per transport, and an
   * m-line without MID would take MID from the others.
   */
  boolean answeredOn(Direction server) {
    if (server == Direction.INACTIVE) {
      return receivable() || sendable();
    }
    return (server.receives() && receivable()) || (server.sends() && sendable());
  }

  /** The line of the answer, its direction turned round. */
  Attribute answer() {
    String suffix = direction == null ? "" : "/" + direction.reversed().word();
    return Attribute.of("extmap", id + suffix + " " + extension.uri());
  }

  private static void checkOneMeaning(
      Attribute attribute, int id, String uri, Map<Integer, String> uriById) throws SdpException {
    String other = uriById.putIfAbsent(id, uri);
    if (other != null && !other.equals(uri)) {
      throw error(
          attribute.line(),
          "header extension id "
              + id
              + " means "
              + quote(uri)
              + " here and "
              + quote(other)
              + " before.");
    }
  }

  private static @Nullable Direction direction(Attribute attribute, String idAndDirection)
      throws SdpException {
    if (idAndDirection.indexOf('/') < 0) {
      return null;
    }
    String word = SdpSyntax.after(idAndDirection, '/');
    Direction direction = Direction.byWord(word);
    if (direction == null) {
      throw error(attribute.line(), quote(word) + " is no direction of a header extension.");
    }
    return direction;
  }
}
