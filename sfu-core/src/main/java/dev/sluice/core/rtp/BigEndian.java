package dev.sluice.core.rtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Network byte order over a byte array: each method is one machine load or store after its bounds
 * check. Unsigned wire values are widened here, so that no caller sees a negative sequence number.
 * Stateless; any thread.
 */
public final class BigEndian {

  private static final VarHandle INT16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private BigEndian() {}

  /** The unsigned byte at {@code offset}, 0..255. */
  public static int uint8(byte[] buffer, int offset) {
    return buffer[offset] & 0xFF;
  }

  /** The unsigned 16-bit value at {@code offset}, 0..65535. */
  public static int uint16(byte[] buffer, int offset) {
    return (short) INT16.get(buffer, offset) & 0xFFFF;
  }

  /** The unsigned 24-bit value at {@code offset}. */
  public static int uint24(byte[] buffer, int offset) {
    return uint8(buffer, offset) << 16 | uint16(buffer, offset + 1);
  }

  /** The 32 bits at {@code offset}, unsigned. */
  public static long uint32(byte[] buffer, int offset) {
    return (int) INT32.get(buffer, offset) & 0xFFFF_FFFFL;
  }

  /** The 32 bits at {@code offset} as they are: for identifiers, where only equality counts. */
  public static int int32(byte[] buffer, int offset) {
    return (int) INT32.get(buffer, offset);
  }

  /** The 64 bits at {@code offset}. */
  public static long int64(byte[] buffer, int offset) {
    return (long) INT64.get(buffer, offset);
  }

  /** Writes the low 8 bits of {@code value}. */
  public static void putInt8(byte[] buffer, int offset, int value) {
    buffer[offset] = (byte) value;
  }

  /** Writes the low 16 bits of {@code value}. */
  public static void putInt16(byte[] buffer, int offset, int value) {
    INT16.set(buffer, offset, (short) value);
  }

  /** Writes the low 24 bits of {@code value}. */
  public static void putInt24(byte[] buffer, int offset, int value) {
    buffer[offset] = (byte) (value >>> 16);
    INT16.set(buffer, offset + 1, (short) value);
  }

  /** Writes 32 bits. */
  public static void putInt32(byte[] buffer, int offset, int value) {
    INT32.set(buffer, offset, value);
  }

  /** Writes 64 bits. */
  public static void putInt64(byte[] buffer, int offset, long value) {
    INT64.set(buffer, offset, value);
  }
}
