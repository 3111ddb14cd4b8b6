package dev.sluice.transport.tcp;

import io.netty.buffer.ByteBuf;

/** Takes what one connection brings. Called on the thread of its loop. */
public interface TcpReceiver {
  /**
   * One frame.
   *
   * @param content its bytes, without the length; not kept after the call
   */
  void onFrame(ByteBuf content);

  /** The connection is over; nothing more comes. */
  void onClosed();
}
