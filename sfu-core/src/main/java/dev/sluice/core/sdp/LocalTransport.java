package dev.sluice.core.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * What an answer to a client at this address names. Where candidates are meant for its network,
   * it gets these alone; else those that are meant for everyone. The order stays.
   *
   * @param client 4 or 16 bytes, or null when nobody knows
   */
  public LocalTransport forClient(byte @Nullable [] client) {
    List<Candidate> own =
        client == null
            ? List.of()
            : candidates.stream().filter(candidate -> candidate.isMeantFor(client)).toList();
    List<Candidate> shown =
        own.isEmpty()
            ? candidates.stream().filter(candidate -> candidate.clients().isEmpty()).toList()
            : own;
    return new LocalTransport(iceUfrag, icePwd, fingerprint, shown);
  }

  /**
   * A host candidate (RFC 8839 §5.1).
   *
   * @param address literal IPv4 or IPv6 address, or a host name
   * @param port 1 to 65535
   * @param tcp true for a passive TCP candidate (RFC 6544)
   * @param clients the networks whose clients it is meant for; empty for everyone
   */
  public record Candidate(String address, int port, boolean tcp, List<ClientNetwork> clients) {
    public Candidate {
      clients = List.copyOf(clients);
    }

    /** For everyone. */
    public Candidate(String address, int port, boolean tcp) {
      this(address, port, tcp, List.of());
    }

    /** The same with another port. */
    public Candidate withPort(int newPort) {
      return new Candidate(address, newPort, tcp, clients);
    }

    /** Whether this is for the clients of certain networks, and this client is in one of them. */
    boolean isMeantFor(byte[] client) {
      return clients.stream().anyMatch(network -> network.contains(client));
    }
  }
}
