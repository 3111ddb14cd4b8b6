package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpFixtures.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionDescriptionTest {

  @Test
  void readsBothKindsOfLineEnd() throws SdpException {
    String crlf = SdpOffers.TWO_MEDIA;
    String lf = crlf.replace("\r\n", "\n");

    assertThat(SessionDescription.parse(lf, POLICY))
        .isEqualTo(SessionDescription.parse(crlf, POLICY));
    assertThat(SessionDescription.parse(lf, POLICY).write()).isEqualTo(crlf);
  }

  @Test
  void readsADescriptionWhoseLastLineHasNoEndOrEmptyLinesBehind() throws SdpException {
    String stripped = SdpOffers.TWO_MEDIA.stripTrailing();

    assertThat(SessionDescription.parse(stripped, POLICY).write()).isEqualTo(SdpOffers.TWO_MEDIA);
    assertThat(SessionDescription.parse(stripped + "\r\n\r\n", POLICY).write())
        .isEqualTo(SdpOffers.TWO_MEDIA);
  }

  @Test
  void remembersTheLineOfEveryAttribute() throws SdpException {
    MediaDescription video = SessionDescription.parse(SdpOffers.TWO_MEDIA, POLICY).media().get(1);

    assertThat(video.line()).isEqualTo(17);
    assertThat(video.attributes().first("mid")).isEqualTo(new Attribute("mid", "v", 20));
  }

  @Test
  void dropsLinesThatWebRtcDoesNotUse() throws SdpException {
    String text = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\r\ni=y\r\nb=AS:1\r\nt=0 0\r\nz=0 0\r\n";

    assertThat(SessionDescription.parse(text, POLICY).write())
        .isEqualTo("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
  }

  @Test
  void takesPortZeroAsRejectedOnlyWithoutBundleOnly() throws SdpException {
    String text = SdpOffers.TWO_MEDIA;

    assertThat(SessionDescription.parse(text, POLICY).media().get(1).rejected()).isFalse();
    String stopped = text.replace("a=bundle-only\r\n", "");
    assertThat(SessionDescription.parse(stopped, POLICY).media().get(1).rejected()).isTrue();
  }

  @Test
  void cutsHostileTextShortInMessages() {
    assertThat(SdpSyntax.quote("\u0007" + "x".repeat(100)))
        .isEqualTo("\"?" + "x".repeat(39) + "...\"");
  }

  @Test
  void readsNumbersWithoutOverflow() {
    assertThat(SdpSyntax.number("4294967295", 0xFFFF_FFFFL)).isEqualTo(4294967295L);
    assertThat(SdpSyntax.number("99999999999999999999", Long.MAX_VALUE)).isEqualTo(-1);
    assertThat(SdpSyntax.number("+1", 10)).isEqualTo(-1);
    assertThat(SdpSyntax.number("\u0661", 10)).isEqualTo(-1);
  }
}
