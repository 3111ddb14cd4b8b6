package dev.sluice.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACSigner;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that this server shares with the applications that issue tokens, by key id. Immutable
 * and safe for every thread; never prints a secret.
 */
public final class SigningKeys implements KeySource {
  /** HS256 needs a key at least as long as its hash (RFC 7518 §3.2). */
  public static final int MIN_SECRET_BYTES = 32;

  /** No secret: others sign, with keys that are found elsewhere. */
  public static final SigningKeys NONE = new SigningKeys(Map.of());

  private final Map<String, byte[]> secrets;

  private SigningKeys(Map<String, byte[]> secrets) {
    this.secrets = secrets;
  }

  /**
   * Keys from configuration; a secret is its UTF-8 bytes.
   *
   * @throws IllegalArgumentException naming the key id (never the secret) when there is no key, or
   *     one is shorter than {@link #MIN_SECRET_BYTES}
   */
  public static SigningKeys of(Map<String, String> secretsById) {
    if (secretsById.isEmpty()) {
      throw new IllegalArgumentException("At least one key is needed.");
    }
    Map<String, byte[]> secrets = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : secretsById.entrySet()) {
      byte[] secret = entry.getValue().getBytes(StandardCharsets.UTF_8);
      if (secret.length < MIN_SECRET_BYTES) {
        throw new IllegalArgumentException(
            "The key \"%s\" has %d bytes; HS256 needs at least %d (RFC 7518 §3.2)."
                .formatted(entry.getKey(), secret.length, MIN_SECRET_BYTES));
      }
      secrets.put(entry.getKey(), secret);
    }
    return new SigningKeys(secrets);
  }

  /** One key that nobody else knows, for development mode. */
  public static SigningKeys random(String keyId, SecureRandom random) {
    byte[] secret = new byte[MIN_SECRET_BYTES];
    random.nextBytes(secret);
    return of(Map.of(keyId, HexFormat.of().formatHex(secret)));
  }

  /** The ids, in the order of configuration. */
  public Set<String> ids() {
    return Set.copyOf(secrets.keySet());
  }

  @Override
  public @Nullable VerificationKey find(String keyId) {
    byte[] secret = secrets.get(keyId);
    try {
      return secret == null ? null : VerificationKey.ofSecret(secret);
    } catch (JOSEException e) {
      throw new IllegalStateException("HS256 is in every JDK and the key is long enough", e);
    }
  }

  @Override
  public boolean hasKeys() {
    return !secrets.isEmpty();
  }

  /** Signs with one key, or null when there is no such key. */
  @Nullable MACSigner signer(String keyId) throws JOSEException {
    byte[] secret = secrets.get(keyId);
    return secret == null ? null : new MACSigner(secret);
  }

  @Override
  public String toString() {
    return "SigningKeys" + secrets.keySet();
  }
}
