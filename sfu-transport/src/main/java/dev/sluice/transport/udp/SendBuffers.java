package dev.sluice.transport.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for messages on their way into the kernel: a few buffers that are used again and
 * again, and so stay in the processor's cache. A buffer is free when only this object holds it,
 * which is when Netty has sent it.
 *
 * <p>Owner: the worker of the socket.
 */
final class SendBuffers {
  private static final int BUFFERS = 64;

  /** Of the largest message, 16 segments of 1500 bytes. */
  private final int bytes;

  private final @Nullable ByteBuf[] buffers = new @Nullable ByteBuf[BUFFERS];
  private int next;

  SendBuffers(int bytes) {
    this.bytes = bytes;
  }

  /** An empty buffer that the caller releases once, or null when all are on their way. */
  @Nullable ByteBuf take() {
    ByteBuf buffer = buffers[next];
    if (buffer == null) {
      // Without Netty's search for leaks: these are kept for the life of the socket.
      buffer = new UnpooledByteBufAllocator(true, true).directBuffer(bytes, bytes);
      buffers[next] = buffer;
    } else if (buffer.refCnt() != 1) {
      return null;
    }
    next = (next + 1) % BUFFERS;
    return buffer.clear().retain();
  }

  /** Frees them, those on their way as soon as they have left. */
  void close() {
    for (int i = 0; i < BUFFERS; i++) {
      ByteBuf buffer = buffers[i];
      if (buffer != null) {
        buffer.release();
        buffers[i] = null;
      }
    }
  }
}
