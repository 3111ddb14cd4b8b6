package dev.sluice.transport.tcp;

import static dev.sluice.core.testkit.fuzz.FuzzTarget.require;

import dev.sluice.core.testkit.fuzz.FuzzTarget;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The frames of a TCP connection as a fuzz target. */
public final class FrameFuzz {
  private static final HexFormat HEX = HexFormat.of();

  private FrameFuzz() {}

  public static FuzzTarget target() {
    return new FuzzTarget(
        'w',
        "tcp-frames",
        FrameFuzz::accept,
        List.of(HEX.parseHex("0300020001000080000000"), HEX.parseHex("010004aabbccdd0641")));
  }

  /**
   * The first byte says into how large pieces TCP cuts the rest. The frames are the same as if all
   * had come at once, and the same as by the definition; beyond a frame that is too long comes
   * none.
   */
  private static void accept(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] stream = Arrays.copyOfRange(input, 1, input.length);
    List<String> defined = new ArrayList<>();
    boolean followed = define(stream, defined);
    for (int piece : new int[] {Math.max(1, input[0] & 0xFF), Math.max(1, stream.length)}) {
      List<String> frames = new ArrayList<>();
      FrameReader reader = new FrameReader();
      boolean ok = true;
      for (int at = 0; ok && at < stream.length; at += piece) {
        ok =
            reader.read(
                Unpooled.copiedBuffer(stream, at, Math.min(piece, stream.length - at)),
                frame -> frames.add(HEX.formatHex(ByteBufUtil.getBytes(frame))));
      }
      require(ok == followed, "a stream that is followed or not by how it is cut");
      require(frames.equals(defined), "frames " + frames + " of " + defined);
    }
  }

  /** RFC 4571 §2, in plain words; false at a frame that is too long. */
  private static boolean define(byte[] stream, List<String> frames) {
    int at = 0;
    while (at + 2 <= stream.length) {
      int length = (stream[at] & 0xFF) << 8 | (stream[at + 1] & 0xFF);
      if (length > FrameReader.MAX_FRAME_BYTES) {
        return false;
      }
      if (at + 2 + length > stream.length) {
        return true;
      }
      frames.add(HEX.formatHex(stream, at + 2, at + 2 + length));
      at += 2 + length;
    }
    return true;
  }
}
