package dev.sluice.core.peer;

import java.util.Arrays;

/**
 * The last datagrams of one outgoing stream as they were encrypted, for a receiver that asks for
 * packets again (NACK) but has no stream for retransmissions (RTX). Such a packet goes out a second
 * time under its own number, so it must be the same bytes: encrypting anything else under the same
 * index would give both away (RFC 3711 §9.1). What is no longer here is not sent again.
 *
 * <p>Memory is fixed: {@link #HEAP_BYTES}, and only for slots that need it. Owner: the room's
 * worker.
 */
final class SentCiphertexts {
  /** What each packet may be sent again at most. */
  static final int MAX_RESENDS = 10;

  /** Half a second of video at 1.5 Mbit/s. */
  static final int ARENA_BYTES = 96 * 1024;

  static final int ENTRIES = 128;

  /** What one of these holds: the datagrams, and their numbers, places and counts. */
  static final long HEAP_BYTES = ARENA_BYTES + (long) ENTRIES * (4 + 8 + 2 + 8 + 1);

  private static final int EMPTY = -1;

  private final byte[] arena = new byte[ARENA_BYTES];
  private final int[] sequences = new int[ENTRIES];
  private final long[] positions = new long[ENTRIES];
  private final short[] lengths = new short[ENTRIES];
  private final long[] resentNanos = new long[ENTRIES];
  private final byte[] resends = new byte[ENTRIES];

  /** Bytes of the arena handed out so far; modulo its length the next free one. */
  private long writePosition;

  SentCiphertexts() {
    Arrays.fill(sequences, EMPTY);
  }

  /** Keeps a datagram that has just been encrypted under a 16-bit sequence number. */
  void put(int sequence16, byte[] datagram, int offset, int length) {
    int at = (int) (writePosition % ARENA_BYTES);
    if (at + length > ARENA_BYTES) {
      writePosition += ARENA_BYTES - at;
      at = 0;
    }
    System.arraycopy(datagram, offset, arena, at, length);
    int entry = sequence16 & (ENTRIES - 1);
    sequences[entry] = sequence16;
    positions[entry] = writePosition;
    lengths[entry] = (short) length;
    resends[entry] = 0;
    writePosition += length;
  }

  /** The entry of a number that is still here and may be sent again now, or -1. */
  int find(int sequence16, long minIntervalNanos, long nowNanos) {
    int entry = sequence16 & (ENTRIES - 1);
    boolean overwritten = positions[entry] + ARENA_BYTES < writePosition;
    boolean tooSoon = resends[entry] > 0 && nowNanos - resentNanos[entry] < minIntervalNanos;
    return sequences[entry] != sequence16 || overwritten || tooSoon || resends[entry] >= MAX_RESENDS
        ? -1
        : entry;
  }

  /** Length of the datagram of an entry that {@link #find} gave. */
  int length(int entry) {
    return lengths[entry];
  }

  /** Copies the datagram of an entry that {@link #find} gave, and counts that it is sent again. */
  void resend(int entry, byte[] out, int offset, long nowNanos) {
    System.arraycopy(arena, (int) (positions[entry] % ARENA_BYTES), out, offset, lengths[entry]);
    resends[entry]++;
    resentNanos[entry] = nowNanos;
  }
}
