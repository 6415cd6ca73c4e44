package org.nightjar.models;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Groups of items for one stripe of {@link CoOccurrences}, one after the other: all that each
 * holds, and those of the items asking for it that are of the stripe.
 *
 * @param had items of group g: {@code hadFrom[g] ≤ at < hadFrom[g + 1]}
 * @param asking items, likewise by {@code askingFrom}
 */
record PackedGroups(
    int[] hadFrom,
    int[] had,
    float[] hadWeights,
    int[] askingFrom,
    int[] asking,
    float[] askingWeights)
    implements Serializable {

  int size() {
    return hadFrom.length - 1;
  }

  /** Grows; not for several threads. */
  static final class Builder {
    private final Entries had = new Entries();
    private final Entries asking = new Entries();

    /** Adds all that a group holds; what asks for it follows. */
    void group(int[] items, float[] weights, int count) {
      had.close();
      asking.close();
      for (int at = 0; at < count; at++) {
        had.add(items[at], weights[at]);
      }
    }

    /** Adds an item that asks for the last group. */
    void asks(int item, float weight) {
      asking.add(item, weight);
    }

    PackedGroups build() {
      had.close();
      asking.close();
      return new PackedGroups(
          had.from(), had.items(), had.weights(), asking.from(), asking.items(), asking.weights());
    }
  }

  /** Runs of items and their weights. */
  private static final class Entries {
    private static final int SMALLEST = 16;

    private int[] from = new int[SMALLEST];
    private int runs;
    private int[] items = new int[SMALLEST];
    private float[] weights = new float[SMALLEST];
    private int size;

    /** Ends the last run, if any, where another begins. */
    void close() {
      if (runs == from.length) {
        from = Arrays.copyOf(from, 2 * runs);
      }
      from[runs++] = size;
    }

    void add(int item, float weight) {
      if (size == items.length) {
        items = Arrays.copyOf(items, 2 * size);
        weights = Arrays.copyOf(weights, 2 * size);
      }
      items[size] = item;
      weights[size++] = weight;
    }

    int[] from() {
      return Arrays.copyOf(from, runs);
    }

    int[] items() {
      return Arrays.copyOf(items, size);
    }

    float[] weights() {
      return Arrays.copyOf(weights, size);
    }
  }
}
