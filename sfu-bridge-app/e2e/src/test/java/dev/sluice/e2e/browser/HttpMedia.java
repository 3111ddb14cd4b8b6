package dev.sluice.e2e.browser;

import dev.sluice.e2e.harness.Await;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Peer connections of a page that publish by WHIP and play by WHEP. The page may be any document of
 * the server under test; neither its call page nor its SDK is involved.
 */
public final class HttpMedia {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The place of a codec that stands for all that the browser would offer. */
  public static final int ALL_CODECS = -1;

  private final Page page;

  /** The connections of this page. */
  public HttpMedia(Page page) {
    this.page = page;
  }

  /**
   * A codec as a browser names it.
   *
   * @param mimeType as {@code video/VP8}
   * @param format the text of its fmtp line, or empty
   */
  public record CodecName(String mimeType, String format) {
    /** Without the media kind, and with what tells it from others of its name. */
    public String label() {
      Map<String, String> parameters = parameters();
      if (name().equals("VP9")) {
        parameters.putIfAbsent("profile-id", "0"); // RFC 9628 §6.1
      }
      StringBuilder label = new StringBuilder(name());
      for (String key : List.of("profile-id", "profile-level-id", "packetization-mode")) {
        if (parameters.containsKey(key)) {
          label.append(' ').append(key).append('=').append(parameters.get(key));
        }
      }
      return label.toString();
    }

    /** The encoding name. */
    public String name() {
      return mimeType.substring(mimeType.indexOf('/') + 1);
    }

    /** Whether a decoder of one is a decoder of the other: the same codec and profile. */
    public boolean sameBitstream(CodecName other) {
      return mimeType.equalsIgnoreCase(other.mimeType) && profile().equals(other.profile());
    }

    /** The parameters that name a bitstream: VP9, H.264 (its level aside), AV1. */
    private List<String> profile() {
      Map<String, String> parameters = parameters();
      String h264 = parameters.getOrDefault("profile-level-id", "");
      return switch (name().toUpperCase(Locale.ROOT)) {
        case "VP9" -> List.of(parameters.getOrDefault("profile-id", "0"));
        case "H264" ->
            List.of(
                h264.substring(0, Math.min(4, h264.length())),
                parameters.getOrDefault("packetization-mode", "0"));
        case "AV1" -> List.of(parameters.getOrDefault("profile", "0"));
        default -> List.of();
      };
    }

    private Map<String, String> parameters() {
      Map<String, String> parameters = new TreeMap<>();
      for (String pair : format.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(
              pair.substring(0, equals).strip(),
              pair.substring(equals + 1).strip().toLowerCase(Locale.ROOT));
        }
      }
      return parameters;
    }
  }

  /** What a browser's statistics say of one stream that it receives. */
  public record Received(
      String kind,
      String mimeType,
      String format,
      long framesDecoded,
      int frameWidth,
      int frameHeight,
      double totalAudioEnergy,
      String coder) {
    /** Whether a picture or a sound has come out of it. */
    public boolean decodes() {
      return kind.equals("audio") ? totalAudioEnergy > 0 : framesDecoded >= 10;
    }

    /** The codec, or one with an empty name while nothing has come. */
    public CodecName codec() {
      return new CodecName(mimeType, format);
    }
  }

  /**
   * What a browser says of the protection of a connection, in its own words.
   *
   * @param srtpCipher the SRTP profile
   * @param tlsVersion the DTLS version on the wire in hexadecimal
   */
  public record Transport(String srtpCipher, String tlsVersion) {}

  /** An offer, and what HTTP said to it. */
  public record Exchange(int status, String offer, String answer) {
    /** The encoding names of all payload types that the answer's or offer's text has. */
    public static List<String> encodings(String sdp) {
      return sdp.lines()
          .filter(line -> line.startsWith("a=rtpmap:"))
          .map(line -> line.substring(line.indexOf(' ') + 1, line.indexOf('/')))
          .distinct()
          .toList();
    }

    /** The connection addresses of all candidates of an offer or answer (RFC 8839 §5.1). */
    public static List<String> addresses(String sdp) {
      return sdp.lines()
          .filter(line -> line.startsWith("a=candidate:"))
          .map(line -> line.split(" ", -1)[4])
          .distinct()
          .toList();
    }
  }

  /** The codecs of a kind that the browser can send; a codec's place is its index. */
  public List<CodecName> sendable(String kind) {
    return List.of(page.evaluate("window.__media.sendable('" + kind + "')", CodecName[].class));
  }

  /** The codecs of a kind that the browser can decode. */
  public List<CodecName> receivable(String kind) {
    return List.of(page.evaluate("window.__media.receivable('" + kind + "')", CodecName[].class));
  }

  /** Publishes camera and microphone with the codecs in these places alone. */
  public Exchange publish(String session, String room, int audioPlace, int videoPlace) {
    return exchange("publish", session, room, audioPlace, videoPlace);
  }

  /** Plays one audio and one video of a room; offers at once, without candidates. */
  public Exchange play(String session, String room) {
    return exchange("play", session, room, false);
  }

  /** As above, but offers only when all candidates are gathered, and so with them. */
  public Exchange playWithCandidates(String session, String room) {
    return exchange("play", session, room, true);
  }

  private Exchange exchange(String function, Object... arguments) {
    String list = JSON.writeValueAsString(arguments);
    return page.evaluate("window.__media." + function + "(..." + list + ")", Exchange.class);
  }

  /** The streams that a session receives. */
  public List<Received> received(String session) {
    return List.of(page.evaluate("window.__media.received('" + session + "')", Received[].class));
  }

  /** Waits until a session hears and sees what it plays. */
  public void awaitBoth(String session) {
    Await.until(
        session + " is heard and seen",
        Duration.ofSeconds(20),
        () -> received(session).stream().filter(Received::decodes).count() == 2,
        () -> received(session).toString());
  }

  /** How a session is protected. */
  public Transport transport(String session) {
    return page.evaluate("window.__media.transport('" + session + "')", Transport.class);
  }

  /** Ends a session, also on the server. */
  public void end(String session) {
    page.evaluate("window.__media.end('" + session + "')");
  }
}
