package dev.sluice.core.rtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How far an arena of packets has been given away for writing, so that another thread can read a
 * packet in it without a copy and without a lock. An arena is written round and round by one
 * thread; nobody waits for readers. A reader reads what it needs, and then asks {@link #isIntact}
 * whether the writer had come to that place meanwhile. If so, what was read is worth nothing: it
 * may be of two packets.
 *
 * <p>It is the reader's half of a sequence lock. Positions count all bytes that were ever given
 * away; position modulo the arena's length is the place. The writer announces the end of a place
 * <em>before</em> it writes there: the announcement, then a store fence, then the bytes. A reader
 * goes the other way: the bytes, then a load fence, then the announcement. So a reader that has
 * seen one byte of a later packet sees that packet's announcement too. The bytes themselves are
 * plain, as ciphers read and write them; the fences order them, also on processors that reorder
 * stores. That the packet was whole to begin with is not of this class: whoever passes a position
 * to another thread passes it safely.
 *
 * <p>{@link #claim} and {@link #position} are for the owner of the arena, {@link #isIntact} for any
 * thread.
 */
public final class ArenaClaim {
  private static final VarHandle END;

  static {
    try {
      END = MethodHandles.lookup().findVarHandle(ArenaClaim.class, "end", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final int arenaBytes;

  /** Position behind all that has been given away; by {@link #END} alone where others read it. */
  private long end;

  /** Of an arena of so many bytes, of which none has been given away. */
  public ArenaClaim(int arenaBytes) {
    this.arenaBytes = arenaBytes;
  }

  /** Announces that all up to this position is about to be written; before the first byte is. */
  public void claim(long endPosition) {
    END.setOpaque(this, endPosition);
    VarHandle.storeStoreFence();
  }

  /** The position of a byte at an offset of the arena, as long as it has not been written over. */
  public long position(int offset) {
    long oldest = end - arenaBytes;
    return oldest + Math.floorMod(offset - oldest, arenaBytes);
  }

  /**
   * Whether what began at a position, and has just been read, was not written over while it was.
   */
  public boolean isIntact(long position) {
    VarHandle.loadLoadFence();
    return (long) END.getOpaque(this) - arenaBytes <= position;
  }
}
