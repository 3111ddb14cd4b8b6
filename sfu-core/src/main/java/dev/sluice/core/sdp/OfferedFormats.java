package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpSyntax.error;
import static dev.sluice.core.sdp.SdpSyntax.quote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the rtpmap, fmtp and rtcp-fb lines of one RTP m-line say of its payload types. The lines may
 * stand in any order (Firefox writes fmtp before rtpmap).
 *
 * @param payloadTypes in the client's order of preference
 * @param encodings by payload type; a payload type that nothing describes has none
 * @param formatParameters the raw fmtp text by payload type
 * @param feedback the rtcp-fb values by payload type
 */
record OfferedFormats(
    List<Integer> payloadTypes,
    Map<Integer, Encoding> encodings,
    Map<Integer, String> formatParameters,
    Map<Integer, Set<String>> feedback) {

  /** Stands for {@code *} in {@code a=rtcp-fb:*}: the line holds for every payload type. */
  private static final int ANY = -1;

  /** Payload types that look like RTCP when the marker bit is set (RFC 5761 §4). */
  private static final int FIRST_RTCP_CONFLICT = 64;

  private static final int LAST_RTCP_CONFLICT = 95;

  /**
   * The right side of an rtpmap (RFC 8866 §6.6).
   *
   * @param name as the client wrote it
   * @param clockRateHz RTP clock rate
   * @param channels 1 when absent
   */
  record Encoding(String name, int clockRateHz, int channels) {}

  static OfferedFormats of(MediaDescription media) throws SdpException {
    List<Integer> payloadTypes = payloadTypes(media);
    Map<Integer, Encoding> encodings = new HashMap<>();
    addStaticEncodings(payloadTypes, encodings);
    Set<Integer> described = new HashSet<>();
    Map<Integer, String> formatParameters = new HashMap<>();
    Map<Integer, Set<String>> feedback = new HashMap<>();
    for (Attribute attribute : media.attributes().list()) {
      String value = attribute.value();
      switch (attribute.name()) {
        case "rtpmap" -> {
          int payloadType = payloadType(attribute, SdpSyntax.before(value, ' '));
          if (!described.add(payloadType)) {
            throw error(attribute.line(), "a second rtpmap for payload type " + payloadType + ".");
          }
          encodings.put(payloadType, encoding(attribute, SdpSyntax.after(value, ' ').strip()));
        }
        case "fmtp" ->
            formatParameters.putIfAbsent(
                payloadType(attribute, SdpSyntax.before(value, ' ')),
                SdpSyntax.after(value, ' ').strip());
        case "rtcp-fb" -> {
          String target = SdpSyntax.before(value, ' ');
          int payloadType = target.equals("*") ? ANY : payloadType(attribute, target);
          feedback
              .computeIfAbsent(payloadType, key -> new HashSet<>())
              .add(SdpSyntax.after(value, ' ').strip());
        }
        default -> {
          // Not about payload types.
        }
      }
    }
    return new OfferedFormats(payloadTypes, encodings, formatParameters, feedback);
  }

  @Nullable Encoding encoding(int payloadType) {
    return encodings.get(payloadType);
  }

  String fmtp(int payloadType) {
    return formatParameters.getOrDefault(payloadType, "");
  }

  /** The value of one fmtp parameter, or "" where it is absent. Keys compare without case. */
  String fmtpParameter(int payloadType, String key) {
    return parameters(fmtp(payloadType)).getOrDefault(key, "");
  }

  boolean hasFeedback(int payloadType, String value) {
    return feedback.getOrDefault(payloadType, Set.of()).contains(value)
        || feedback.getOrDefault(ANY, Set.of()).contains(value);
  }

  /** The key/value pairs of an fmtp text, keys in lower case; a bare token maps to "". */
  static Map<String, String> parameters(String fmtp) {
    Map<String, String> parameters = new HashMap<>();
    for (String piece : SdpSyntax.split(fmtp, ';')) {
      String key = SdpSyntax.before(piece, '=').strip().toLowerCase(java.util.Locale.ROOT);
      if (!key.isEmpty()) {
        parameters.putIfAbsent(key, SdpSyntax.after(piece, '=').strip());
      }
    }
    return parameters;
  }

  private static List<Integer> payloadTypes(MediaDescription media) throws SdpException {
    List<Integer> payloadTypes = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (String format : media.formats()) {
      int payloadType = (int) SdpSyntax.number(format, 127);
      if (payloadType < 0) {
        throw error(media.line(), quote(format) + " is no payload type.");
      }
      if (payloadType >= FIRST_RTCP_CONFLICT && payloadType <= LAST_RTCP_CONFLICT) {
        throw error(
            media.line(),
            "payload type "
                + payloadType
                + " cannot be told from RTCP (RFC 5761); use 96 to 127"
                + " or 35 to 63.");
      }
      if (!seen.add(payloadType)) {
        throw error(media.line(), "payload type " + payloadType + " stands twice.");
      }
      payloadTypes.add(payloadType);
    }
    return payloadTypes;
  }

  /** The static assignments of RFC 3551 §6 that are in use; G.722's clock is 8000 by §4.5.2. */
  private static void addStaticEncodings(
      List<Integer> payloadTypes, Map<Integer, Encoding> encodings) {
    for (int payloadType : payloadTypes) {
      switch (payloadType) {
        case 0 -> encodings.put(payloadType, new Encoding("PCMU", 8000, 1));
        case 8 -> encodings.put(payloadType, new Encoding("PCMA", 8000, 1));
        case 9 -> encodings.put(payloadType, new Encoding("G722", 8000, 1));
        default -> {
          // Dynamic, or a static format that is not forwarded.
        }
      }
    }
  }

  private static int payloadType(Attribute attribute, String text) throws SdpException {
    int payloadType = (int) SdpSyntax.number(text, 127);
    if (payloadType < 0) {
      throw error(
          attribute.line(),
          "a=" + attribute.name() + " starts with a payload type, not " + quote(text) + ".");
    }
    return payloadType;
  }

  private static Encoding encoding(Attribute attribute, String text) throws SdpException {
    List<String> parts = SdpSyntax.split(text, '/');
    long clockRateHz = parts.size() < 2 ? -1 : SdpSyntax.number(parts.get(1), 1_000_000);
    long channels = parts.size() < 3 ? 1 : SdpSyntax.number(parts.get(2), 255);
    if (clockRateHz <= 0 || channels <= 0) {
      throw error(attribute.line(), "a=rtpmap needs a name and a clock rate, as VP8/90000.");
    }
    return new Encoding(parts.get(0), (int) clockRateHz, (int) channels);
  }
}
