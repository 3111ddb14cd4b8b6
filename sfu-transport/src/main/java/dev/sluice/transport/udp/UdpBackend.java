package dev.sluice.transport.udp;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;

/** Which of Netty's transports carries the media port. */
public enum UdpBackend {
  /** Linux, where Netty's natives can be loaded: batched receive and send, segmentation. */
  EPOLL,
  /** Everywhere: one system call per datagram. */
  NIO;

  /**
   * The best one here. Netty's own switch {@code -Dio.netty.transport.noNative=true} makes it NIO.
   */
  public static UdpBackend best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  /** What a loop needs in order to drive a port of this kind. */
  public IoHandlerFactory ioHandlerFactory() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }
}
