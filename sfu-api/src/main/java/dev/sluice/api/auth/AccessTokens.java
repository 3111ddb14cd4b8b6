package dev.sluice.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.api.auth.TokenException.Reason;
import dev.sluice.core.control.Grants;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Verifies and issues access tokens: JWTs (RFC 7519) signed with HS256. The algorithm is pinned
 * here and never taken from the token (RFC 8725 §3.1). Safe for every thread.
 */
public final class AccessTokens {
  /** How far the clocks of issuer and server may differ. */
  public static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  private static final int MAX_TOKEN_CHARS = 8192;
  private static final int MAX_TEXT_CHARS = 128;
  private static final String GRANTS_CLAIM = "sluice";

  private final SigningKeys keys;
  private final InstantSource clock;

  /** Tokens signed with one of these keys, judged by this clock. */
  public AccessTokens(SigningKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * What a token says.
   *
   * @throws TokenException when it is not to be trusted
   */
  public AccessToken verify(String jwt) throws TokenException {
    if (jwt.length() > MAX_TOKEN_CHARS) {
      throw new TokenException(Reason.MALFORMED, "The access token is too long.");
    }
    SignedJWT token = parse(jwt);
    if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())) {
      throw new TokenException(Reason.WRONG_ALGORITHM);
    }
    JWTClaimsSet claims = claims(token);
    requireSignature(token, claims);
    requireTime(claims);
    return read(claims);
  }

  /**
   * A new token.
   *
   * @param keyId which key signs it; becomes both {@code kid} and {@code iss}
   * @throws IllegalArgumentException when there is no such key
   */
  public String issue(String keyId, AccessToken content, Instant expires) {
    Map<String, Object> grants = new LinkedHashMap<>();
    grants.put("room", content.room());
    grants.put("publish", content.grants().publish());
    grants.put("subscribe", content.grants().subscribe());
    grants.put("hidden", content.grants().hidden());
    if (content.admin()) {
      grants.put("admin", true);
    }
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(keyId)
            .subject(content.identity())
            .claim("name", content.name())
            .expirationTime(Date.from(expires))
            .claim(GRANTS_CLAIM, grants)
            .build();
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(keyId).build(), claims);
    try {
      MACSigner signer = keys.signer(keyId);
      if (signer == null) {
        throw new IllegalArgumentException("There is no key \"" + keyId + "\".");
      }
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("HS256 is in every JDK and the key is long enough", e);
    }
    return token.serialize();
  }

  private static SignedJWT parse(String jwt) throws TokenException {
    try {
      return SignedJWT.parse(jwt);
    } catch (ParseException | IllegalArgumentException e) {
      // An unsigned token ("alg":"none") does not parse as a signed one either.
      throw new TokenException(Reason.MALFORMED);
    }
  }

  private static JWTClaimsSet claims(SignedJWT token) throws TokenException {
    try {
      return token.getJWTClaimsSet();
    } catch (ParseException e) {
      throw new TokenException(Reason.BAD_CLAIMS);
    }
  }

  private void requireSignature(SignedJWT token, JWTClaimsSet claims) throws TokenException {
    String keyId = token.getHeader().getKeyID();
    if (keyId == null) {
      keyId = claims.getIssuer();
    }
    try {
      MACVerifier verifier = keyId == null ? null : keys.verifier(keyId);
      if (verifier == null) {
        throw new TokenException(Reason.UNKNOWN_KEY);
      }
      if (!token.verify(verifier)) {
        throw new TokenException(Reason.BAD_SIGNATURE);
      }
    } catch (JOSEException e) {
      throw new TokenException(Reason.BAD_SIGNATURE);
    }
  }

  private void requireTime(JWTClaimsSet claims) throws TokenException {
    Date expires = claims.getExpirationTime();
    if (expires == null) {
      throw new TokenException(Reason.BAD_CLAIMS, "The access token has no claim \"exp\".");
    }
    Instant now = clock.instant();
    if (!now.isBefore(expires.toInstant().plus(CLOCK_SKEW))) {
      throw new TokenException(Reason.EXPIRED);
    }
    Date notBefore = claims.getNotBeforeTime();
    if (notBefore != null && now.isBefore(notBefore.toInstant().minus(CLOCK_SKEW))) {
      throw new TokenException(Reason.NOT_YET_VALID);
    }
  }

  private static AccessToken read(JWTClaimsSet claims) throws TokenException {
    String identity = text(claims.getSubject(), "sub");
    if (identity == null || identity.isEmpty()) {
      throw new TokenException(Reason.BAD_CLAIMS, "The access token has no claim \"sub\".");
    }
    String name = text(claims.getClaim("name"), "name");
    if (!(claims.getClaim(GRANTS_CLAIM) instanceof Map<?, ?> granted)) {
      throw new TokenException(
          Reason.BAD_CLAIMS, "The access token has no claim \"sluice\" with an object.");
    }
    String room = text(granted.get("room"), "sluice.room");
    if (room == null || room.isEmpty()) {
      throw new TokenException(Reason.BAD_CLAIMS, "The access token has no \"sluice.room\".");
    }
    Grants grants =
        new Grants(
            flag(granted, "publish", true),
            flag(granted, "subscribe", true),
            flag(granted, "hidden", false));
    return new AccessToken(
        identity, name == null ? "" : name, room, grants, flag(granted, "admin", false));
  }

  private static @Nullable String text(@Nullable Object value, String claim) throws TokenException {
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text) || text.length() > MAX_TEXT_CHARS) {
      throw new TokenException(
          Reason.BAD_CLAIMS,
          "The claim \"%s\" must be a string of at most %d characters."
              .formatted(claim, MAX_TEXT_CHARS));
    }
    return text;
  }

  private static boolean flag(Map<?, ?> granted, String key, boolean absent) throws TokenException {
    Object value = granted.get(key);
    if (value == null) {
      return absent;
    }
    if (!(value instanceof Boolean flag)) {
      throw new TokenException(
          Reason.BAD_CLAIMS, "The claim \"sluice.%s\" must be true or false.".formatted(key));
    }
    return flag;
  }
}
