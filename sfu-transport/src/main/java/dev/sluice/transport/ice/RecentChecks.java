package dev.sluice.transport.ice;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/**
 * Tells a check that somebody sends again from elsewhere: who has seen one on its way could else
 * move the media path to himself, because a lite agent has no check of its own to see whether the
 * peer is there (RFC 8445 §7.3). A client that sends a check again sends it from where it was, so a
 * known transaction id from another address is a replay. Remembers the last 256 authenticated
 * checks, ten minutes of a browser's; one that is older can be replayed, and then the path moves
 * back with the peer's next check.
 *
 * <p>Thread safe: the checks of one peer may come on several workers.
 */
final class RecentChecks {
  static final int SIZE = 256;

  private static final int TRANSACTION_OFFSET = 8;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final long[] transactions = new long[SIZE];
  private final InetSocketAddress[] sources = new InetSocketAddress[SIZE];
  private int count;
  private int next;

  /** Whether this authenticated message came before from another address; remembers it if not. */
  synchronized boolean isReplay(byte[] message, int offset, InetSocketAddress source) {
    int id = offset + TRANSACTION_OFFSET;
    long transaction = (long) LONG.get(message, id) ^ (long) (int) INT.get(message, id + 8) << 32;
    for (int i = 0; i < count; i++) {
      if (transactions[i] == transaction) {
        return !sources[i].equals(source);
      }
    }
    transactions[next] = transaction;
    sources[next] = source;
    next = (next + 1) % SIZE;
    count = Math.min(count + 1, SIZE);
    return false;
  }
}
