package org.nightjar.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
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

  /**
   * Medians over the rounds, by piece in the order given.
   *
   * @param seconds by the clock
   * @param coreSeconds of processor time of the whole JVM, compilers and collectors included; what
   *     else the machine does adds little to it
   */
  record Medians(Map<String, Double> seconds, Map<String, Double> coreSeconds) {}

  /** Takes the pieces in turn. */
  static Medians medians(int rounds, Map<String, Work> pieces) {
    Map<String, double[]> seconds = new LinkedHashMap<>();
    Map<String, double[]> coreSeconds = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (Map.Entry<String, Work> piece : pieces.entrySet()) {
        double before = coreSeconds();
        double took = seconds(piece.getValue());
        if (round >= 0) {
          seconds.computeIfAbsent(piece.getKey(), name -> new double[rounds])[round] = took;
          coreSeconds.computeIfAbsent(piece.getKey(), name -> new double[rounds])[round] =
              coreSeconds() - before;
        }
      }
    }
    return new Medians(medians(seconds), medians(coreSeconds));
  }

  private static Map<String, Double> medians(Map<String, double[]> values) {
    Map<String, Double> medians = new LinkedHashMap<>();
    values.forEach((name, of) -> medians.put(name, median(of)));
    return medians;
  }

  private static double coreSeconds() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / NANOS;
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
