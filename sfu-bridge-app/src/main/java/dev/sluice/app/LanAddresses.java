package dev.sluice.app;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** The addresses under which others in the local network reach this machine. */
final class LanAddresses {
  private static final int MAX = 8;

  private LanAddresses() {}

  /** IPv4 first; without loopback and link-local ones. */
  static List<InetAddress> ofThisMachine() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(LanAddresses::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress())
          .sorted((a, b) -> Boolean.compare(b instanceof Inet4Address, a instanceof Inet4Address))
          .limit(MAX)
          .toList();
    } catch (SocketException unreadable) {
      return List.of();
    }
  }

  /** The literal, without the zone of an IPv6 address. */
  static String text(InetAddress address) {
    String literal = address.getHostAddress();
    int zone = literal.indexOf('%');
    return zone < 0 ? literal : literal.substring(0, zone);
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException unreadable) {
      return false;
    }
  }
}
