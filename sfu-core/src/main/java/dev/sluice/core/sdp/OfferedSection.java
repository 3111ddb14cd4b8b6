package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpSyntax.error;
import static dev.sluice.core.sdp.SdpSyntax.quote;

import dev.sluice.core.media.MediaKind;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One m-line of an offer, judged: it is answered, or declined with port 0. */
sealed interface OfferedSection {

  /** RTP over DTLS-SRTP with feedback; JSEP accepts all of these spellings (RFC 9429 §5.1.2). */
  Set<String> PROTOCOLS =
      Set.of("UDP/TLS/RTP/SAVPF", "TCP/TLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVPF", "RTP/SAVPF");

  /** The most that a one-byte header extension holds (RFC 8285 §4.2). */
  int MAX_MID_LENGTH = 16;

  /** RFC 8830 §2. */
  int MAX_MSID_LENGTH = 64;

  /** The text it came from. */
  MediaDescription media();

  /** Stopped, of another kind than audio and video, or without a common codec. */
  record Declined(MediaDescription media) implements OfferedSection {}

  /**
   * An m-line that will be answered.
   *
   * @param direction as the client sees it
   * @param formats payload types to repeat in the answer
   * @param codecs at least one
   */
  record Accepted(
      MediaDescription media,
      MediaKind kind,
      Direction direction,
      List<String> formats,
      List<AcceptedCodec> codecs,
      List<OfferedExtension> extensions,
      Sources sources)
      implements OfferedSection {

    String mid() {
      return media.mid();
    }
  }

  /**
   * What the client says of the streams that it sends.
   *
   * @param msid stream id, or null
   */
  record Sources(OfferedSimulcast simulcast, OfferedSources signalled, @Nullable String msid) {}

  /**
   * Judges one m-line.
   *
   * @param uriById the header extension ids of the m-lines before; grows
   */
  static OfferedSection of(
      Attributes session, MediaDescription media, AnswerPolicy policy, Map<Integer, String> uriById)
      throws SdpException {
    MediaKind kind = kind(media.media());
    if (kind == null || media.rejected() || !PROTOCOLS.contains(media.protocol())) {
      return new Declined(media);
    }
    OfferedFormats offered = OfferedFormats.of(media);
    List<AcceptedCodec> codecs = AcceptedCodec.select(offered, kind, policy.codecs());
    if (codecs.isEmpty()) {
      return new Declined(media);
    }
    checkMid(media);
    List<String> formats = AcceptedCodec.formats(offered, codecs);
    Set<Integer> payloadTypes = new HashSet<>();
    for (String format : formats) {
      payloadTypes.add(Integer.valueOf(format));
    }
    return new Accepted(
        media,
        kind,
        Direction.of(media.attributes(), session),
        formats,
        codecs,
        OfferedExtension.of(session, media, uriById),
        new Sources(
            OfferedSimulcast.of(media, payloadTypes), OfferedSources.of(media), msid(media)));
  }

  private static @Nullable MediaKind kind(String media) {
    return switch (media) {
      case "audio" -> MediaKind.AUDIO;
      case "video" -> MediaKind.VIDEO;
      default -> null;
    };
  }

  private static void checkMid(MediaDescription media) throws SdpException {
    Attribute mid = media.attributes().first("mid");
    if (mid == null) {
      throw error(media.line(), "this m-line has no a=mid.");
    }
    if (!SdpSyntax.isToken(mid.value(), MAX_MID_LENGTH)) {
      throw error(
          mid.line(),
          quote(mid.value()) + " is no mid of 1 to " + MAX_MID_LENGTH + " token characters.");
    }
  }

  private static @Nullable String msid(MediaDescription media) throws SdpException {
    Attribute msid = media.attributes().first("msid");
    if (msid == null) {
      return null;
    }
    String stream = SdpSyntax.before(msid.value(), ' ');
    if (stream.isEmpty() || stream.length() > MAX_MSID_LENGTH) {
      throw error(msid.line(), "a stream id has 1 to " + MAX_MSID_LENGTH + " characters.");
    }
    return stream.equals("-") ? null : stream;
  }
}
