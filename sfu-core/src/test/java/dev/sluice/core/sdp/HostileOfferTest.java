package dev.sluice.core.sdp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule broken once, with the sentence that tells the client's developer. */
class HostileOfferTest {
  private static final String ID_RULE = " is no stream id of 1 to 16 letters and digits.";

  @ParameterizedTest(name = "{1}")
  @MethodSource({"brokenText", "brokenTransport", "brokenMedia", "brokenExtras", "oversized"})
  void refusesWithASentence(String offer, String sentence) {
    assertThatThrownBy(() -> SdpFixtures.answer(offer))
        .isInstanceOf(SdpException.class)
        .hasMessage(sentence);
  }

  static Stream<Arguments> brokenText() {
    return Stream.of(
        arguments("", "The offer has no o= line."),
        arguments("v=1\r\n", "Line 1: a session description starts with v=0."),
        arguments("v=0\r\ns=-\r\n", "The offer has no o= line."),
        arguments("v=0\r\n\r\no=x\r\n", "Line 2: an empty line."),
        arguments("v=0\r\nhello\r\n", "Line 2: \"hello\" is not of the form <letter>=<value>."),
        arguments("v=0\r\na=\r\n", "Line 2: \"\" is no attribute name."),
        arguments("v=0\r\na=x y:z\r\n", "Line 2: \"x y\" is no attribute name."),
        arguments("v=0\r\na=x:\u0000\r\n", "Line 2: a control character in \"a=x:?\"."),
        arguments("v=0\r\na=x\rm=y\r\n", "Line 2: a control character in \"a=x?m=y\"."),
        arguments(
            "v=0\r\nm=audio 9 RTP/SAVPF\r\n",
            "Line 2: an m-line needs a medium, a port, a protocol and a format."),
        arguments("v=0\r\nm=audio 65536 RTP/SAVPF 0\r\n", "Line 2: \"65536\" is no port."),
        arguments("v=0\r\nm=audio -1 RTP/SAVPF 0\r\n", "Line 2: \"-1\" is no port."),
        arguments("v=0\r\nm=a@b 9 RTP/SAVPF 0\r\n", "Line 2: \"a@b\" is no medium."));
  }

  static Stream<Arguments> brokenTransport() {
    String lone = "Line 6: ";
    return Stream.of(
        changed(
            "a=setup:actpass",
            "a=setup:passive",
            "Line 11: a=setup:passive; the server is passive too. Offer actpass or active."),
        changed(
            "a=setup:actpass",
            "a=setup:holdconn",
            "Line 11: \"holdconn\" is no DTLS role to offer."),
        changed("a=setup:actpass\r\n", "", lone + "no a=setup; a DTLS offer says actpass."),
        changed(
            "a=rtcp-mux\r\n", "", lone + "no a=rtcp-mux; the server has no port for RTCP alone."),
        changed(
            "s=-\r\n",
            "s=-\r\na=ice-lite\r\n",
            "Both ends are ICE lite; the client must be a full ICE agent."),
        changed("a=ice-ufrag:ufra\r\n", "", lone + "no a=ice-ufrag here or at session level."),
        changed(
            "a=ice-ufrag:ufra",
            "a=ice-ufrag:ufr",
            "Line 8: a=ice-ufrag needs 4 to 256 letters, digits, + or /."),
        changed(
            "a=ice-ufrag:ufra",
            "a=ice-ufrag:" + "u".repeat(257),
            "Line 8: a=ice-ufrag needs 4 to 256 letters, digits, + or /."),
        changed(
            "a=ice-pwd:password",
            "a=ice-pwd:pass word",
            "Line 9: a=ice-pwd needs 22 to 256 letters, digits, + or /."),
        changed(
            "a=ice-pwd:passwordOf",
            "a=ice-pwd:",
            "Line 9: a=ice-pwd needs 22 to 256 letters, digits, + or /."),
        changed(
            "a=fingerprint:sha-256 " + SdpOffers.FINGERPRINT + "\r\n",
            "",
            lone + "no a=fingerprint here or at session level."),
        changed(
            "a=fingerprint:sha-256",
            "a=fingerprint:sha-1",
            "Line 10: the hash of \"sha-1\" is too weak or unknown; use sha-256, sha-384 or"
                + " sha-512."),
        changed(
            "a=fingerprint:sha-256",
            "a=fingerprint:md5",
            "Line 10: the hash of \"md5\" is too weak or unknown; use sha-256, sha-384 or"
                + " sha-512."),
        changed(
            "a=fingerprint:sha-256",
            "a=fingerprint:sha-512",
            "Line 10: a fingerprint of sha-512 has 64 hexadecimal bytes with colons."),
        changed(
            "00:11:22",
            "00:11-22",
            "Line 10: a fingerprint of sha-256 has 32 hexadecimal bytes with colons."),
        changed(
            "a=fingerprint:sha-256",
            "a=fingerprint:x y\r\n".repeat(8) + "a=fingerprint:z",
            "Line 10: more than 8 fingerprints."),
        changed(
            "a=group:BUNDLE a v\r\n",
            "",
            "The offer has 2 media sections without one BUNDLE group; the server has one"
                + " transport."),
        changed(
            "a=group:BUNDLE a v",
            "a=group:BUNDLE a",
            "Line 17: mid \"v\" is not in the BUNDLE group of the others."),
        changed(
            "a=group:BUNDLE a v",
            "a=group:BUNDLE a v a",
            "Line 5: a mid stands twice in the BUNDLE group."));
  }

