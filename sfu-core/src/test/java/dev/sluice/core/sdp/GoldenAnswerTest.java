package dev.sluice.core.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers, so that a change of any line is seen and meant. */
class GoldenAnswerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chromium-156-publish-simulcast-vp8",
        "chromium-156-renegotiate-stopped-transceiver-offer",
        "firefox-153-publish-simulcast-all-codecs-datachannel",
        "firefox-153-recvonly-audio-video"
      })
  void writesTheRecordedAnswer(String name) throws SdpException {
    String answer = SdpFixtures.answer(SdpFixtures.recorded(name)).answerSdp();

    assertThat(answer).isEqualTo(SdpFixtures.resource("golden/" + name + ".sdp"));
  }
}
