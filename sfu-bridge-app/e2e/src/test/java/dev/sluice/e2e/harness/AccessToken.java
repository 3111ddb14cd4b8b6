package dev.sluice.e2e.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes access tokens as an application's back end does, with nothing but what every JDK has. */
public final class AccessToken {
  /** The id of the key, as in {@code sluice.auth.keys.app}. */
  public static final String KEY_ID = "app";

  private static final Duration VALID = Duration.ofMinutes(10);

  private AccessToken() {}

  /** A token of an administrator of every room, signed with this secret (HS256). */
  public static String ofAdministrator(String secret) {
    long expires = InstantSource.system().instant().plus(VALID).getEpochSecond();
    String signed =
        encode("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(KEY_ID))
            + "."
            + encode(
                "{\"sub\":\"ops\",\"exp\":%d,\"sluice\":{\"room\":\"*\",\"admin\":true}}"
                    .formatted(expires));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return signed + "." + encode(mac.doFinal(signed.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static String encode(String text) {
    return encode(text.getBytes(UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
