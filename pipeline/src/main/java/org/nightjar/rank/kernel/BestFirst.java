package org.nightjar.rank.kernel;

/**
 * Values with ids as single numbers, so that sorting those is sorting by value, largest first, of
 * equals the lowest id first. Not for NaN.
 */
public final class BestFirst {
  private BestFirst() {}

  /** The number of a value and an id of at least 0. */
  public static long of(float value, int id) {
    return (long) ~ascending(Float.floatToIntBits(value)) << Integer.SIZE | id;
  }

  /** The id of a number. */
  public static int id(long number) {
    return (int) number;
  }

  /** The value of a number. */
  public static float value(long number) {
    return Float.intBitsToFloat(ascending(~(int) (number >> Integer.SIZE)));
  }

  /** A float's bits as an integer that grows with it, or such an integer as the float's bits. */
  private static int ascending(int bits) {
    return bits ^ ((bits >> (Integer.SIZE - 1)) & Integer.MAX_VALUE);
  }
}
