package dev.sluice.transport.udp;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/** Which of Netty's transports carries the media port. */
public enum UdpBackend {
  /** Linux, where Netty's natives can be loaded: batched receive and send, segmentation. */
  EPOLL,
  /** Everywhere: one system call per datagram. */
  NIO;

  private static final boolean NIO_SHARES_PORTS = nioSharesPorts();

  /**
   * The best one here. Netty's own switch {@code -Dio.netty.transport.noNative=true} makes it NIO.
   */
  public static UdpBackend best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  /** Whether several sockets can be bound to one port (SO_REUSEPORT); Windows cannot. */
  public boolean sharesPorts() {
    return switch (this) {
      case EPOLL -> true;
      case NIO -> NIO_SHARES_PORTS;
    };
  }

  private static boolean nioSharesPorts() {
    try (DatagramChannel probe = DatagramChannel.open()) {
      return probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
    } catch (IOException noSockets) {
      return false;
    }
  }

  /** What a loop needs in order to drive a port of this kind. */
  public IoHandlerFactory ioHandlerFactory() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }
}
