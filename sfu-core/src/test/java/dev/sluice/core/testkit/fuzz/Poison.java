package dev.sluice.core.testkit.fuzz;

import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * Shows reads outside of an input: it is read twice, between two different fillings, and the two
 * results have to be equal. In the first reading the array also ends where the input ends, so that
 * a read beyond it throws.
 */
public final class Poison {
  /** Where the input begins in its array. */
  public static final int FRONT = 9;

  private static final int BACK = 300;

  private Poison() {}

  /**
   * Reads an input twice.
   *
   * @param reader gets the array and the input's length, and returns all that it understood
   */
  public static <T> T readTwice(byte[] input, BiFunction<byte[], Integer, T> reader) {
    T first = reader.apply(surround(input, (byte) 0, 0), input.length);
    T second = reader.apply(surround(input, (byte) 0xFF, BACK), input.length);
    if (!first.equals(second)) {
      throw new AssertionError("depends on bytes outside: " + first + " and " + second);
    }
    return first;
  }

  private static byte[] surround(byte[] input, byte filling, int back) {
    byte[] array = new byte[FRONT + input.length + back];
    Arrays.fill(array, filling);
    System.arraycopy(input, 0, array, FRONT, input.length);
    return array;
  }
}
