package dev.sluice.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S3")
class DtlsCertificateTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final DtlsCertificate certificate = DtlsCertificate.generate(new SecureRandom(), NOW);

  @Test
  void isAP256CertificateThatTheJdkVerifies() throws Exception {
    X509Certificate x509 =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded()));

    x509.verify(x509.getPublicKey());
    x509.checkValidity(Date.from(NOW));
    assertThat(x509.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(((ECPublicKey) x509.getPublicKey()).getParams().getCurve().getField().getFieldSize())
        .isEqualTo(256);
    assertThat(x509.getSerialNumber().signum()).isPositive();
  }

  @Test
  void fingerprintIsTheSha256InTheFormOfSdp() throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(encoded());

    assertThat(certificate.fingerprint())
        .isEqualTo(
            new Fingerprint("sha-256", HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "SHA-384", "SHA-512"})
  void matchesAnyOfTheOfferedHashes(String algorithm) throws Exception {
    Fingerprint right = fingerprint(algorithm);
    Fingerprint wrong =
        new Fingerprint("sha-256", right.value().replace('0', '1').replace('A', 'B'));

    assertThat(CertificateFingerprints.matchesAny(List.of(wrong, right), encoded())).isTrue();
    assertThat(CertificateFingerprints.matchesAny(List.of(wrong), encoded())).isFalse();
  }

  @Test
  void matchesNothingWithoutAHashOfTheSha2Family() throws Exception {
    assertThat(CertificateFingerprints.matchesAny(List.of(fingerprint("SHA-1")), encoded()))
        .isFalse();
    assertThat(CertificateFingerprints.matchesAny(List.of(), encoded())).isFalse();
  }

  @Test
  void takesLowerCaseHexadecimalToo() throws Exception {
    Fingerprint upper = fingerprint("SHA-256");
    Fingerprint lower = new Fingerprint("SHA-256", upper.value().toLowerCase(Locale.ROOT));

    assertThat(CertificateFingerprints.matchesAny(List.of(lower), encoded())).isTrue();
  }

  @Test
  void isAnotherOneEachTime() {
    assertThat(DtlsCertificate.generate(new SecureRandom(), NOW).fingerprint())
        .isNotEqualTo(certificate.fingerprint());
  }

  private Fingerprint fingerprint(String algorithm) throws Exception {
    byte[] hash = MessageDigest.getInstance(algorithm).digest(encoded());
    return new Fingerprint(
        algorithm.toLowerCase(Locale.ROOT),
        HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash));
  }

  private byte[] encoded() throws Exception {
    return certificate.chain().getCertificateAt(0).getEncoded();
  }
}
