package org.nightjar.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Times pieces of work in turn: one round for warm-up, then so many that count. Taking turns
 * spreads what else the machine does over all of them.
 */
final class Rounds {
  private static final double NANOS = 1e9;

  private Rounds() {}

  /** Work that may fail as it likes. */
  interface Work {
    void run() throws Exception;
  }

  /** Median seconds of each piece over the rounds, in the order given. */
  static Map<String, Double> medians(int rounds, Map<String, Work> pieces) {
    Map<String, double[]> seconds = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (Map.Entry<String, Work> piece : pieces.entrySet()) {
        double took = seconds(piece.getValue());
        if (round >= 0) {
          seconds.computeIfAbsent(piece.getKey(), name -> new double[rounds])[round] = took;
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    seconds.forEach((name, took) -> medians.put(name, median(took)));
    return medians;
  }

  /** Seconds that a piece of work takes once. */
  static double seconds(Work work) {
    long start = System.nanoTime();
    try {
      work.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return (System.nanoTime() - start) / NANOS;
  }

  /** The middle value; the mean of the two middle ones of an even number. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
