package dev.sluice.core.sdp;

import java.util.List;

/**
 * The transport side of the server's answer: an ICE-lite, DTLS-passive end.
 *
 * @param iceUfrag the server's user fragment for this peer
 * @param icePwd its password
 * @param fingerprint of the server's certificate
 * @param candidates in order of preference
 */
public record LocalTransport(
    String iceUfrag,
    String icePwd,
    RemoteTransport.Fingerprint fingerprint,
    List<Candidate> candidates) {
  public LocalTransport {
    candidates = List.copyOf(candidates);
  }

  /**
   * A host candidate (RFC 8839 §5.1).
   *
   * @param address literal IPv4 or IPv6 address, or a host name
   * @param port 1 to 65535
   * @param tcp true for a passive TCP candidate (RFC 6544)
   */
  public record Candidate(String address, int port, boolean tcp) {}
}