  static Stream<Arguments> brokenMedia() {
    return Stream.of(
        changed("a=mid:v\r\n", "", "Line 17: this m-line has no a=mid."),
        changed("a=mid:v", "a=mid:a", "Line 17: a second m-line with mid \"a\"."),
        changed("a=mid:v", "a=mid:v v", "Line 20: \"v v\" is no mid of 1 to 16 token characters."),
        changed(
            "a=mid:v",
            "a=mid:" + "v".repeat(17),
            "Line 20: \"vvvvvvvvvvvvvvvvv\" is no mid of 1 to 16 token characters."),
        changed(
            "SAVPF 96 97",
            "SAVPF 96 72",
            "Line 17: payload type 72 cannot be told from RTCP (RFC 5761); use 96 to 127 or 35 to"
                + " 63."),
        changed("SAVPF 96 97", "SAVPF 96 128", "Line 17: \"128\" is no payload type."),
        changed("SAVPF 96 97", "SAVPF 96 96", "Line 17: payload type 96 stands twice."),
        changed("a=rtpmap:97", "a=rtpmap:96", "Line 24: a second rtpmap for payload type 96."),
        changed(
            "a=rtpmap:97",
            "a=rtpmap:abc",
            "Line 24: a=rtpmap starts with a payload type, not \"abc\"."),
        changed(
            "rtx/90000", "rtx", "Line 24: a=rtpmap needs a name and a clock rate, as VP8/90000."),
        changed(
            "rtx/90000", "rtx/0", "Line 24: a=rtpmap needs a name and a clock rate, as VP8/90000."),
        changed(
            "VP8/90000",
            "VP8/99999999999999999999",
            "Line 23: a=rtpmap needs a name and a clock rate, as VP8/90000."),
        changed(
            "a=rtpmap:96 VP8/90000",
            "a=rtpmap:96 VP9/90000\r\na=rtpmap:111 VP8/90000",
            "Line 17: payload type 111 is VP8 here and opus before.",
            "SAVPF 96",
            "SAVPF 96 111"));
  }

