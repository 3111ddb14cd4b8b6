package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpFixtures.POLICY;
import static dev.sluice.core.sdp.SdpFixtures.answer;
import static dev.sluice.core.sdp.SdpFixtures.media;
import static dev.sluice.core.sdp.SdpFixtures.recorded;
import static dev.sluice.core.sdp.SdpFixtures.section;
import static dev.sluice.core.sdp.SdpFixtures.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.sdp.AnswerNegotiator.Negotiation;
import dev.sluice.core.sdp.AnswerNegotiator.SsrcSource;
import dev.sluice.core.sdp.NegotiatedSection.Slot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several offers of one peer connection, one after the other. */
class RenegotiationTest {
  private static final String CHROMIUM_SLOTS = recorded("chromium-156-recvonly-4video-2audio");

  private final SsrcSource ssrcs = SdpFixtures.countingSsrcs();

  @ParameterizedTest
  @ValueSource(strings = {"chromium-156", "firefox-153"})
  void followsARecordedSessionFromItsFirstOfferToAnIceRestart(String browser) throws SdpException {
    NegotiatedSession first = next(recorded(browser + "-initial-offer"), null).session();
    assertThat(first.mids()).containsExactly("0", "1", "2");
    Slot audio = slot(section(first, "0"));

    String addOffer = recorded(browser + "-renegotiate-add-recvonly-video-offer");
    Negotiation added = next(addOffer, first);
    Slot addedVideo = slot(section(added.session(), "3"));
    assertThat(AnswerNegotiator.restartsIce(addOffer, first, POLICY)).isFalse();
    assertThat(slot(section(added.session(), "0"))).isEqualTo(audio);

    Negotiation stopped =
        next(recorded(browser + "-renegotiate-stopped-transceiver-offer"), added.session());
    assertThat(media(stopped.answerSdp(), "1").port()).isZero();
    assertThat(stopped.answerSdp()).contains("a=group:BUNDLE 0 3\r\n");
    assertThat(stopped.session().sections())
        .extracting(NegotiatedSection::mid)
        .containsExactly("0", "3");
    assertThat(stopped.session().mids()).containsExactly("0", "1", "2", "3");
    assertThat(slot(section(stopped.session(), "3"))).isEqualTo(addedVideo);

    String restartOffer = recorded(browser + "-ice-restart-offer");
    Negotiation restarted = next(restartOffer, stopped.session());
    assertThat(AnswerNegotiator.restartsIce(restartOffer, stopped.session(), POLICY)).isTrue();
    assertThat(slot(section(restarted.session(), "0"))).isEqualTo(audio);
    assertThat(slot(section(restarted.session(), "3"))).isEqualTo(addedVideo);
    assertThat(restarted.session().remote().fingerprints())
        .isEqualTo(first.remote().fingerprints());
    assertThat(restarted.session().remote().iceUfrag()).isNotEqualTo(first.remote().iceUfrag());
  }

  @ParameterizedTest
  @ValueSource(strings = {"chromium-156", "firefox-153"})
  void agreesOnTheSameSessionWhenNothingChanges(String browser) throws SdpException {
    NegotiatedSession first = next(recorded(browser + "-initial-offer"), null).session();
    NegotiatedSession again = next(recorded(browser + "-renegotiate-noop-offer"), first).session();

    assertThat(again).isEqualTo(first);
  }

  @Test
  void givesAnMLineThatReceivesAgainTheSlotThatItHad() throws SdpException {
    NegotiatedSession first = next(CHROMIUM_SLOTS, null).session();
    Slot before = slot(section(first, "3"));

    Negotiation paused = next(withDirection(CHROMIUM_SLOTS, "3", "inactive"), first);
    assertThat(section(paused.session(), "3").slot()).isNull();
    assertThat(paused.session().idleSlots()).containsOnlyKeys("3").containsValue(before);
    assertThat(media(paused.answerSdp(), "3").attributes().has("ssrc")).isFalse();

    NegotiatedSession stillPaused =
        next(withDirection(CHROMIUM_SLOTS, "3", "inactive"), paused.session()).session();
    Negotiation back = next(CHROMIUM_SLOTS, stillPaused);
    assertThat(slot(section(back.session(), "3"))).isEqualTo(before);
    assertThat(back.session().idleSlots()).isEmpty();
  }

  @Test
  void givesTheIndexOfAStoppedSlotToTheNextNewOneWithOtherSsrcs() throws SdpException {
    NegotiatedSession first = next(CHROMIUM_SLOTS, null).session();
    Slot stopped = slot(section(first, "3"));
    String stopOffer = CHROMIUM_SLOTS.replace("BUNDLE 0 1 2 3 4 5", "BUNDLE 0 1 2 4 5");
    NegotiatedSession second = next(withPortZero(stopOffer, "3"), first).session();
    String recycled =
        CHROMIUM_SLOTS
            .replace("BUNDLE 0 1 2 3 4 5", "BUNDLE 0 1 2 new 4 5")
            .replace("a=mid:3\r\n", "a=mid:new\r\n");

    NegotiatedSession third = next(recycled, second).session();

    Slot fresh = slot(section(third, "new"));
    assertThat(fresh.pairIndex()).isEqualTo(stopped.pairIndex());
    assertThat(fresh.ssrc()).isNotEqualTo(stopped.ssrc());
    assertThat(slot(section(third, "4"))).isEqualTo(slot(section(first, "4")));
    assertThat(third.mids()).containsExactly("0", "1", "2", "new", "4", "5");
  }

