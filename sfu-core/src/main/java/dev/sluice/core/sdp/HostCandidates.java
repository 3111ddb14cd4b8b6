package dev.sluice.core.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code a=candidate} lines of the server's addresses (RFC 8839 §5.1, RFC 6544 for TCP). All
 * are host candidates of component 1, in the configured order, and their priorities fall in that
 * order; every TCP candidate comes after every UDP candidate.
 */
final class HostCandidates {
  /** RFC 8445 §5.1.2.2: the type preference of host candidates. */
  private static final int HOST_TYPE_PREFERENCE = 126;

  private static final int COMPONENT = 1;
  private static final int HIGHEST_UDP_LOCAL_PREFERENCE = 65_535;

  /**
   * RFC 6544 §4.2: local preference = 2^13 * direction + other; 4 is the direction of a passive
   * host candidate, 8191 the highest other preference.
   */
  private static final int HIGHEST_TCP_LOCAL_PREFERENCE = 4 * 8192 + 8191;

  private HostCandidates() {}

  /** Adds all candidates and the mark that no more will come. */
  static void answer(List<LocalTransport.Candidate> candidates, List<Attribute> out) {
    int index = 0;
    for (LocalTransport.Candidate candidate : candidates) {
      out.add(
          Attribute.of(
              "candidate",
              foundation(candidates, candidate)
                  + " "
                  + COMPONENT
                  + (candidate.tcp() ? " tcp " : " udp ")
                  + priority(candidate.tcp(), index)
                  + " "
                  + candidate.address()
                  + " "
                  + candidate.port()
                  + " typ host"
                  + (candidate.tcp() ? " tcptype passive" : "")));
      index++;
    }
    out.add(Attribute.flag("end-of-candidates"));
  }

  /** Equal for candidates of one address and protocol, and only for those (RFC 8445 §5.1.1.3). */
  private static int foundation(
      List<LocalTransport.Candidate> candidates, LocalTransport.Candidate candidate) {
    int foundation = 1;
    for (LocalTransport.Candidate other : candidates) {
      if (other.tcp() == candidate.tcp() && other.address().equals(candidate.address())) {
        break;
      }
      foundation++;
    }
    return foundation;
  }

  /** RFC 8445 §5.1.2.1. */
  static long priority(boolean tcp, int index) {
    int highest = tcp ? HIGHEST_TCP_LOCAL_PREFERENCE : HIGHEST_UDP_LOCAL_PREFERENCE;
    int localPreference = Math.max(tcp ? 0 : HIGHEST_TCP_LOCAL_PREFERENCE + 1, highest - index);
    return ((long) HOST_TYPE_PREFERENCE << 24) | ((long) localPreference << 8) | (256 - COMPONENT);
  }

  /**
   * The default destination of the m-line (RFC 8839 §4.2.1.2): the first UDP candidate with a
   * literal address, or null without one.
   */
  static LocalTransport.@Nullable Candidate defaultOf(List<LocalTransport.Candidate> candidates) {
    List<LocalTransport.Candidate> literal = new ArrayList<>();
    for (LocalTransport.Candidate candidate : candidates) {
      if (!candidate.tcp() && (isIpv6(candidate.address()) || isIpv4(candidate.address()))) {
        literal.add(candidate);
      }
    }
    return literal.isEmpty() ? null : literal.getFirst();
  }

  /** The c= text of a candidate with a literal address. */
  static String connection(LocalTransport.Candidate candidate) {
    return (isIpv6(candidate.address()) ? "IN IP6 " : "IN IP4 ") + candidate.address();
  }

  private static boolean isIpv6(String address) {
    return address.indexOf(':') >= 0;
  }

  private static boolean isIpv4(String address) {
    List<String> parts = SdpSyntax.split(address, '.');
    if (parts.size() != 4) {
      return false;
    }
    for (String part : parts) {
      if (SdpSyntax.number(part, 255) < 0) {
        return false;
      }
    }
    return true;
  }
}
