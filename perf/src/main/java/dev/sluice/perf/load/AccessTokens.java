package dev.sluice.perf.load;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Access tokens for the server that this run has started (docs/protocol.md). */
final class AccessTokens {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final long VALID_SECONDS = 24 * 3600;

  private AccessTokens() {}

  static String make(String secret, String keyId, String identity, String room) {
    long expires = Instant.now().getEpochSecond() + VALID_SECONDS;
    String header = "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"" + keyId + "\"}";
    String claims =
        "{\"sub\":\"%s\",\"exp\":%d,\"sluice\":{\"room\":\"%s\"}}"
            .formatted(identity, expires, room);
    String body = encode(header) + "." + encode(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(body.getBytes(StandardCharsets.US_ASCII));
      return body + "." + BASE64.encodeToString(signature);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
