package dev.sluice.transport.dtls;

import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/**
 * The server's choices in the handshake (RFC 5764 §4, RFC 8827 §6.5): DTLS 1.2 with ECDHE, ECDSA
 * and an AEAD, an extended master secret (RFC 7627), an SRTP profile of the server's preference,
 * and a client certificate whose hash the SDP gave. Used for one handshake, on the session's
 * thread.
 */
final class SrtpTlsServer extends DefaultTlsServer {
  private static final int[] CIPHER_SUITES = {
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
  };

  private final DtlsCertificate certificate;
  private final List<Fingerprint> expected;
  private final List<SrtpProfile> profiles;
  private final DtlsLimits limits;
  private @Nullable SrtpProfile profile;
  private @Nullable SrtpKeys keys;

  SrtpTlsServer(
      DtlsCertificate certificate,
      List<Fingerprint> expected,
      List<SrtpProfile> profiles,
      DtlsLimits limits) {
    super(certificate.crypto());
    this.certificate = certificate;
    this.expected = expected;
    this.profiles = profiles;
    this.limits = limits;
  }

  /** There only when the handshake is complete. */
  @Nullable SrtpKeys keys() {
    return keys;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.DTLSv12.only();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return TlsUtils.getSupportedCipherSuites(getCrypto(), CIPHER_SUITES);
  }

  @Override
  protected boolean preferLocalCipherSuites() {
    return true;
  }

  @Override
  public boolean requiresExtendedMasterSecret() {
    return true;
  }

  @Override
  public boolean shouldCheckSigAlgOfPeerCerts() {
    // Self-signed: who signed it, and how, says nothing. The fingerprint and CertificateVerify do.
    return false;
  }

  @Override
  protected boolean allowCertificateStatus() {
    return false;
  }

  @Override
  public int getHandshakeTimeoutMillis() {
    return Math.toIntExact(limits.handshakeTimeout().toMillis());
  }

  @Override
  public int getHandshakeResendTimeMillis() {
    return Math.toIntExact(limits.retransmitInterval().toMillis());
  }

  @Override
  public int getMaxHandshakeMessageSize() {
    return DtlsRecordFilter.MAX_HANDSHAKE_LENGTH;
  }

  @Override
  protected TlsCredentialedSigner getECDSASignerCredentials() {
    return certificate.signer(context);
  }

  @SuppressWarnings("JdkObsolete") // Bouncy Castle's interface
  @Override
  public CertificateRequest getCertificateRequest() {
    Vector<SignatureAndHashAlgorithm> algorithms =
        new Vector<>(
            List.of(
                SignatureAndHashAlgorithm.getInstance(
                    HashAlgorithm.sha256, SignatureAlgorithm.ecdsa),
                SignatureAndHashAlgorithm.getInstance(
                    HashAlgorithm.sha384, SignatureAlgorithm.ecdsa),
                SignatureAndHashAlgorithm.rsa_pss_rsae_sha256,
                SignatureAndHashAlgorithm.getInstance(
                    HashAlgorithm.sha256, SignatureAlgorithm.rsa)));
    short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
    return new CertificateRequest(types, algorithms, null);
  }

  @Override
  public void notifyClientCertificate(Certificate chain) throws IOException {
    if (chain == null || chain.isEmpty()) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, "the client shows no certificate");
    }
    if (!CertificateFingerprints.matchesAny(expected, chain.getCertificateAt(0).getEncoded())) {
      throw new TlsFatalAlert(
          AlertDescription.bad_certificate, "the certificate is not the one that the SDP names");
    }
  }

  @Override
  @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's interface
  public void processClientExtensions(Hashtable extensions) throws IOException {
    super.processClientExtensions(extensions);
    UseSRTPData offered = extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions);
    if (offered != null) {
      profile = choose(offered.getProtectionProfiles());
    }
    if (profile == null) {
      throw new TlsFatalAlert(
          AlertDescription.insufficient_security, "no SRTP profile in common with the client");
    }
  }

  private @Nullable SrtpProfile choose(int[] offered) {
    for (SrtpProfile candidate : profiles) {
      for (int id : offered) {
        if (id == candidate.id()) {
          return candidate;
        }
      }
    }
    return null;
  }

  @Override
  @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's interface
  public Hashtable getServerExtensions() throws IOException {
    Hashtable extensions = super.getServerExtensions();
    // An empty MKI: none is used, whatever the client offers (RFC 5764 §4.1.3).
    TlsSRTPUtils.addUseSRTPExtension(
        extensions, new UseSRTPData(new int[] {chosenProfile().id()}, TlsUtils.EMPTY_BYTES));
    return extensions;
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    super.notifyHandshakeComplete();
    SrtpProfile chosen = chosenProfile();
    byte[] material =
        context.exportKeyingMaterial(
            ExporterLabel.dtls_srtp, null, SrtpKeys.exporterLength(chosen));
    keys = SrtpKeys.fromExporter(chosen, material);
    Arrays.fill(material, (byte) 0);
  }

  private SrtpProfile chosenProfile() {
    SrtpProfile chosen = profile;
    if (chosen == null) {
      throw new IllegalStateException("a handshake goes on only with an SRTP profile");
    }
    return chosen;
  }
}
