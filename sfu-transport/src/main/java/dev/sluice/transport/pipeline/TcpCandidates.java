package dev.sluice.transport.pipeline;

import dev.sluice.core.sdp.LocalTransport.Candidate;
import java.util.ArrayList;
import java.util.List;

/** Adds what clients need to know of ICE-TCP to the addresses that answers name. */
final class TcpCandidates {
  private TcpCandidates() {}

  /**
   * The same addresses by TCP for the same clients, after those by UDP and in their order.
   *
   * <p>Where TCP has the number of the UDP port, the port of an address is taken for both: whoever
   * forwards port 30478 to 10000 forwards it for both protocols. Where TCP has a number of its own,
   * that one is named.
   *
   * @param udp candidates by UDP
   * @param udpPort bound
   * @param tcpPort bound
   */
  static List<Candidate> append(List<Candidate> udp, int udpPort, int tcpPort) {
    List<Candidate> all = new ArrayList<>(udp);
    for (Candidate candidate : udp) {
      int port = tcpPort == udpPort ? candidate.port() : tcpPort;
      Candidate stream = new Candidate(candidate.address(), port, true, candidate.clients());
      if (!all.contains(stream)) {
        all.add(stream);
      }
    }
    return List.copyOf(all);
  }
}
