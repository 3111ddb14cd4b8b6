package dev.sluice.transport.wrongarrows.ice;

import dev.sluice.core.room.RoomLimits;
import dev.sluice.transport.wrongarrows.udp.Socket;
import io.netty.buffer.ByteBuf;

/** Points sideways, at the core's rooms and at Netty. */
public final class KnowsTheSocket {
  final Socket socket = new Socket();
  final RoomLimits limits = RoomLimits.DEFAULT;

  int length(ByteBuf datagram) {
    return datagram.readableBytes();
  }
}
