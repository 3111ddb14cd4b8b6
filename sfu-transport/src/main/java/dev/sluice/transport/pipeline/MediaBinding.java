package dev.sluice.transport.pipeline;

import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.sdp.LocalTransport.Candidate;
import dev.sluice.transport.tcp.TcpCensus;
import dev.sluice.transport.tcp.TcpPort;
import dev.sluice.transport.udp.UdpPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What every worker binds.
 *
 * @param udp local addresses of the media port; the place in this list is the number by which
 *     {@link UdpPath} names it
 * @param tcp where ICE-TCP is taken, or null
 * @param shared there will be several sockets on one port
 * @param census of the TCP connections of all workers
 */
record MediaBinding(
    List<InetSocketAddress> udp,
    @Nullable InetSocketAddress tcp,
    boolean shared,
    TcpCensus census) {
  private static final int TRIES = 20;

  MediaBinding {
    udp = List.copyOf(udp);
  }

  /**
   * Works out what to bind: finds a free port where any will do, and makes sure that nobody else
   * has the ports where sharing would hide it.
   *
   * @throws MediaPortException when a port is taken
   */
  static MediaBinding of(MediaConfig config, boolean sharesPorts, int workers) {
    InetSocketAddress bind = config.bind();
    MediaConfig.Tcp tcp = config.tcp();
    InetSocketAddress found = bind.getPort() == 0 ? freePort(bind, tcp.followsUdp()) : bind;
    List<InetSocketAddress> udp = LocalAddresses.of(found, sharesPorts);
    boolean shared = workers > 1 || udp.size() > 1;
    InetSocketAddress listening =
        tcp.isOn()
            ? new InetSocketAddress(
                bind.getAddress(), tcp.followsUdp() ? found.getPort() : tcp.port())
            : null;
    if (shared) {
      requireUnshared(found, listening);
    }
    return new MediaBinding(udp, listening, shared, new TcpCensus(tcp.limits()));
  }

  int udpPort() {
    return udp.getFirst().getPort();
  }

  OptionalInt tcpPort() {
    return tcp == null ? OptionalInt.empty() : OptionalInt.of(tcp.getPort());
  }

  /**
   * What answers name of it.
   *
   * @throws MediaAddressException when the configuration leaves no address to name
   */
  List<Candidate> candidates(MediaConfig config) {
    List<Candidate> byUdp = AdvertisedAddresses.of(config, udpPort());
    return tcp == null ? byUdp : TcpCandidates.append(byUdp, udpPort(), tcp.getPort());
  }

  /** Both ends of a path, for operators; null for none. */
  QualityInfo.@Nullable Path describe(@Nullable PeerPath path) {
    return switch (path) {
      case null -> null;
      case UdpPath datagrams ->
          describe("udp", udp.get(datagrams.socket()), datagrams.remote().address());
      case TcpPath stream ->
          tcp == null ? null : describe("tcp", tcp, stream.connection().remote());
    };
  }

  private static QualityInfo.Path describe(
      String protocol, InetSocketAddress local, InetSocketAddress remote) {
    return new QualityInfo.Path(
        protocol, address(local), local.getPort(), address(remote), remote.getPort());
  }

  private static String address(InetSocketAddress of) {
    InetAddress resolved = of.getAddress();
    return resolved == null ? of.getHostString() : resolved.getHostAddress();
  }

  /** One that is free by UDP, and by TCP if it has to be. */
  private static InetSocketAddress freePort(InetSocketAddress bind, boolean alsoByTcp) {
    IOException taken = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        InetSocketAddress found =
            new InetSocketAddress(bind.getAddress(), UdpPort.requireUnshared(bind));
        if (alsoByTcp) {
          TcpPort.requireUnshared(found);
        }
        return found;
      } catch (IOException busy) {
        taken = busy;
      }
    }
    throw MediaPortException.udp(bind, taken);
  }

  private static void requireUnshared(
      InetSocketAddress udp, @Nullable InetSocketAddress listening) {
    try {
      UdpPort.requireUnshared(udp);
    } catch (IOException taken) {
      throw MediaPortException.udp(udp, taken);
    }
    if (listening != null) {
      try {
        TcpPort.requireUnshared(listening);
      } catch (IOException taken) {
        throw MediaPortException.tcp(listening, taken);
      }
    }
  }
}
