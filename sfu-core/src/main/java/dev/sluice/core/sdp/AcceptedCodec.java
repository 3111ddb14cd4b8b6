package dev.sluice.core.sdp;

import dev.sluice.core.media.Codec;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A codec of the offer that the answer keeps.
 *
 * <p>Kept is what the server forwards as it is: forward error correction is hop by hop and ends
 * here, so ulpfec, flexfec and the video form of red go, and their retransmission formats with
 * them. (A browser that finds video red in the answer wraps all its video in it.) Comfort noise and
 * telephone events have no use in a forwarded conference.
 *
 * @param negotiated what was agreed
 * @param format the answer's fmtp text, or "" for none
 */
record AcceptedCodec(NegotiatedCodec negotiated, String format) {

  /** The codecs to keep, in the client's order; empty when no media codec is left. */
  static List<AcceptedCodec> select(OfferedFormats offered, MediaKind kind, Set<Codec> allowed) {
    Map<Integer, Codec> kept = new LinkedHashMap<>();
    for (int payloadType : offered.payloadTypes()) {
      Codec codec = forwardable(offered.encoding(payloadType), kind);
      if (codec != null && codec != Codec.RED && allowed.contains(codec)) {
        kept.put(payloadType, codec);
      }
    }
    if (kept.isEmpty()) {
      return List.of();
    }
    Set<Integer> redundant = redundantAudio(offered, kind, allowed, kept.keySet());
    Map<Integer, Integer> retransmissions = retransmissions(offered, kept.keySet());
    List<AcceptedCodec> codecs = new ArrayList<>();
    for (int payloadType : offered.payloadTypes()) {
      Codec codec = redundant.contains(payloadType) ? Codec.RED : kept.get(payloadType);
      if (codec != null) {
        int rtx = retransmissions.getOrDefault(payloadType, -1);
        codecs.add(accept(offered, payloadType, codec, rtx));
      }
    }
    return codecs;
  }

  /** The payload types of the answer's m-line: the kept codecs and their retransmissions. */
  static List<String> formats(OfferedFormats offered, List<AcceptedCodec> codecs) {
    Set<Integer> kept = new HashSet<>();
    for (AcceptedCodec codec : codecs) {
      kept.add(codec.negotiated.payloadType());
      kept.add(codec.negotiated.rtxPayloadType());
    }
    List<String> formats = new ArrayList<>();
    for (int payloadType : offered.payloadTypes()) {
      if (kept.contains(payloadType)) {
        formats.add(Integer.toString(payloadType));
      }
    }
    return formats;
  }

  /** Adds this codec's lines to an answer. */
  void answer(List<Attribute> out) {
    int payloadType = negotiated.payloadType();
    CodecParameters parameters = negotiated.parameters();
    String channels = parameters.channels() == 1 ? "" : "/" + parameters.channels();
    out.add(
        Attribute.of(
            "rtpmap",
            payloadType
                + " "
                + parameters.codec().encodingName()
                + "/"
                + parameters.clockRateHz()
                + channels));
    addFeedback(out, negotiated.remb(), "goog-remb");
    addFeedback(out, negotiated.transportCc(), "transport-cc");
    addFeedback(out, negotiated.fir(), "ccm fir");
    addFeedback(out, negotiated.nack(), "nack");
    addFeedback(out, negotiated.pli(), "nack pli");
    if (!format.isEmpty()) {
      out.add(Attribute.of("fmtp", payloadType + " " + format));
    }
    int rtx = negotiated.rtxPayloadType();
    if (rtx >= 0) {
      out.add(Attribute.of("rtpmap", rtx + " rtx/" + parameters.clockRateHz()));
      out.add(Attribute.of("fmtp", rtx + " apt=" + payloadType));
    }
  }

  private void addFeedback(List<Attribute> out, boolean agreed, String value) {
    if (agreed) {
      out.add(Attribute.of("rtcp-fb", negotiated.payloadType() + " " + value));
    }
  }

  private static AcceptedCodec accept(
      OfferedFormats offered, int payloadType, Codec codec, int rtxPayloadType) {
    OfferedFormats.Encoding encoding = offered.encodings().get(payloadType);
    if (encoding == null) {
      throw new IllegalStateException("a codec is only kept when its encoding is known");
    }
    String fmtp = offered.fmtp(payloadType);
    Map<String, String> parameters = OfferedFormats.parameters(fmtp);
    NegotiatedCodec negotiated =
        new NegotiatedCodec(
            payloadType,
            new CodecParameters(codec, encoding.clockRateHz(), encoding.channels(), parameters),
            rtxPayloadType,
            offered.hasFeedback(payloadType, "nack"),
            offered.hasFeedback(payloadType, "nack pli"),
            offered.hasFeedback(payloadType, "ccm fir"),
            offered.hasFeedback(payloadType, "transport-cc"),
            offered.hasFeedback(payloadType, "goog-remb"));
    return new AcceptedCodec(negotiated, answerFormat(codec, fmtp, parameters));
  }

