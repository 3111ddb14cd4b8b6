package dev.sluice.transport.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames (RFC 4571 §2), however TCP has cut it before. Holds at most one
 * incomplete frame, and memory for it only once one has been seen.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |            LENGTH             |  STUN, DTLS, RTP or RTCP ...  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Owner: the thread of the connection's loop.
 */
final class FrameReader {
  /** The longest datagram that is taken in by UDP; clients send the same by TCP. */
  static final int MAX_FRAME_BYTES = 1600;

  static final int LENGTH_BYTES = 2;

  private @Nullable ByteBuf partial;

  /**
   * Reads all that there is.
   *
   * @return false when a frame is too long: the stream cannot be followed any further
   */
  boolean read(ByteBuf in, Consumer<ByteBuf> frames) {
    ByteBuf begun = partial;
    if (begun != null && begun.isReadable() && !complete(begun, in, frames)) {
      return false;
    }
    while (in.readableBytes() >= LENGTH_BYTES) {
      int length = in.getUnsignedShort(in.readerIndex());
      if (length > MAX_FRAME_BYTES) {
        return false;
      }
      if (in.readableBytes() < LENGTH_BYTES + length) {
        break;
      }
      in.skipBytes(LENGTH_BYTES);
      frames.accept(in.readSlice(length));
    }
    if (in.isReadable()) {
      keep(in);
    }
    return true;
  }

  /** Goes on with the frame that was incomplete; takes no byte beyond it. */
  private static boolean complete(ByteBuf begun, ByteBuf in, Consumer<ByteBuf> frames) {
    if (begun.readableBytes() < LENGTH_BYTES) {
      move(in, begun, LENGTH_BYTES - begun.readableBytes());
      if (begun.readableBytes() < LENGTH_BYTES) {
        return true;
      }
    }
    int length = begun.getUnsignedShort(begun.readerIndex());
    if (length > MAX_FRAME_BYTES) {
      return false;
    }
    move(in, begun, LENGTH_BYTES + length - begun.readableBytes());
    if (begun.readableBytes() == LENGTH_BYTES + length) {
      frames.accept(begun.skipBytes(LENGTH_BYTES));
      begun.clear();
    }
    return true;
  }

  private static void move(ByteBuf from, ByteBuf to, int wanted) {
    to.writeBytes(from, Math.min(wanted, from.readableBytes()));
  }

  private void keep(ByteBuf rest) {
    ByteBuf begun = partial;
    if (begun == null) {
      begun = Unpooled.buffer(LENGTH_BYTES + MAX_FRAME_BYTES, LENGTH_BYTES + MAX_FRAME_BYTES);
      partial = begun;
    }
    begun.writeBytes(rest);
  }
}
