package org.nightjar.bench;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How fast this machine multiplies float matrices by what netlib finds here, in the shape of
 * scoring: items × rank by rank × users, items contiguous, every core at once.
 */
final class SgemmRoof {
  private static final int ITEM_BLOCK = 4_096;
  private static final int USER_BLOCK = 64;
  private static final double SECONDS = 0.4;
  private static final double GIGA = 1e9;

  private SgemmRoof() {}

  /**
   * GFLOP/s of all threads together by implementation, the best of the rounds.
   *
   * @param rank inner dimension
   * @param items of the catalogue; multiplied in blocks of at most 4,096
   */
  static Map<String, Double> gigaflops(int rank, int items, int threads, int rounds) {
    Map<String, BLAS> all = new LinkedHashMap<>();
    add(all, JavaBLAS::getInstance);
    add(all, NativeBLAS::getInstance);
    Map<String, Double> best = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      all.forEach(
          (name, blas) ->
              best.merge(name, once(blas, rank, Math.min(items, ITEM_BLOCK), threads), Math::max));
    }
    return best;
  }

  private static void add(
      Map<String, BLAS> all, java.util.function.Supplier<? extends BLAS> found) {
    try {
      BLAS blas = found.get();
      all.put(blas.getClass().getSimpleName(), blas);
    } catch (RuntimeException | LinkageError e) {
      // There is no native library here; what is left is the roof.
    }
  }

  private static double once(BLAS blas, int rank, int items, int threads) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Double>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        running.add(pool.submit(() -> ofOneThread(blas, rank, items)));
      }
      double sum = 0;
      for (Future<Double> one : running) {
        sum += one.get();
      }
      return sum;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static double ofOneThread(BLAS blas, int rank, int items) {
    float[] a = new float[items * rank];
    float[] b = new float[rank * USER_BLOCK];
    float[] c = new float[items * USER_BLOCK];
    Arrays.fill(a, 0.5f);
    Arrays.fill(b, 0.25f);
    long products = 0;
    long start = System.nanoTime();
    double seconds;
    do {
      blas.sgemm("N", "N", items, USER_BLOCK, rank, 1f, a, items, b, rank, 0f, c, items);
      products++;
      seconds = (System.nanoTime() - start) / GIGA;
    } while (seconds < SECONDS);
    return 2.0 * items * USER_BLOCK * rank * products / seconds / GIGA;
  }
}