  static Stream<Arguments> brokenExtras() {
    return Stream.of(
        added("a=extmap:0 urn:x", "Line 26: \"0\" is no header extension id."),
        added("a=extmap:4352 urn:x", "Line 26: \"4352\" is no header extension id."),
        added("a=extmap:5", "Line 26: a=extmap needs an id and a URI."),
        added("a=extmap:5/both urn:x", "Line 26: \"both\" is no direction of a header extension."),
        added(
            "a=extmap:1 urn:x",
            "Line 26: header extension id 1 means \"urn:x\" here and"
                + " \"urn:ietf:params:rtp-hdrext:sdes:mid\" before."),
        added(
            "a=simulcast:send",
            "Line 26: a=simulcast is of the form send <streams>, recv" + " <streams> or both."),
        added(
            "a=simulcast:sendrecv a",
            "Line 26: a=simulcast is of the form send <streams>, recv" + " <streams> or both."),
        added("a=simulcast:send a;b/c", "Line 26: \"b/c\"" + ID_RULE),
        added("a=simulcast:send a;a", "Line 26: the stream id \"a\" stands twice."),
        added("a=simulcast:send a;b;c;d;e;f;g;h;i", "Line 26: more than 8 stream ids."),
        added("a=simulcast:send a\r\na=rid:a", "Line 27: a=rid needs an id and a direction."),
        added(
            "a=simulcast:send a\r\na=rid:" + "a".repeat(17) + " send",
            "Line 27: \"aaaaaaaaaaaaaaaaa\"" + ID_RULE),
        added(
            "a=simulcast:send a\r\na=rid:a send\r\na=rid:a send",
            "Line 28: a second a=rid for \"a\"."),
        added("a=ssrc:x cname:c", "Line 26: \"x\" is no SSRC."),
        added("a=ssrc:4294967296 cname:c", "Line 26: \"4294967296\" is no SSRC."),
        added(
            "a=ssrc:1 cname:c\r\na=ssrc-group:FID 1 2",
            "Line 27: an SSRC group names two SSRCs of its m-line."),
        added(
            "a=ssrc:1 cname:c\r\na=ssrc-group:FID 1 1",
            "Line 27: an SSRC group names two SSRCs of its m-line."),
        added(
            "a=ssrc:1 c:d\r\na=ssrc:2 c:d\r\na=ssrc:3 c:d\r\n"
                + "a=ssrc-group:FID 1 2\r\na=ssrc-group:FID 1 3",
            "Line 30: a second FID group of SSRC 1."),
        arguments(
            SdpOffers.TWO_MEDIA.replace("a=mid:a\r\n", "a=mid:a\r\na=ssrc:7 cname:c\r\n")
                + "a=ssrc:7 cname:c\r\n",
            "Line 18: SSRC 7 is signalled on two m-lines."),
        added("a=msid:" + "m".repeat(65) + " t", "Line 26: a stream id has 1 to 64 characters."));
  }

  static Stream<Arguments> oversized() {
    String mLine = "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n";
    return Stream.of(
        arguments(
            SdpOffers.TWO_MEDIA + mLine.repeat(68),
            "The offer has 70 m-lines; at most 64 are allowed."),
        added(
            "a=candidate:x\r\n".repeat(101).strip(),
            "The offer has 101 candidates; at most 100 are allowed."),
        arguments(
            "v".repeat(100_001), "The offer has 100001 characters; at most 100000 are allowed."),
        added("a=x:" + "y".repeat(4093), "Line 26: longer than 4096 characters."),
        added("a=x\r\n".repeat(1100).strip(), "Line 1043: more than 1024 attributes in one place."),
        arguments(
            "v=0\r\no=x\r\nm=audio 9 RTP/SAVPF " + "0 ".repeat(129),
            "Line 3: more than 128 formats."),
        added(
            String.join(
                "\r\n",
                IntStream.rangeClosed(1, 65).mapToObj(i -> "a=ssrc:" + i + " cname:c").toList()),
            "Line 90: more than 64 SSRCs on one m-line."));
  }

  private static Arguments changed(String from, String to, String sentence, String... more) {
    String offer = replace(SdpOffers.TWO_MEDIA, from, to);
    for (List<String> rest = List.of(more); !rest.isEmpty(); rest = rest.subList(2, rest.size())) {
      offer = replace(offer, rest.get(0), rest.get(1));
    }
    return arguments(offer, sentence);
  }

  /** A row whose change has no effect would test nothing. */
  private static String replace(String offer, String from, String to) {
    if (!offer.contains(from)) {
      throw new IllegalStateException("the offer does not contain " + from);
    }
    return offer.replace(from, to);
  }

  private static Arguments added(String lines, String sentence) {
    return arguments(SdpOffers.TWO_MEDIA + lines + "\r\n", sentence);
  }
}
