package dev.sluice.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import dev.sluice.core.control.Grants;
import dev.sluice.core.testkit.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Access tokens as a fuzz target: of strangers, and claims under a right signature. */
public final class TokenFuzz {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final AccessTokens TOKENS =
      new AccessTokens(SigningKeys.of(Map.of("app", SECRET)), InstantSource.fixed(NOW));
  private static final String GENUINE =
      TOKENS.issue(
          "app", new AccessToken("ada", "Ada", "standup", Grants.ALL), NOW.plusSeconds(60));
  private static final char SIGNED = 'S';

  private TokenFuzz() {}

  public static FuzzTarget target() {
    String claims =
        "S{\"iss\":\"app\",\"sub\":\"ada\",\"exp\":1795262460,\"nbf\":1,\"name\":\"Ada\","
            + "\"sluice\":{\"room\":\"standup\",\"publish\":true,\"admin\":false}}";
    return new FuzzTarget(
        't',
        "access-token",
        TokenFuzz::accept,
        List.of(
            ("J" + GENUINE).getBytes(StandardCharsets.UTF_8),
            "JeyJhbGciOiJub25lIn0.e30.".getBytes(StandardCharsets.UTF_8),
            claims.getBytes(StandardCharsets.UTF_8)));
  }

  /** Nobody gets in without the key, and with it only by claims that make sense. */
  private static void accept(byte[] input) throws JOSEException {
    if (input.length == 0) {
      return;
    }
    boolean signed = input[0] == SIGNED;
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    String jwt = signed ? sign(rest) : new String(rest, StandardCharsets.UTF_8);
    try {
      AccessToken token = TOKENS.verify(jwt);
      if (!signed && !sameSignedParts(jwt)) {
        throw new AssertionError("a token that nobody issued: " + jwt);
      }
      if (token.identity().isEmpty()
          || token.identity().length() > 128
          || token.name().length() > 128
          || token.room().isEmpty()
          || token.room().length() > 128) {
        throw new AssertionError("claims out of bounds: " + token);
      }
    } catch (TokenException refused) {
      String sentence = refused.getMessage();
      if (sentence == null || !sentence.endsWith(".")) {
        throw new AssertionError("not a sentence: " + sentence, refused);
      }
    }
  }

  private static boolean sameSignedParts(String jwt) {
    int signature = GENUINE.lastIndexOf('.');
    return jwt.startsWith(GENUINE.substring(0, signature + 1));
  }

  private static String sign(byte[] claims) throws JOSEException {
    JWSObject token =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).keyID("app").build(),
            new Payload(claims));
    token.sign(new MACSigner(SECRET));
    return token.serialize();
  }
}
