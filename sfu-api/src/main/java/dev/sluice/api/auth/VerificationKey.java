package dev.sluice.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key and the one algorithm that it is for. What algorithm a signature is checked with follows
 * from the key, never from the token (RFC 8725 §3.1), so nobody can pass a public key off as the
 * secret of an HMAC. Safe for every thread.
 */
final class VerificationKey {
  /** RFC 7518 §3.3. */
  private static final int MIN_RSA_BITS = 2048;

  private final JWSAlgorithm algorithm;
  private final JWSVerifier verifier;

  private VerificationKey(JWSAlgorithm algorithm, JWSVerifier verifier) {
    this.algorithm = algorithm;
    this.verifier = verifier;
  }

  /** A shared secret, for HS256. */
  static VerificationKey ofSecret(byte[] secret) throws JOSEException {
    return new VerificationKey(JWSAlgorithm.HS256, new MACVerifier(secret));
  }

  /**
   * A key of a key set (RFC 7517), or null when it is of no use here: not for signatures, of
   * another type or algorithm, too weak, or a secret where only public keys may be.
   */
  static @Nullable VerificationKey of(JWK key, boolean secretsToo) throws JOSEException {
    Set<KeyOperation> operations = key.getKeyOperations();
    if ((key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse()))
        || (operations != null && !operations.contains(KeyOperation.VERIFY))) {
      return null;
    }
    VerificationKey made =
        switch (key) {
          case RSAKey rsa when rsa.size() >= MIN_RSA_BITS ->
              new VerificationKey(JWSAlgorithm.RS256, new RSASSAVerifier(rsa.toRSAPublicKey()));
          case ECKey ec when Curve.P_256.equals(ec.getCurve()) ->
              new VerificationKey(JWSAlgorithm.ES256, new ECDSAVerifier(ec.toECPublicKey()));
          case OctetSequenceKey secret
              when secretsToo && secret.size() >= SigningKeys.MIN_SECRET_BYTES * Byte.SIZE ->
              ofSecret(secret.toByteArray());
          default -> null;
        };
    boolean otherAlgorithm =
        made != null && key.getAlgorithm() != null && !made.algorithm.equals(key.getAlgorithm());
    return otherAlgorithm ? null : made;
  }

  /** Whether a token says that it is signed with this key's algorithm. */
  boolean isOfAlgorithm(JWSAlgorithm claimed) {
    return algorithm.equals(claimed);
  }

  /** Whether this key made the token's signature. */
  boolean hasSigned(SignedJWT token) throws JOSEException {
    return token.verify(verifier);
  }
}
