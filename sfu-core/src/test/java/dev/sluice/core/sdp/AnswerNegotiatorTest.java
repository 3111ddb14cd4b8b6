package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpFixtures.answer;
import static dev.sluice.core.sdp.SdpFixtures.attributeValues;
import static dev.sluice.core.sdp.SdpFixtures.incoming;
import static dev.sluice.core.sdp.SdpFixtures.media;
import static dev.sluice.core.sdp.SdpFixtures.recorded;
import static dev.sluice.core.sdp.SdpFixtures.section;
import static dev.sluice.core.sdp.SdpFixtures.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.sluice.core.media.Codec;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.sdp.AnswerNegotiator.Negotiation;
import dev.sluice.core.sdp.NegotiatedSection.SignalledStream;
import dev.sluice.core.sdp.NegotiatedSection.Slot;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AnswerNegotiatorTest {
  private static final String CHROMIUM_SIMULCAST =
      recorded("chromium-156-publish-simulcast-all-codecs-datachannel");
  private static final String FIREFOX_SIMULCAST =
      recorded("firefox-153-publish-simulcast-all-codecs-datachannel");

  @Test
  void answersSimulcastOfChromiumByStreamIds() throws SdpException {
    Negotiation negotiation = answer(CHROMIUM_SIMULCAST);
    MediaDescription video = media(negotiation.answerSdp(), "1");

    assertThat(attributeValues(video, "rid")).containsExactly("q recv", "h recv", "f recv");
    assertThat(attributeValues(video, "simulcast")).containsExactly("recv q;h;f");
    NegotiatedSection section = section(negotiation.session(), "1");
    assertThat(incoming(section).rids()).containsExactly("q", "h", "f");
    assertThat(incoming(section).streams()).isEmpty();
    assertThat(incoming(section).msid()).isEqualTo("e2473bf5-663c-498d-90c9-a8e0fc348822");
    assertThat(section.receiveExtensions())
        .contains(
            entry(HeaderExtension.MID, 4),
            entry(HeaderExtension.RID, 10),
            entry(HeaderExtension.REPAIRED_RID, 11),
            entry(HeaderExtension.VIDEO_LAYERS_ALLOCATION, 9));
    assertThat(section.sendExtensions()).isEmpty();
  }

  @Test
  void listsTheSignalledSourcesThatFirefoxAddsToSimulcast() throws SdpException {
    NegotiatedSection video = section(answer(FIREFOX_SIMULCAST).session(), "1");

    assertThat(incoming(video).rids()).containsExactly("q", "h", "f");
    assertThat(incoming(video).streams())
        .containsExactly(
            new SignalledStream(355946565L, 793478474L),
            new SignalledStream(1246820123L, 3383855508L),
            new SignalledStream(3103856766L, 18038320L));
  }

  @Test
  void turnsDirectedHeaderExtensionsOfFirefoxRound() throws SdpException {
    Negotiation publish = answer(FIREFOX_SIMULCAST);
    assertThat(attributeValues(media(publish.answerSdp(), "1"), "extmap"))
        .contains(
            "9/recvonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
            "10/recvonly urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id")
        .noneMatch(value -> value.contains("playout-delay"));
    assertThat(section(publish.session(), "1").receiveExtensions())
        .contains(entry(HeaderExtension.RID, 9), entry(HeaderExtension.DEPENDENCY_DESCRIPTOR, 8));

    Negotiation subscribe = answer(recorded("firefox-153-recvonly-audio-video"));
    NegotiatedSection video = section(subscribe.session(), "1");
    assertThat(attributeValues(media(subscribe.answerSdp(), "1"), "extmap"))
        .anyMatch(value -> value.endsWith("playout-delay") && value.contains("/sendonly "));
    assertThat(video.sendExtensions())
        .containsKeys(HeaderExtension.PLAYOUT_DELAY, HeaderExtension.TRANSPORT_SEQUENCE);
    assertThat(video.receiveExtensions()).isEmpty();
  }

  @Test
  void takesFirefoxMLinesWithPortZeroButBundleOnlyAsLive() throws SdpException {
    Negotiation negotiation = answer(FIREFOX_SIMULCAST);

    assertThat(negotiation.session().sections())
        .extracting(NegotiatedSection::kind)
        .containsExactly(MediaKind.AUDIO, MediaKind.VIDEO);
    assertThat(negotiation.session().mids()).containsExactly("0", "1", "2");
  }

  @Test
  void keepsCodecsInTheClientsOrderWithTheirRetransmissions() throws SdpException {
    List<NegotiatedCodec> codecs = section(answer(CHROMIUM_SIMULCAST).session(), "1").codecs();

    assertThat(codecs).extracting(NegotiatedCodec::payloadType).startsWith(96, 102, 104);
    assertThat(codecs).extracting(NegotiatedCodec::rtxPayloadType).startsWith(97, 103, 107);
    assertThat(codecs)
        .extracting(codec -> codec.parameters().codec())
        .startsWith(Codec.VP8, Codec.H264)
        .endsWith(Codec.AV1, Codec.VP9, Codec.VP9)
        .doesNotContain(Codec.RED);
    assertThat(codecs.getFirst())
        .isEqualTo(
            new NegotiatedCodec(
                96, codecs.getFirst().parameters(), 97, true, true, true, true, true));
  }

  @Test
  void readsFormatParametersThatStandBeforeTheirRtpmap() throws SdpException {
    NegotiatedSection video = section(answer(FIREFOX_SIMULCAST).session(), "1");
    NegotiatedCodec vp8 = video.codecs().getFirst();

    assertThat(vp8.rtxPayloadType()).isEqualTo(124);
    assertThat(vp8.parameters().formatParameters())
        .containsExactly(entry("max-fr", "60"), entry("max-fs", "12288"));
    assertThat(attributeValues(media(answer(FIREFOX_SIMULCAST).answerSdp(), "1"), "fmtp"))
        .as("the client's limits as a receiver are not the server's")
        .noneMatch(value -> value.contains("max-fs"))
        .contains("124 apt=120");
  }

  @Test
  void keepsAStaticPayloadTypeThatHasNoRtpmap() throws SdpException {
    String offer =
        CHROMIUM_SIMULCAST
            .replace("a=rtpmap:9 G722/8000\r\n", "")
            .replace("a=rtpmap:0 PCMU/8000\r\n", "")
            .replace("a=rtpmap:8 PCMA/8000\r\n", "");

    assertThat(section(answer(offer).session(), "0").codecs())
        .extracting(codec -> codec.parameters().codec())
        .containsExactly(Codec.OPUS, Codec.G722, Codec.PCMU, Codec.PCMA);
    assertThat(attributeValues(media(answer(offer).answerSdp(), "0"), "rtpmap"))
        .contains("9 G722/8000", "0 PCMU/8000", "8 PCMA/8000");
  }

  @Test
  void answersOpusWithErrorCorrectionWhereItIsOffered() throws SdpException {
    assertThat(attributeValues(media(answer(FIREFOX_SIMULCAST).answerSdp(), "0"), "fmtp"))
        .containsExactly("109 minptime=10;useinbandfec=1");
    String without = CHROMIUM_SIMULCAST.replace("minptime=10;useinbandfec=1", "minptime=10");
    assertThat(attributeValues(media(answer(without).answerSdp(), "0"), "fmtp")).isEmpty();
  }

  @Test
  void answersStereoAndSilenceSuppressionWhereTheClientAsksForThem() throws SdpException {
    String offer = CHROMIUM_SIMULCAST.replace("useinbandfec=1", "sprop-stereo=1; usedtx=1");

    assertThat(attributeValues(media(answer(offer).answerSdp(), "0"), "fmtp"))
        .containsExactly("111 usedtx=1;stereo=1");
  }

  @Test
  void keepsRedundantAudioOnlyByPolicyAndOnlyOverKeptFormats() throws SdpException {
    AnswerPolicy redundant = SdpFixtures.policy(true, true, EnumSet.allOf(Codec.class));
    Negotiation kept = answer(CHROMIUM_SIMULCAST, null, redundant, SdpFixtures.countingSsrcs());
    assertThat(media(kept.answerSdp(), "0").formats()).startsWith("111", "63");
    assertThat(attributeValues(media(kept.answerSdp(), "0"), "fmtp")).contains("63 111/111");

    String foreign = CHROMIUM_SIMULCAST.replace("a=fmtp:63 111/111", "a=fmtp:63 110/110");
    Negotiation dropped = answer(foreign, null, redundant, SdpFixtures.countingSsrcs());
    assertThat(media(dropped.answerSdp(), "0").formats()).doesNotContain("63");
  }

  @Test
  void dropsWhatOnlyDescribesTheClientsOwnStreamFromTheFormat() throws SdpException {
    String offer =
        CHROMIUM_SIMULCAST.replace(
            "profile-level-id=42e01f",
            "profile-level-id=42e01f;sprop-parameter-sets=Z0LAHw==,aM4=");

    assertThat(attributeValues(media(answer(offer).answerSdp(), "1"), "fmtp"))
        .contains("108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
  }

  @Test
  void declinesAnMLineWithoutACommonCodec() throws SdpException {
    AnswerPolicy audioOnly = SdpFixtures.policy(true, true, EnumSet.of(Codec.OPUS));
    Negotiation negotiation =
        answer(CHROMIUM_SIMULCAST, null, audioOnly, SdpFixtures.countingSsrcs());

    assertThat(media(negotiation.answerSdp(), "1").port()).isZero();
    assertThat(negotiation.answerSdp()).contains("a=group:BUNDLE 0\r\n");
    assertThat(negotiation.session().mids()).containsExactly("0", "1", "2");
  }

  @Test
  void answersInactiveToAClientThatMayNotPublish() throws SdpException {
    AnswerPolicy viewer = SdpFixtures.policy(false, true, EnumSet.of(Codec.OPUS, Codec.VP8));
    Negotiation negotiation = answer(CHROMIUM_SIMULCAST, null, viewer, SdpFixtures.countingSsrcs());
    NegotiatedSection video = section(negotiation.session(), "1");

    assertThat(video.incoming()).isNull();
    assertThat(video.slot()).isNull();
    assertThat(media(negotiation.answerSdp(), "1").attributes().has("inactive")).isTrue();
    assertThat(attributeValues(media(negotiation.answerSdp(), "1"), "simulcast")).isEmpty();
  }

  @Test
  void answersOnlyTheAllowedHalfOfSendrecv() throws SdpException {
    String offer = recorded("chromium-156-sendrecv-audio-video-datachannel");
    AnswerPolicy viewer = SdpFixtures.policy(false, true, EnumSet.of(Codec.OPUS, Codec.VP8));
    AnswerPolicy publisher = SdpFixtures.policy(true, false, EnumSet.of(Codec.OPUS, Codec.VP8));

    Negotiation viewing = answer(offer, null, viewer, SdpFixtures.countingSsrcs());
    Negotiation publishing = answer(offer, null, publisher, SdpFixtures.countingSsrcs());

    assertThat(media(viewing.answerSdp(), "1").attributes().has("sendonly")).isTrue();
    assertThat(section(viewing.session(), "1").incoming()).isNull();
    assertThat(media(publishing.answerSdp(), "1").attributes().has("recvonly")).isTrue();
    assertThat(section(publishing.session(), "1").slot()).isNull();
  }

  @Test
  void takesTheDirectionOfTheSessionWhereAnMLineHasNone() throws SdpException {
    String offer =
        FIREFOX_SIMULCAST
            .replace("t=0 0\r\na=sendrecv", "t=0 0\r\na=recvonly")
            .replace("a=sendonly\r\n", "");

    assertThat(section(answer(offer).session(), "0").incoming()).isNull();
    assertThat(slot(section(answer(offer).session(), "0")).pairIndex()).isZero();
  }

  @Test
  void numbersSlotsPerKindAndNamesTheirStreams() throws SdpException {
    Negotiation negotiation = answer(recorded("chromium-156-recvonly-4video-2audio"));
    List<NegotiatedSection> sections = negotiation.session().sections();

    assertThat(sections)
        .extracting(section -> section.kind() + " " + slot(section).pairIndex())
        .containsExactly("AUDIO 0", "AUDIO 1", "VIDEO 0", "VIDEO 1", "VIDEO 2", "VIDEO 3");
    Slot second = slot(sections.get(3));
    MediaDescription video = media(negotiation.answerSdp(), sections.get(3).mid());
    assertThat(attributeValues(video, "msid")).containsExactly("sluice-1 video-1");
    assertThat(attributeValues(video, "ssrc-group"))
        .containsExactly("FID " + second.ssrc() + " " + second.rtxSsrc());
    assertThat(attributeValues(video, "ssrc"))
        .containsExactly(
            second.ssrc() + " cname:sluice",
            second.ssrc() + " msid:sluice-1 video-1",
            second.rtxSsrc() + " cname:sluice",
            second.rtxSsrc() + " msid:sluice-1 video-1");
    MediaDescription audio = media(negotiation.answerSdp(), sections.get(1).mid());
    assertThat(attributeValues(audio, "msid")).containsExactly("sluice-1 audio-1");
    assertThat(attributeValues(audio, "ssrc")).hasSize(2);
    assertThat(attributeValues(audio, "ssrc-group")).isEmpty();
  }

  @Test
  void drawsAgainWhenAnSsrcIsTaken() throws SdpException {
    String offer = recorded("firefox-153-sendrecv-audio-video-datachannel");
    long clients = incoming(section(answer(offer).session(), "0")).streams().getFirst().ssrc();
    List<Long> draws = List.of(0L, clients, 5L, 5L, 6L, 6L + (1L << 32), 7L, 8L);
    int[] next = {0};

    Negotiation negotiation = answer(offer, null, SdpFixtures.POLICY, () -> draws.get(next[0]++));

    assertThat(slot(section(negotiation.session(), "0"))).isEqualTo(new Slot(5, 6, 0));
    assertThat(slot(section(negotiation.session(), "1"))).isEqualTo(new Slot(7, 8, 0));
  }

  @Test
  void stopsAtASourceOfSsrcsThatRepeatsItself() {
    assertThatThrownBy(
            () ->
                answer(
                    recorded("chromium-156-recvonly-audio-video"),
                    null,
                    SdpFixtures.POLICY,
                    () -> 5L))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Tag("C5")
  void writesCandidatesInTheConfiguredOrderWithFallingPriorities() throws SdpException {
    MediaDescription audio = media(answer(CHROMIUM_SIMULCAST).answerSdp(), "0");

    assertThat(attributeValues(audio, "candidate"))
        .containsExactly(
            "1 1 udp 2130706431 192.0.2.1 5000 typ host",
            "2 1 udp 2130706175 2001:db8::1 5000 typ host",
            "3 1 tcp 2124414463 192.0.2.1 443 typ host tcptype passive");
    assertThat(audio.attributes().has("end-of-candidates")).isTrue();
    assertThat(audio.port()).isEqualTo(5000);
    assertThat(audio.connection()).isEqualTo("IN IP4 192.0.2.1");
  }

  @Test
  void leavesTheAddressToIceWhenNoCandidateHasALiteralOne() throws SdpException {
    LocalTransport named =
        new LocalTransport(
            "srvU",
            "serverPasswordOf22Chars",
            SdpFixtures.LOCAL.fingerprint(),
            List.of(new LocalTransport.Candidate("sfu.example.org", 5000, false)));
    String text =
        AnswerNegotiator.negotiate(
                CHROMIUM_SIMULCAST,
                null,
                SdpFixtures.POLICY,
                named,
                SdpFixtures.countingSsrcs(),
                new AnswerNegotiator.Origin(7, 1))
            .answerSdp();

    assertThat(media(text, "0").port()).isEqualTo(9);
    assertThat(media(text, "0").connection()).isEqualTo("IN IP4 0.0.0.0");
    assertThat(attributeValues(media(text, "0"), "candidate"))
        .containsExactly("1 1 udp 2130706431 sfu.example.org 5000 typ host");
  }

  @Test
  void readsTransportParametersFromTheSessionLevel() throws SdpException {
    Negotiation negotiation = answer(SdpOffers.SESSION_LEVEL_TRANSPORT);

    assertThat(negotiation.session().remote())
        .isEqualTo(
            new RemoteTransport(
                "ufra",
                "passwordOfTwentyTwoChr",
                List.of(new RemoteTransport.Fingerprint("sha-256", SdpOffers.FINGERPRINT))));
  }

  @Test
  void readsTransportParametersThatStandOnTheFirstBundledMLineOnly() throws SdpException {
    NegotiatedSession session = answer(SdpOffers.TWO_MEDIA).session();

    assertThat(session.remote().iceUfrag()).isEqualTo("ufra");
    assertThat(session.sections()).extracting(NegotiatedSection::mid).containsExactly("a", "v");
  }

  @Test
  void passesOverAWeakFingerprintBesideAStrongOne() throws SdpException {
    String offer =
        SdpOffers.TWO_MEDIA.replace(
            "a=fingerprint:sha-256", "a=fingerprint:sha-1 AA:BB\r\na=fingerprint:SHA-256");

    assertThat(answer(offer).session().remote().fingerprints())
        .containsExactly(new RemoteTransport.Fingerprint("sha-256", SdpOffers.FINGERPRINT));
  }

  @Test
  void keepsAlternativesPausesAndRestrictionsOfSimulcast() throws SdpException {
    String offer =
        SdpOffers.TWO_MEDIA
            + "a=rid:a send pt=96;max-width=640\r\na=rid:b send pt=77,96\r\na=rid:c send\r\n"
            + "a=rid:d send pt=101\r\na=rid:e recv\r\n"
            + "a=simulcast:recv e send a,~b;~c;d;unknown\r\n";
    Negotiation negotiation = answer(offer);
    MediaDescription video = media(negotiation.answerSdp(), "v");

    assertThat(incoming(section(negotiation.session(), "v")).rids()).containsExactly("a", "b", "c");
    assertThat(attributeValues(video, "simulcast")).containsExactly("recv a,~b;~c");
    assertThat(attributeValues(video, "rid"))
        .containsExactly("a recv pt=96;max-width=640", "b recv pt=96", "c recv");
  }

  @Test
  void negotiatesTwoByteHeaderExtensionIdsOnlyWhereFormsMayMix() throws SdpException {
    String line = "a=extmap:20 " + HeaderExtension.ABS_CAPTURE_TIME.uri() + "\r\n";
    NegotiatedSection plain = section(answer(SdpOffers.TWO_MEDIA + line).session(), "v");
    Negotiation mixed = answer(SdpOffers.TWO_MEDIA + line + "a=extmap-allow-mixed\r\n");

    assertThat(plain.receiveExtensions()).doesNotContainKey(HeaderExtension.ABS_CAPTURE_TIME);
    assertThat(section(mixed.session(), "v").receiveExtensions())
        .containsEntry(HeaderExtension.ABS_CAPTURE_TIME, 20);
    assertThat(media(mixed.answerSdp(), "v").attributes().has("extmap-allow-mixed")).isTrue();
    assertThat(media(mixed.answerSdp(), "a").attributes().has("extmap-allow-mixed")).isFalse();
  }

  @Test
  void keepsFeedbackThatIsOfferedForEveryPayloadType() throws SdpException {
    String offer = SdpOffers.TWO_MEDIA + "a=rtcp-fb:* nack\r\na=rtcp-fb:* ack ccfb\r\n";

    assertThat(section(answer(offer).session(), "v").codecs().getFirst().nack()).isTrue();
    assertThat(attributeValues(media(answer(offer).answerSdp(), "v"), "rtcp-fb"))
        .containsExactly("96 nack");
  }

  @Test
  void leavesForwardErrorCorrectionSourcesOut() throws SdpException {
    String offer =
        SdpOffers.TWO_MEDIA
            + "a=ssrc-group:FID 1 2\r\na=ssrc-group:FEC-FR 1 3\r\na=ssrc-group:SIM 1 4 5\r\n"
            + "a=ssrc:1 cname:c\r\na=ssrc:2 cname:c\r\na=ssrc:3 cname:c\r\na=ssrc:4 cname:c\r\n";

    assertThat(incoming(section(answer(offer).session(), "v")).streams())
        .containsExactly(new SignalledStream(1, 2), new SignalledStream(4, -1));
  }

  @Test
  void writesTheOriginThatTheCallerGives() throws SdpException {
    String text =
        AnswerNegotiator.negotiate(
                CHROMIUM_SIMULCAST,
                null,
                SdpFixtures.POLICY,
                SdpFixtures.LOCAL,
                SdpFixtures.countingSsrcs(),
                new AnswerNegotiator.Origin(4711, 3))
            .answerSdp();

    assertThat(text).startsWith("v=0\r\no=- 4711 3 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
    assertThat(text).contains("a=ice-lite\r\n");
  }
}
