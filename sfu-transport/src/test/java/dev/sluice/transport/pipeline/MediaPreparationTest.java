package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transport.dtls.DtlsCertificate;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class MediaPreparationTest {
  private final AskedRandom random = new AskedRandom();

  @Test
  void aNodeTakesTheCertificateThatWasPrepared() {
    MediaPreparation.begin();

    DtlsCertificate certificate = MediaPreparation.certificate(random);

    assertThat(certificate.fingerprint().algorithm()).isEqualTo("sha-256");
    assertThat(random.asked).isFalse();
  }

  @Test
  void aSecondNodeGetsACertificateOfItsOwn() {
    MediaPreparation.begin();
    DtlsCertificate first = MediaPreparation.certificate(random);

    DtlsCertificate second = MediaPreparation.certificate(random);

    assertThat(second.fingerprint()).isNotEqualTo(first.fingerprint());
    assertThat(random.asked).isTrue();
  }

  /** Says whether anybody has asked it for anything. */
  private static final class AskedRandom extends SecureRandom {
    private volatile boolean asked;

    @Override
    public void nextBytes(byte[] bytes) {
      asked = true;
      super.nextBytes(bytes);
    }
  }
}
