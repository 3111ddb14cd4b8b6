package dev.sluice.transport.pipeline;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which local addresses get a socket of their own. A reply must leave from the address that the
 * client asked, or the client's ICE, and every firewall on the way, takes it for a stranger's; of a
 * socket on the wildcard address the kernel would choose the source by the route back.
 *
 * <p>So a wildcard stands for one socket on each address that this machine has at the start. One
 * more is bound to the wildcard itself: the kernel gives it what none of the others takes, which is
 * what comes to an address that the machine got later.
 */
final class LocalAddresses {
  /** IPv6 with privacy extensions collects addresses; the wildcard's socket serves the others. */
  private static final int MAX_SOCKETS = 16;

  private LocalAddresses() {}

  /**
   * What to bind, the configured address first.
   *
   * @param sharesPorts whether several sockets may be bound to one port
   */
  static List<InetSocketAddress> of(InetSocketAddress bind, boolean sharesPorts) {
    InetAddress address = bind.getAddress();
    if (address == null || !address.isAnyLocalAddress() || !sharesPorts) {
      return List.of(bind);
    }
    List<InetSocketAddress> all = new ArrayList<>();
    all.add(bind);
    try {
      NetworkInterface.networkInterfaces()
          .filter(LocalAddresses::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(local -> !local.isLinkLocalAddress() && !local.isMulticastAddress())
          .filter(local -> local instanceof Inet4Address || !(address instanceof Inet4Address))
          .limit(MAX_SOCKETS - 1)
          .forEach(local -> all.add(new InetSocketAddress(local, bind.getPort())));
    } catch (SocketException unreadable) {
      return List.of(bind);
    }
    return List.copyOf(all);
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException unreadable) {
      return false;
    }
  }
}
