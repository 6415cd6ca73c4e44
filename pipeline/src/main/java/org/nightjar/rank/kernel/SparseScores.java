package org.nightjar.rank.kernel;

import java.util.Arrays;

/**
 * One user's scores of the few items of which something is known; the others cost a bit each. For
 * one thread, used again for the next user.
 */
public final class SparseScores {
  private final float[] sums;
  private final long[] known;

  SparseScores(int itemCount) {
    this.sums = new float[itemCount];
    this.known = new long[(itemCount + Long.SIZE - 1) / Long.SIZE];
  }

  /** Adds to the score of an item, which is 0 and unknown before. */
  public void add(int item, float amount) {
    sums[item] += amount;
    known[item >> 6] |= 1L << item;
  }

  /** Forgets items whose score is 0. */
  void dropZeros() {
    for (int item = next(0); item >= 0; item = next(item + 1)) {
      if (sums[item] == 0) {
        known[item >> 6] &= ~(1L << item);
      }
    }
  }

  /** The score of an item; NaN while nothing is known of it. */
  float of(int item) {
    return (known[item >> 6] & 1L << item) == 0 ? Float.NaN : sums[item];
  }

  /** The lowest item from one on of which something is known; −1: none. */
  int next(int from) {
    int word = from >> 6;
    if (word >= known.length) {
      return -1;
    }
    long bits = known[word] & -1L << from;
    while (bits == 0) {
      if (++word == known.length) {
        return -1;
      }
      bits = known[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }

  /** Forgets everything. */
  void clear() {
    for (int word = 0; word < known.length; word++) {
      if (known[word] != 0) {
        Arrays.fill(sums, word << 6, Math.min(sums.length, (word + 1) << 6), 0f);
        known[word] = 0;
      }
    }
  }
}
