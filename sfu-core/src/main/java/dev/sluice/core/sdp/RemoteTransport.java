package dev.sluice.core.sdp;

import java.util.List;

/**
 * The transport side of a client's offer.
 *
 * @param iceUfrag RFC 8839 §5.4, 4 to 256 characters
 * @param icePwd 22 to 256 characters
 * @param fingerprints every {@code a=fingerprint} that applies, at least one (RFC 8122)
 */
public record RemoteTransport(String iceUfrag, String icePwd, List<Fingerprint> fingerprints) {
  public RemoteTransport {
    fingerprints = List.copyOf(fingerprints);
  }

  /**
   * A certificate hash.
   *
   * @param algorithm lower case, as {@code sha-256}
   * @param value upper-case hexadecimal bytes with colons
   */
  public record Fingerprint(String algorithm, String value) {}
}
