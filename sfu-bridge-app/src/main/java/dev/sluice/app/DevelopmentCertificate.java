package dev.sluice.app;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate for HTTPS that this server makes for itself: P-256, signed by itself, for {@code
 * localhost} and the addresses of this machine. It lives in memory and no longer than the process,
 * so there is no key to lose; the price is that a browser asks again after each start.
 */
final class DevelopmentCertificate {
  static final String ALIAS = "sluice";

  /** The key store never leaves the process: its password protects nothing. */
  static final String PASSWORD = "in-memory";

  private static final Duration BACKDATED = Duration.ofDays(1);

  /** What browsers allow at most for certificates of a public CA. */
  private static final Duration VALIDITY = Duration.ofDays(397);

  private DevelopmentCertificate() {}

  /** A key store with the new key and its certificate under {@link #ALIAS}. */
  static KeyStore generate(List<InetAddress> addresses, SecureRandom random, Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair keys = generator.generateKeyPair();
      X509Certificate certificate = certificate(keys, addresses, random, now);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          ALIAS, keys.getPrivate(), PASSWORD.toCharArray(), new X509Certificate[] {certificate});
      return store;
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("a P-256 certificate can always be made", e);
    }
  }

  private static X509Certificate certificate(
      KeyPair keys, List<InetAddress> addresses, SecureRandom random, Instant now)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.dNSName, "localhost"));
    for (InetAddress address : addresses) {
      names.add(new GeneralName(GeneralName.iPAddress, LanAddresses.text(address)));
    }
    X500Name name = new X500Name("CN=Sluice development");
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(63, random).add(BigInteger.ONE),
                    Date.from(now.minus(BACKDATED)),
                    Date.from(now.plus(VALIDITY).minus(BACKDATED)),
                    name,
                    keys.getPublic())
                .addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(names.toArray(GeneralName[]::new)))
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }
}
