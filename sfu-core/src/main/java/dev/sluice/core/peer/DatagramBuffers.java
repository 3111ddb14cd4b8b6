package dev.sluice.core.peer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Arrays for datagrams on their way out, which the peers of one worker use in turns: what is
 * written for one subscriber leaves before the next one is written for, so a few arrays that stay
 * in the processor's cache serve a whole room. An array of its own for each peer would not fit.
 *
 * <p>Owner: the worker. Allocates when more peers wait at a time than ever before; keeps at most
 * {@link #MAX_KEPT} arrays of a size.
 */
public final class DatagramBuffers {
  /** A report, a voice: what most that wait have. */
  static final int SMALL_DATAGRAMS = 2;

  static final int SMALL_BYTES = SMALL_DATAGRAMS * DatagramBatch.MAX_DATAGRAM_BYTES;

  /** As much as a batch takes. */
  static final int LARGE_BYTES = DatagramBatch.MAX_DATAGRAMS * DatagramBatch.MAX_DATAGRAM_BYTES;

  /** More are left to the collector: 6 MB of large ones, if so many ever waited at a time. */
  static final int MAX_KEPT = 256;

  private final Stack small = new Stack();
  private final Stack large = new Stack();

  /** An array of {@link #SMALL_BYTES}. */
  byte[] takeSmall() {
    byte[] kept = small.pop();
    return kept == null ? new byte[SMALL_BYTES] : kept;
  }

  /** An array of {@link #LARGE_BYTES}. */
  byte[] takeLarge() {
    byte[] kept = large.pop();
    return kept == null ? new byte[LARGE_BYTES] : kept;
  }

  /** Takes an array back; what it holds is of no use to anyone. */
  void giveBack(byte[] buffer) {
    (buffer.length == LARGE_BYTES ? large : small).push(buffer);
  }

  /** The one that was given back last is taken next: it is the one in the cache. */
  private static final class Stack {
    private byte[][] buffers = new byte[4][];
    private int count;

    byte @Nullable [] pop() {
      return count == 0 ? null : buffers[--count];
    }

    void push(byte[] buffer) {
      if (count == MAX_KEPT) {
        return;
      }
      if (count == buffers.length) {
        buffers = Arrays.copyOf(buffers, 2 * count);
      }
      buffers[count++] = buffer;
    }
  }
}
