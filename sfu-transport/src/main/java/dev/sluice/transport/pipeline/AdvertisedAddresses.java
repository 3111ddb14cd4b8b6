package dev.sluice.transport.pipeline;

import dev.sluice.core.sdp.LocalTransport.Candidate;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses the answers of this server name: those of the configuration in its order, else
 * this machine's own.
 */
final class AdvertisedAddresses {
  private static final int MAX_AUTOMATIC = 8;

  private AdvertisedAddresses() {}

  /**
   * What the answers name.
   *
   * @throws MediaAddressException when the configuration leaves no address to name to everyone
   */
  static List<Candidate> of(MediaConfig config, int boundPort) {
    List<Candidate> all = all(config, boundPort);
    if (!config.exposure().hidePrivateAddresses()) {
      return all;
    }
    List<Candidate> shown = all.stream().filter(candidate -> !isPrivate(candidate)).toList();
    if (shown.stream().noneMatch(candidate -> candidate.clients().isEmpty())) {
      throw new MediaAddressException(all);
    }
    return shown;
  }

  private static List<Candidate> all(MediaConfig config, int boundPort) {
    if (!config.advertised().isEmpty()) {
      return config.advertised().stream()
          .map(candidate -> candidate.port() > 0 ? candidate : candidate.withPort(boundPort))
          .toList();
    }
    InetAddress bound = config.bind().getAddress();
    if (bound != null && !bound.isAnyLocalAddress()) {
      return List.of(new Candidate(bound.getHostAddress(), boundPort, false));
    }
    boolean ipv4Only = bound instanceof Inet4Address;
    List<Candidate> candidates = new ArrayList<>();
    for (InetAddress address : machineAddresses(ipv4Only, config.exposure().preferIpv6())) {
      candidates.add(new Candidate(withoutZone(address), boundPort, false));
    }
    if (config.advertiseLoopback() || candidates.isEmpty()) {
      candidates.add(new Candidate("127.0.0.1", boundPort, false));
    }
    return List.copyOf(candidates);
  }

  private static List<InetAddress> machineAddresses(boolean ipv4Only, boolean preferIpv6) {
    try {
      return inOrder(
          NetworkInterface.networkInterfaces()
              .filter(AdvertisedAddresses::usable)
              .flatMap(NetworkInterface::inetAddresses)
              .filter(address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress())
              .filter(address -> !ipv4Only || address instanceof Inet4Address),
          preferIpv6);
    } catch (SocketException unreadable) {
      return List.of();
    }
  }

  /** The preferred family first, each in the order of the machine. */
  static List<InetAddress> inOrder(Stream<InetAddress> addresses, boolean preferIpv6) {
    return addresses
        .sorted(Comparator.comparing(address -> address instanceof Inet4Address == preferIpv6))
        .limit(MAX_AUTOMATIC)
        .toList();
  }

  private static boolean usable(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback();
    } catch (SocketException unreadable) {
      return false;
    }
  }

  private static String withoutZone(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  /** RFC 1918, and its counterpart of IPv6: fc00::/7 (RFC 4193). */
  private static boolean isPrivate(Candidate candidate) {
    try {
      InetAddress address = InetAddress.ofLiteral(candidate.address());
      boolean uniqueLocal =
          address instanceof Inet6Address && (address.getAddress()[0] & 0xFE) == 0xFC;
      return address.isSiteLocalAddress() || uniqueLocal;
    } catch (IllegalArgumentException hostName) {
      return false;
    }
  }
}
