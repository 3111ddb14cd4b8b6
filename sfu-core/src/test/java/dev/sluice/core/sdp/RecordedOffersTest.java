package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpFixtures.answer;
import static dev.sluice.core.sdp.SdpFixtures.recorded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.sdp.AnswerNegotiator.Negotiation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules that make a browser accept an answer, on every offer that browsers were seen to make.
 */
class RecordedOffersTest {

  @SuppressWarnings("unused") // read by @FieldSource
  static final List<String> OFFERS = SdpFixtures.RECORDED_OFFERS;

  @ParameterizedTest
  @FieldSource("OFFERS")
  void readsAndWritesEveryAttributeUnchanged(String name) throws SdpException {
    String text = recorded(name);
    SessionDescription description = SessionDescription.parse(text, SdpFixtures.POLICY);

    assertThat(description.write()).isEqualTo(text);
  }

  @ParameterizedTest
  @FieldSource("OFFERS")
  void answersEveryMLineInOrderWithASubsetOfTheOffer(String name) throws SdpException {
    SessionDescription offer = SessionDescription.parse(recorded(name), SdpFixtures.POLICY);
    String text = answer(recorded(name)).answerSdp();
    SessionDescription answer = SessionDescription.parse(text, SdpFixtures.POLICY);

    assertThat(answer.write()).isEqualTo(text);
    assertThat(answer.media()).hasSameSizeAs(offer.media());
    for (int i = 0; i < answer.media().size(); i++) {
      MediaDescription offered = offer.media().get(i);
      MediaDescription answered = answer.media().get(i);
      assertThat(answered.media()).isEqualTo(offered.media());
      assertThat(answered.protocol()).isEqualTo(offered.protocol());
      assertThat(answered.mid()).isEqualTo(offered.mid());
      assertThat(offered.formats()).containsSubsequence(answered.formats());
      assertThat(extmapIds(offered)).containsAll(extmapIds(answered));
      assertThat(SdpFixtures.attributeValues(offered, "rtcp-fb"))
          .containsAll(SdpFixtures.attributeValues(answered, "rtcp-fb"));
      boolean declined = offered.rejected() || offered.media().equals("application");
      assertThat(answered.port() == 0).isEqualTo(declined);
    }
  }

  @ParameterizedTest
  @FieldSource("OFFERS")
  void bundlesAllAcceptedMLinesAndOnlyThose(String name) throws SdpException {
    Negotiation negotiation = answer(recorded(name));
    SessionDescription answer =
        SessionDescription.parse(negotiation.answerSdp(), SdpFixtures.POLICY);
    List<String> live = new ArrayList<>();
    List<String> withCandidates = new ArrayList<>();
    for (MediaDescription media : answer.media()) {
      if (media.port() != 0) {
        live.add(media.mid());
        assertThat(media.attributes().has("rtcp-mux")).isTrue();
        assertThat(SdpFixtures.attributeValues(media, "setup")).containsExactly("passive");
        assertThat(SdpFixtures.attributeValues(media, "ice-ufrag")).containsExactly("srvU");
      }
      if (media.attributes().has("candidate")) {
        withCandidates.add(media.mid());
      }
    }
    List<Attribute> groups = answer.attributes().all("group");

    assertThat(groups).hasSize(1);
    assertThat(groups.getFirst().value()).isEqualTo("BUNDLE " + String.join(" ", live));
    assertThat(withCandidates).containsExactly(live.getFirst());
    assertThat(negotiation.session().sections())
        .extracting(NegotiatedSection::mid)
        .containsExactlyElementsOf(live);
  }

  @ParameterizedTest
  @FieldSource("OFFERS")
  void mirrorsTheDirectionOfEveryAcceptedMLine(String name) throws SdpException {
    SessionDescription offer = SessionDescription.parse(recorded(name), SdpFixtures.POLICY);
    Negotiation negotiation = answer(recorded(name));
    for (NegotiatedSection section : negotiation.session().sections()) {
      MediaDescription offered = SdpFixtures.media(recorded(name), section.mid());
      MediaDescription answered = SdpFixtures.media(negotiation.answerSdp(), section.mid());
      Direction client = Direction.of(offered.attributes(), offer.attributes());

      assertThat(answered.attributes().has(client.reversed().word())).isTrue();
      assertThat(section.incoming() != null).isEqualTo(client.sends());
      assertThat(section.slot() != null).isEqualTo(client.receives());
      assertThat(section.receiveExtensions().containsKey(HeaderExtension.MID))
          .isEqualTo(client.sends());
      assertThat(section.sendExtensions().containsKey(HeaderExtension.MID))
          .isEqualTo(client.receives());
      assertThat(section.sendExtensions())
          .doesNotContainKeys(
              HeaderExtension.RID,
              HeaderExtension.REPAIRED_RID,
              HeaderExtension.VIDEO_LAYERS_ALLOCATION);
    }
  }

  @ParameterizedTest
  @FieldSource("OFFERS")
  void leavesNoErrorCorrectionOrRedundancyInTheAnswer(String name) throws SdpException {
    assertThat(answer(recorded(name)).answerSdp())
        .doesNotContain(" red/", "ulpfec", "flexfec", " CN/", "telephone-event");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chromium-156-datachannel-only", "firefox-153-datachannel-only"})
  void refusesAnOfferWithoutMedia(String name) {
    assertThatThrownBy(() -> answer(recorded(name)))
        .isInstanceOf(SdpException.class)
        .hasMessage(
            "The offer has no audio or video m-line with a codec that the server forwards.");
  }

  private static Set<String> extmapIds(MediaDescription media) {
    Set<String> ids = new HashSet<>();
    for (Attribute attribute : media.attributes().all("extmap")) {
      String[] words = attribute.value().split(" ", -1);
      ids.add(words[0].split("/", -1)[0] + " " + words[1]);
    }
    return ids;
  }
}
