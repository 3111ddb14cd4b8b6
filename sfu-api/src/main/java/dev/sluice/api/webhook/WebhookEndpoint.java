package dev.sluice.api.webhook;

import java.net.URI;
import java.util.Base64;
import java.util.List;

/**
 * A receiver.
 *
 * @param name what the configuration calls it; what it has received is kept by this name
 * @param url where events are posted to
 * @param keys that requests are signed with: the first is in use, the others are on their way in or
 *     out
 */
public record WebhookEndpoint(String name, URI url, List<byte[]> keys) {
  /** What a secret begins with (Standard Webhooks). */
  private static final String PREFIX = "whsec_";

  private static final int MIN_KEY_BYTES = 24;
  private static final int MAX_KEY_BYTES = 64;

  public WebhookEndpoint {
    keys = List.copyOf(keys);
  }

  /**
   * The key of a secret as it is written in the configuration: {@code whsec_} and Base64.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static byte[] key(String secret) {
    if (!secret.startsWith(PREFIX)) {
      throw new IllegalArgumentException("A secret begins with " + PREFIX + ".");
    }
    byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
    if (key.length < MIN_KEY_BYTES || key.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "A secret is %d to %d bytes in Base64.".formatted(MIN_KEY_BYTES, MAX_KEY_BYTES));
    }
    return key;
  }

  /** Without the keys, and without what a URL may carry of its own secrets. */
  @Override
  public String toString() {
    return name + " at " + address();
  }

  /** The URL without its query. */
  public String address() {
    return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }
}
