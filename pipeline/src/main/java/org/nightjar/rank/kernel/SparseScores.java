package org.nightjar.rank.kernel;

import java.util.Arrays;

/**
 * One user's scores of the few items of which something is known; the others cost a bit each. For
 * one thread, used again for the next user.
 */
public final class SparseScores {
  /** Most words at a time: with fewer the kernel's calls would cost, with more their ends. */
  private static final int RUN = 16;

  private final float[] sums;
  private final long[] known;
  private final FloatKernel kernel = FloatKernel.fastest();
  private boolean zeroIsUnknown;

  SparseScores(int itemCount) {
    this.sums = new float[itemCount];
    this.known = new long[(itemCount + Long.SIZE - 1) / Long.SIZE];
  }

  /** Adds to the score of an item, which is 0 and unknown before. */
  public void add(int item, float amount) {
    sums[item] += amount;
    known[item >> 6] |= 1L << item;
  }

  /** From now until {@link #clear}, nothing is known of items whose score is 0. */
  void dropZeros() {
    zeroIsUnknown = true;
  }

  /** The score of an item; NaN while nothing is known of it. */
  float of(int item) {
    return (known[item >> 6] & 1L << item) == 0 || (zeroIsUnknown && sums[item] == 0)
        ? Float.NaN
        : sums[item];
  }

  /** The lowest item from one on whose score is above the threshold; −1: none. */
  int nextAbove(int from, float threshold) {
    if (threshold >= 0) {
      return nextAboveZero(from, threshold);
    }
    int item = next(from);
    while (item >= 0 && !(of(item) > threshold)) {
      item = next(item + 1);
    }
    return item;
  }

  /** The kernel looks at whole runs of words, since what is unknown has the sum 0. */
  private int nextAboveZero(int from, float threshold) {
    int at = next(from);
    while (at >= 0) {
      int word = at >> 6;
      int last = Math.min(word + RUN, known.length);
      do {
        word++;
      } while (word < last && known[word] != 0);
      int end = Math.min(word << 6, sums.length);
      int found = kernel.firstAbove(sums, at, end, threshold);
      if (found < end) {
        return found;
      }
      at = next(end);
    }
    return -1;
  }

  /** The lowest item from one on that something was added to; −1: none. */
  private int next(int from) {
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
    zeroIsUnknown = false;
    for (int word = 0; word < known.length; word++) {
      if (known[word] != 0) {
        Arrays.fill(sums, word << 6, Math.min(sums.length, (word + 1) << 6), 0f);
        known[word] = 0;
      }
    }
  }
}
