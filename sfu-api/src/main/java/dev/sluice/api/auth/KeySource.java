package dev.sluice.api.auth;

import org.jspecify.annotations.Nullable;

/** Where keys come from. Safe for every thread; may block for a bounded time. */
public sealed interface KeySource permits SigningKeys, KeySetCache {
  /** The key of this id, or null when there is none. */
  @Nullable VerificationKey find(String keyId);

  /** Whether there is any key at all just now. */
  boolean hasKeys();
}
