package dev.sluice.transport.dtls;

import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.bc.BcX509v3CertificateBuilder;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * The certificate the server shows in DTLS: ECDSA on P-256 (RFC 8827 §6.5), signed by itself. A
 * peer knows it by its {@link #fingerprint()} in the SDP, so it names nobody and lives no longer
 * than the process. Immutable and thread safe; one serves all sessions.
 */
public final class DtlsCertificate {
  /** For clocks of clients that are behind; browsers check neither end. */
  private static final Duration BACKDATED = Duration.ofDays(1);

  private static final Duration VALIDITY = Duration.ofDays(365);

  private static final X500Name NAME = new X500Name("CN=sluice");

  private final BcTlsCrypto crypto;
  private final AsymmetricKeyParameter privateKey;
  private final Certificate chain;
  private final Fingerprint fingerprint;

  private DtlsCertificate(BcTlsCrypto crypto, AsymmetricKeyParameter privateKey, byte[] encoded)
      throws IOException {
    this.crypto = crypto;
    this.privateKey = privateKey;
    this.chain = new Certificate(new TlsCertificate[] {new BcTlsCertificate(crypto, encoded)});
    this.fingerprint = CertificateFingerprints.sha256(encoded);
  }

  /** Makes a key pair and its certificate, valid for a year from now on. */
  public static DtlsCertificate generate(SecureRandom random, Instant now) {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(
        new ECKeyGenerationParameters(
            ECNamedDomainParameters.lookup(SECObjectIdentifiers.secp256r1), random));
    AsymmetricCipherKeyPair keys = generator.generateKeyPair();
    var signatureAlgorithm =
        new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA");
    var digestAlgorithm = new DefaultDigestAlgorithmIdentifierFinder().find(signatureAlgorithm);
    try {
      byte[] encoded =
          new BcX509v3CertificateBuilder(
                  NAME,
                  new BigInteger(63, random).add(BigInteger.ONE),
                  Date.from(now.minus(BACKDATED)),
                  Date.from(now.plus(VALIDITY)),
                  NAME,
                  keys.getPublic())
              .build(
                  new BcECContentSignerBuilder(signatureAlgorithm, digestAlgorithm)
                      .setSecureRandom(random)
                      .build(keys.getPrivate()))
              .getEncoded();
      return new DtlsCertificate(new GuardedCrypto(random), keys.getPrivate(), encoded);
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException("a P-256 certificate can always be made", e);
    }
  }

  /** The SHA-256 hash for the SDP. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  BcTlsCrypto crypto() {
    return crypto;
  }

  Certificate chain() {
    return chain;
  }

  TlsCredentialedSigner signer(TlsContext context) {
    return new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context),
        crypto,
        privateKey,
        chain,
        SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
  }
}
