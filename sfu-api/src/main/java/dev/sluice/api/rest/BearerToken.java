package dev.sluice.api.rest;

import org.jspecify.annotations.Nullable;

/** The bearer token of a request (RFC 6750 §2.1). */
final class BearerToken {
  private static final String SCHEME = "Bearer ";

  private BearerToken() {}

  /**
   * The token of an {@code Authorization} header, or null when there is no header or it has another
   * scheme.
   */
  static @Nullable String of(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    return authorization.substring(SCHEME.length()).strip();
  }
}
