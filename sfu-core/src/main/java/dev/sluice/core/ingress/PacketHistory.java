package dev.sluice.core.ingress;

import dev.sluice.core.rtp.ArenaClaim;
import java.util.Arrays;

/**
 * The last packets of one incoming stream in plaintext, in one byte arena: SRTP unprotect writes
 * straight into it, forwarding and every subscriber's retransmission read from it. Memory is fixed
 * at construction: {@code arenaBytes} and 20 bytes per entry.
 *
 * <p>Use: {@link #reserve} a place, decrypt into {@link #arena()} there, then {@link #commit} under
 * the packet's extended sequence number. An entry stays readable until the arena has been written
 * round to it or its place in the table is taken by a sequence number {@code entries} later.
 *
 * <p>Owner: the room's worker. Another thread may read a packet that it was told of, and learns
 * from {@link #claim()} whether that was still there when it had read it: each place is claimed
 * there before anything is written to it.
 */
public final class PacketHistory {
  /** The largest packet that can be stored. */
  public static final int MAX_PACKET_BYTES = 1600;

  private static final long EMPTY = -1;

  private final byte[] arena;
  private final ArenaClaim claim;
  private final int mask;
  private final long[] sequences;
  private final long[] positions;
  private final short[] lengths;

  /**
   * Absolute count of arena bytes handed out, so that {@code writePosition % arena.length} is the
   * next free byte.
   */
  private long writePosition;

  /**
   * Makes an empty history.
   *
   * @param entries how many packets at most, a power of two
   * @param arenaBytes how many bytes of packets at most, at least 4 × {@link #MAX_PACKET_BYTES}
   */
  public PacketHistory(int entries, int arenaBytes) {
    if (Integer.bitCount(entries) != 1 || arenaBytes < 4 * MAX_PACKET_BYTES) {
      throw new IllegalArgumentException("entries " + entries + ", arena " + arenaBytes);
    }
    arena = new byte[arenaBytes];
    claim = new ArenaClaim(arenaBytes);
    mask = entries - 1;
    sequences = new long[entries];
    positions = new long[entries];
    lengths = new short[entries];
    Arrays.fill(sequences, EMPTY);
  }

  /** The bytes of all packets; only the ranges of live entries mean anything. */
  public byte[] arena() {
    return arena;
  }

  /** What is about to be written over: how other threads can read the arena. */
  public ArenaClaim claim() {
    return claim;
  }

  /**
   * Returns the offset in the arena at which up to {@link #MAX_PACKET_BYTES} may be written before
   * {@link #commit}.
   */
  public int reserve() {
    int offset = (int) (writePosition % arena.length);
    if (offset + MAX_PACKET_BYTES > arena.length) {
      writePosition += arena.length - offset;
      offset = 0;
    }
    claim.claim(writePosition + MAX_PACKET_BYTES);
    return offset;
  }

  /**
   * Whether a packet with this sequence number has been stored, even if its bytes have been written
   * over. Exact for the last {@link #entries()} numbers.
   */
  public boolean contains(long sequence) {
    return sequences[(int) (sequence & mask)] == sequence;
  }

  /** How many packets at most are remembered. */
  public int entries() {
    return mask + 1;
  }

  /**
   * Keeps the {@code length} bytes that were written at the last {@link #reserve} under an extended
   * sequence number.
   */
  public void commit(long sequence, int length) {
    int slot = (int) (sequence & mask);
    sequences[slot] = sequence;
    positions[slot] = writePosition;
    lengths[slot] = (short) length;
    writePosition += length;
  }

  /** Where the packet starts in the arena, or -1 when it is not (or no longer) there. */
  public int offset(long sequence) {
    int slot = (int) (sequence & mask);
    // The reserved but uncommitted range may already be overwritten, hence the margin of one
    // packet.
    if (sequences[slot] != sequence
        || positions[slot] + arena.length < writePosition + MAX_PACKET_BYTES) {
      return -1;
    }
    return (int) (positions[slot] % arena.length);
  }

  /** Length in bytes of a packet for which {@link #offset} gave a place. */
  public int length(long sequence) {
    return lengths[(int) (sequence & mask)];
  }

  /** Bytes of heap that this history holds, for the statement of memory per stream. */
  public long heapBytes() {
    return arena.length + (long) (mask + 1) * (8 + 8 + 2);
  }
}
