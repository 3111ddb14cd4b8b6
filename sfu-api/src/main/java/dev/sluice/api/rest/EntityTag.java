package dev.sluice.api.rest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Strong entity tags (RFC 9110 §8.8.3) of what can be updated, and the condition on them. */
final class EntityTag {
  private static final int DIGEST_CHARS = 16;

  private EntityTag() {}

  /** Names a value: equal ones, and nobody else, have the same. */
  static String of(Record value) {
    return "\"" + digest(value.toString()).substring(0, DIGEST_CHARS) + "\"";
  }

  /** Refuses when a request is meant for another state ({@code If-Match}, RFC 9110 §13.1.1). */
  static void require(@Nullable String ifMatch, String current) throws RequestException {
    if (ifMatch == null || ifMatch.strip().equals("*")) {
      return;
    }
    for (String tag : ifMatch.split(",", -1)) {
      if (tag.strip().equals(current)) {
        return;
      }
    }
    throw new RequestException(
        HttpStatus.PRECONDITION_FAILED,
        "changed-meanwhile",
        "It has changed since; show it again and decide anew.");
  }

  static String digest(String text) {
    return digest(text.getBytes(StandardCharsets.UTF_8));
  }

  static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
