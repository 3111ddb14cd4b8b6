package dev.sluice.transport.udp;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** Takes what arrives on the port. Called on the loop's thread. */
@FunctionalInterface
public interface DatagramReceiver {
  /**
   * One datagram.
   *
   * @param content its bytes; not kept after the call
   */
  void onDatagram(ByteBuf content, InetSocketAddress remote);
}
