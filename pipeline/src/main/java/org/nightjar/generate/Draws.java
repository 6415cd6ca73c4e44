package org.nightjar.generate;

/**
 * Random numbers that follow from what they are for: a seed and the numbers that name a thing (a
 * user, an item and a purpose) give the same stream on every machine, whatever else was drawn
 * before. Not for threads to share.
 *
 * <p>Source: SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number
 * Generators"): a counter in steps of the golden ratio, finished by a mixing function. Mathematical
 * functions are those of {@link StrictMath}, the same to the last bit everywhere.
 */
final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  /** The largest {@link #size}. */
  static final int MOST = 100;

  private long state;

  /** A stream for one purpose and one or two numbers. */
  Draws(long seed, Purpose purpose, long one, long other) {
    state = mix(mix(mix(seed) + purpose.salt) ^ mix(one + GOLDEN));
    state = mix(state + other * GOLDEN);
  }

  Draws(long seed, Purpose purpose, long one) {
    this(seed, purpose, one, 0);
  }

  /** What a stream is for; streams of different purposes have nothing to do with each other. */
  enum Purpose {
    ACTIVITY(1),
    PROFILE(2),
    HISTORY(3),
    STAPLES(4),
    ITEM(5),
    RANKS(6),
    WORDS(7),
    USER_DIRT(8),
    ITEM_DIRT(9),
    EVENT_DIRT(10);

    private final long salt;

    Purpose(long salt) {
      this.salt = salt;
    }
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform, at least 0 and below 1. */
  double uniform() {
    state += GOLDEN;
    return (mix(state) >>> 11) * UNIT;
  }

  /** Uniform whole number from 0 to {@code bound} − 1. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /** True in so large a share of draws. */
  boolean chance(double share) {
    return uniform() < share;
  }

  /** Standard normal (Box and Muller 1958). */
  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
  }

  /**
   * A rank from 0 to {@code ranks} − 1 that falls off like (rank + 1)^(−exponent): a draw from the
   * density x^(−exponent) on [1, ranks + 1), rounded down.
   */
  int zipf(int ranks, double exponent) {
    double rest = 1 - exponent;
    double top = ranks + 1.0;
    double x =
        Math.abs(rest) < 1e-9
            ? StrictMath.pow(top, uniform())
            : StrictMath.pow(1 + uniform() * (StrictMath.pow(top, rest) - 1), 1 / rest);
    return Math.min(ranks - 1, (int) x - 1);
  }

  /**
   * A whole number from 1 with the given mean, each further one as likely as the last (geometric).
   */
  int size(double mean) {
    int size = 1;
    while (size < MOST && chance(1 - 1 / mean)) {
      size++;
    }
    return size;
  }
}
