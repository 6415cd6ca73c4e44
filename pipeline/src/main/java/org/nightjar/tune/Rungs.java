package org.nightjar.tune;

/**
 * Successive halving's ladder (Jamieson and Talwalkar 2016): each rung has {@value #ETA} times the
 * users of the one below, the last one all of them.
 *
 * @param count of rungs, at least 1
 */
public record Rungs(int count) {
  /** So many times the users, and one in so many settings, go on to the next rung. */
  public static final int ETA = 3;

  /** Fewer users say too little to drop settings for good. */
  static final int MIN_USERS = 1_000;

  /** More would save little: the first rung of five has a share of 1/81 already. */
  private static final int MAX_COUNT = 5;

  /** As many rungs as leave at least {@value #MIN_USERS} users on the first; at least one. */
  public static Rungs of(long users) {
    int count = 1;
    while (count < MAX_COUNT && users / power(count) >= MIN_USERS) {
      count++;
    }
    return new Rungs(count);
  }

  /** The last rung, which has all users. */
  public int last() {
    return count - 1;
  }

  /** One in so many users is on the first rung. */
  public int shares() {
    return power(count - 1);
  }

  /**
   * How many of these {@link #shares} the users of a rung are, those of the rungs below included.
   */
  public int shares(int rung) {
    return power(rung);
  }

  private static int power(int exponent) {
    int power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= ETA;
    }
    return power;
  }
}
