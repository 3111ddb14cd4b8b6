package dev.sluice.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** Key pairs of someone else who issues tokens, and the key sets that they publish. */
public final class TestKeys {
  private TestKeys() {}

  /** An RSA key pair of 2048 bits. */
  public static RSAKey rsa(String keyId) throws JOSEException {
    return new RSAKeyGenerator(2048).keyID(keyId).generate();
  }

  /** A P-256 key pair. */
  public static ECKey ec(String keyId) throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID(keyId).generate();
  }

  /** A secret. */
  public static OctetSequenceKey secret(String keyId, String secret) {
    return new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8))
        .keyID(keyId)
        .build();
  }

  /** What the world may see of these keys. */
  public static byte[] published(JWK... keys) {
    return text(true, keys);
  }

  /** These keys with their secrets. */
  public static byte[] whole(JWK... keys) {
    return text(false, keys);
  }

  private static byte[] text(boolean publicOnly, JWK... keys) {
    return new JWKSet(List.of(keys)).toString(publicOnly).getBytes(StandardCharsets.UTF_8);
  }

  /** A token for every room. */
  public static String token(JWK key, Instant expires) throws JOSEException {
    return token(key, algorithmOf(key), claims(expires).build());
  }

  static JWTClaimsSet.Builder claims(Instant expires) {
    return new JWTClaimsSet.Builder()
        .issuer("https://login.example.org")
        .subject("ada")
        .expirationTime(Date.from(expires))
        .claim("sluice", Map.of("room", "*"));
  }

  static String token(JWK key, JWSAlgorithm algorithm, JWTClaimsSet claims) throws JOSEException {
    JWSSigner signer =
        switch (key) {
          case RSAKey rsa -> new RSASSASigner(rsa);
          case ECKey ec -> new ECDSASigner(ec);
          case OctetSequenceKey secret -> new MACSigner(secret);
          default -> throw new IllegalArgumentException(key.getKeyType().getValue());
        };
    SignedJWT jwt =
        new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims);
    jwt.sign(signer);
    return jwt.serialize();
  }

  private static JWSAlgorithm algorithmOf(JWK key) {
    return switch (key) {
      case RSAKey _ -> JWSAlgorithm.RS256;
      case ECKey _ -> JWSAlgorithm.ES256;
      default -> JWSAlgorithm.HS256;
    };
  }
}
