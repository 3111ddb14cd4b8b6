package dev.sluice.api.auth;

import java.io.IOException;

/** Reads the text of a JSON Web Key Set (RFC 7517 §5) from where it is kept. */
@FunctionalInterface
public interface KeySetReader {
  /** A set of 64 keys, certificates left out, is far smaller. */
  int MAX_BYTES = 64 * 1024;

  /**
   * The whole text, at most {@link #MAX_BYTES}; blocks for a bounded time.
   *
   * @throws IOException when it cannot be read, or is longer
   */
  byte[] read() throws IOException;
}