  /**
   * The fmtp of the answer. Parameters that name the bitstream are repeated; parameters that limit
   * the describer as a receiver (VP8 {@code max-fs}, Opus {@code maxplaybackrate}) are not, for the
   * server decodes nothing and so has no such limit.
   */
  private static String answerFormat(Codec codec, String fmtp, Map<String, String> parameters) {
    return switch (codec) {
      case OPUS -> opusFormat(parameters);
      case VP9 ->
          parameters.containsKey("profile-id")
              ? "profile-id=" + parameters.getOrDefault("profile-id", "0")
              : "";
      case H264, H265, AV1, RED -> withoutSenderProperties(fmtp);
      case VP8, G722, PCMU, PCMA -> "";
    };
  }

  /** Drops what only describes the client's own stream, as {@code sprop-parameter-sets}. */
  private static String withoutSenderProperties(String fmtp) {
    List<String> kept = new ArrayList<>();
    for (String piece : SdpSyntax.split(fmtp, ';')) {
      if (!piece.strip().startsWith("sprop-")) {
        kept.add(piece.strip());
      }
    }
    return String.join(";", kept);
  }

  /** RFC 7587 §7: in an answer these say what the server would like to get. */
  private static String opusFormat(Map<String, String> offered) {
    List<String> answer = new ArrayList<>();
    if (isOn(offered, "useinbandfec")) {
      answer.add("minptime=10;useinbandfec=1");
    }
    if (isOn(offered, "usedtx")) {
      answer.add("usedtx=1");
    }
    if (isOn(offered, "sprop-stereo")) {
      answer.add("stereo=1");
    }
    return String.join(";", answer);
  }

  private static boolean isOn(Map<String, String> parameters, String key) {
    return parameters.getOrDefault(key, "0").equals("1");
  }

  /** The codec of an encoding with the clock and channels that its payload format demands. */
  private static @Nullable Codec forwardable(
      OfferedFormats.@Nullable Encoding encoding, MediaKind kind) {
    Codec codec = encoding == null ? null : Codec.byEncodingName(encoding.name(), kind);
    if (encoding == null || codec == null) {
      return null;
    }
    int clockRateHz =
        switch (codec) {
          case OPUS, RED -> 48_000;
          case G722, PCMU, PCMA -> 8_000;
          case VP8, VP9, H264, H265, AV1 -> 90_000;
        };
    int channels =
        switch (codec) {
          case OPUS, RED -> 2;
          case G722, PCMU, PCMA, VP8, VP9, H264, H265, AV1 -> 1;
        };
    return encoding.clockRateHz() == clockRateHz && encoding.channels() == channels ? codec : null;
  }

  /** Redundant audio (RFC 2198 §5) whose every block is a kept format. */
  private static Set<Integer> redundantAudio(
      OfferedFormats offered, MediaKind kind, Set<Codec> allowed, Set<Integer> kept) {
    Set<Integer> found = new HashSet<>();
    if (!allowed.contains(Codec.RED)) {
      return found;
    }
    for (int payloadType : offered.payloadTypes()) {
      if (forwardable(offered.encoding(payloadType), kind) != Codec.RED) {
        continue;
      }
      List<String> blocks = SdpSyntax.split(offered.fmtp(payloadType), '/');
      boolean usable = !blocks.isEmpty();
      for (String block : blocks) {
        usable &= kept.contains((int) SdpSyntax.number(block, 127));
      }
      if (usable) {
        found.add(payloadType);
      }
    }
    return found;
  }

  /** The first retransmission format (RFC 4588 §8.6) of each kept payload type. */
  private static Map<Integer, Integer> retransmissions(OfferedFormats offered, Set<Integer> kept) {
    Map<Integer, Integer> byPrimary = new LinkedHashMap<>();
    for (int payloadType : offered.payloadTypes()) {
      OfferedFormats.Encoding encoding = offered.encoding(payloadType);
      if (encoding != null && encoding.name().equalsIgnoreCase("rtx")) {
        int primary = (int) SdpSyntax.number(offered.fmtpParameter(payloadType, "apt"), 127);
        if (kept.contains(primary)) {
          byPrimary.putIfAbsent(primary, payloadType);
        }
      }
    }
    return byPrimary;
  }
}