  @Test
  void neverGivesTheIndexOfAnIdleSlotToAnother() throws SdpException {
    String one = SdpOffers.TWO_MEDIA.replace("a=sendonly", "a=inactive");
    NegotiatedSession first =
        next(SdpOffers.TWO_MEDIA.replace("sendonly", "recvonly"), null).session();
    NegotiatedSession idle = next(one, first).session();
    String grown =
        one.replace("BUNDLE a v", "BUNDLE a v w")
            + "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=bundle-only\r\na=mid:w\r\na=recvonly\r\n"
            + "a=rtpmap:96 VP8/90000\r\n";

    NegotiatedSession second = next(grown, idle).session();

    assertThat(slot(section(first, "v")).pairIndex()).isZero();
    assertThat(slot(section(second, "w")).pairIndex()).isEqualTo(1);
  }

  @Test
  void keepsTheTransportOfAClientThatStopsEverything() throws SdpException {
    NegotiatedSession first = next(SdpOffers.SESSION_LEVEL_TRANSPORT, null).session();
    String allStopped = SdpOffers.SESSION_LEVEL_TRANSPORT.replace("m=video 9", "m=video 0");

    Negotiation second = next(allStopped, first);

    assertThat(second.session().sections()).isEmpty();
    assertThat(second.session().remote()).isEqualTo(first.remote());
    assertThat(second.answerSdp()).doesNotContain("BUNDLE").contains("m=video 0 ");
    assertThat(AnswerNegotiator.restartsIce(allStopped, first, POLICY)).isFalse();
  }

  @Test
  void refusesAnOfferWithFewerMLines() throws SdpException {
    NegotiatedSession first = next(CHROMIUM_SLOTS, null).session();

    assertThatThrownBy(() -> next(SdpOffers.TWO_MEDIA, first))
        .isInstanceOf(SdpException.class)
        .hasMessage("The offer has 2 m-lines after 6; m-lines are never removed.");
  }

  @Test
  void refusesToMoveALiveMid() throws SdpException {
    NegotiatedSession first = next(SdpOffers.TWO_MEDIA, null).session();
    String swapped =
        SdpOffers.TWO_MEDIA
            .replace("a=mid:a", "a=mid:x")
            .replace("a=mid:v", "a=mid:a")
            .replace("BUNDLE a v", "BUNDLE x a");

    assertThatThrownBy(() -> next(swapped, first))
        .hasMessage("Line 6: mid \"x\" replaces \"a\", which was not stopped.");
    String moved =
        SdpOffers.TWO_MEDIA.replace("a=mid:v", "a=mid:w").replace("BUNDLE a v", "BUNDLE a w")
            + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=rtpmap:96 VP8/90000\r\n";
    assertThatThrownBy(() -> next(moved.replace("BUNDLE a w", "BUNDLE a w v"), first))
        .hasMessage("Line 17: mid \"w\" replaces \"v\", which was not stopped.");
    String doubled = moved.replace("a=mid:w", "a=mid:a");
    assertThatThrownBy(() -> next(doubled, first))
        .hasMessageContaining("a second m-line with mid \"a\"");
  }

  @Test
  void refusesALiveMidOnAnotherMLineAfterItsOwnWasStopped() throws SdpException {
    NegotiatedSession first = next(SdpOffers.TWO_MEDIA, null).session();
    String moved =
        SdpOffers.TWO_MEDIA.replace("a=bundle-only\r\n", "").replace("a=mid:v\r\n", "")
            + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=rtpmap:96 VP8/90000\r\n";

    assertThatThrownBy(() -> next(moved, first))
        .isInstanceOf(SdpException.class)
        .hasMessageContaining("mid \"v\" has moved from its m-line.");
  }

  @Test
  void refusesToChangeTheMediumOfAMid() throws SdpException {
    NegotiatedSession first = next(SdpOffers.SESSION_LEVEL_TRANSPORT, null).session();
    String audio =
        SdpOffers.SESSION_LEVEL_TRANSPORT
            .replace("m=video 9 UDP/TLS/RTP/SAVPF 96", "m=audio 9 UDP/TLS/RTP/SAVPF 0")
            .replace("a=rtpmap:96 H264/90000\n", "");

    assertThatThrownBy(() -> next(audio, first))
        .isInstanceOf(SdpException.class)
        .hasMessage("Line 10: mid \"0\" changes its medium.");
  }

  private Negotiation next(
      String offer, @org.jspecify.annotations.Nullable NegotiatedSession previous)
      throws SdpException {
    return answer(offer, previous, POLICY, ssrcs);
  }

  private static String withDirection(String offer, String mid, String direction) {
    int start = offer.indexOf("a=mid:" + mid + "\r\n");
    int at = offer.indexOf("a=recvonly", start);
    return offer.substring(0, at) + "a=" + direction + offer.substring(at + "a=recvonly".length());
  }

  private static String withPortZero(String offer, String mid) {
    int start = offer.lastIndexOf("m=", offer.indexOf("a=mid:" + mid + "\r\n"));
    return offer.substring(0, start)
        + offer.substring(start).replaceFirst("m=(\\w+) \\d+", "m=$1 0");
  }
}
