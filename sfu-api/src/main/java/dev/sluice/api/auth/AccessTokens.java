package dev.sluice.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.api.auth.TokenException.Reason;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Verifies and issues access tokens: JWTs (RFC 7519) signed with HS256, RS256 or ES256, whichever
 * belongs to the key; the token has no say in that (RFC 8725 §3.1). Safe for every thread.
 */
public final class AccessTokens {
  /** How far the clocks of issuer and server may differ, unless told otherwise. */
  public static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  private static final int MAX_TOKEN_CHARS = 8192;

  private volatile SigningKeys keys;
  private final List<KeySource> otherKeys;
  private final Rules rules;
  private final InstantSource clock;

  /**
   * What every token must keep to.
   *
   * @param clockSkew how far the clocks of issuer and server may differ
   * @param audience what {@code aud} must name (RFC 7519 §4.1.3), or null to leave it unread
   */
  public record Rules(Duration clockSkew, @Nullable String audience) {
    /** The usual skew, any audience. */
    public static final Rules DEFAULTS = new Rules(CLOCK_SKEW, null);
  }

  /** Tokens signed with one of these secrets, judged by this clock. */
  public AccessTokens(SigningKeys keys, InstantSource clock) {
    this(keys, List.of(), Rules.DEFAULTS, clock);
  }

  /**
   * Tokens signed with one of these keys, judged by these rules and this clock.
   *
   * @param keys looked into first, and those that this server itself can sign with
   * @param otherKeys looked into next, in this order
   */
  public AccessTokens(
      SigningKeys keys, List<? extends KeySource> otherKeys, Rules rules, InstantSource clock) {
    this.keys = keys;
    this.otherKeys = List.copyOf(otherKeys);
    this.rules = rules;
    this.clock = clock;
  }

  /** Takes other secrets into use in place of those given before; tokens of the latter end. */
  public void replaceKeys(SigningKeys others) {
    keys = others;
  }

  /** Whether there is any key just now; without one no token is good. */
  public boolean hasKeys() {
    return keys.hasKeys() || otherKeys.stream().anyMatch(KeySource::hasKeys);
  }

  /**
   * What a token says. May block for a bounded time, while a key set is read.
   *
   * @throws TokenException when it is not to be trusted
   */
  public AccessToken verify(String jwt) throws TokenException {
    if (jwt.length() > MAX_TOKEN_CHARS) {
      throw new TokenException(Reason.MALFORMED, "The access token is too long.");
    }
    if (!jwt.chars().allMatch(AccessTokens::isCompact)) {
      throw new TokenException(Reason.MALFORMED);
    }
    SignedJWT token = parse(jwt);
    JWTClaimsSet claims = claims(token);
    requireSignature(token, claims);
    requireTime(claims);
    String audience = rules.audience();
    if (audience != null && !claims.getAudience().contains(audience)) {
      throw new TokenException(Reason.WRONG_AUDIENCE);
    }
    return GrantsClaim.read(claims);
  }

  /**
   * A new token.
   *
   * @param keyId which of the server's own secrets signs it; becomes both {@code kid} and {@code
   *     iss}
   * @throws IllegalArgumentException when there is no such secret
   */
  public String issue(String keyId, AccessToken content, Instant expires) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(keyId)
            .audience(rules.audience())
            .expirationTime(Date.from(expires));
    GrantsClaim.write(content, claims);
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(keyId).build(), claims.build());
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

  /**
   * What the compact form is made of (RFC 7515 §3.1, RFC 4648 §5). The library would strip and skip
   * everything else, so that one token could be written in many ways.
   */
  private static boolean isCompact(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || character == '-'
        || character == '_'
        || character == '.';
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
    VerificationKey key = keyId == null ? null : find(keyId);
    if (key == null) {
      throw new TokenException(Reason.UNKNOWN_KEY);
    }
    if (!key.isOfAlgorithm(token.getHeader().getAlgorithm())) {
      throw new TokenException(Reason.WRONG_ALGORITHM);
    }
    try {
      if (!key.hasSigned(token)) {
        throw new TokenException(Reason.BAD_SIGNATURE);
      }
    } catch (JOSEException e) {
      throw new TokenException(Reason.BAD_SIGNATURE);
    }
  }

  private @Nullable VerificationKey find(String keyId) {
    VerificationKey found = keys.find(keyId);
    for (int i = 0; found == null && i < otherKeys.size(); i++) {
      found = otherKeys.get(i).find(keyId);
    }
    return found;
  }

  private void requireTime(JWTClaimsSet claims) throws TokenException {
    Date expires = claims.getExpirationTime();
    if (expires == null) {
      throw new TokenException(Reason.BAD_CLAIMS, "The access token has no claim \"exp\".");
    }
    Instant now = clock.instant();
    if (!now.isBefore(expires.toInstant().plus(rules.clockSkew()))) {
      throw new TokenException(Reason.EXPIRED);
    }
    Date notBefore = claims.getNotBeforeTime();
    if (notBefore != null && now.isBefore(notBefore.toInstant().minus(rules.clockSkew()))) {
      throw new TokenException(Reason.NOT_YET_VALID);
    }
  }
}
