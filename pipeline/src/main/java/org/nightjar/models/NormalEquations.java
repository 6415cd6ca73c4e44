package org.nightjar.models;

import java.util.OptionalDouble;
import org.nightjar.rank.kernel.FloatKernel;
import org.nightjar.rank.kernel.FloatKernel.Rows;

/**
 * Sets up and solves the normal equations of rows against a fixed side, see {@link Objective}. The
 * factors of up to {@link #BATCH} ratings, each times √w, are gathered into a panel, whose product
 * with itself is one call of the kernel; batches are added up in double precision. So a row's
 * factors depend on the order of its own ratings alone. Rows with few ratings have {@link
 * DualEquations}. Not for several threads.
 */
final class NormalEquations {
  /** Ratings per product: with 128 factors, a panel takes 160 KiB. */
  static final int BATCH = 256;

  /** Share of the largest diagonal entry that single precision cannot tell from nothing. */
  private static final float SMALLEST_RIDGE = 1e-6f;

  private final FloatKernel kernel = FloatKernel.fastest();
  private final Objective objective;
  private final FixedSide fixed;
  private final int rank;
  private final int width;
  private final int stride;
  private final float[] roots = new float[BATCH];
  private final float[] rights = new float[BATCH];
  private final float[] panel;
  private final float[] square;
  private final float[] right;
  private final Cholesky cholesky;
  private final DualEquations dual;

  /** For rows against this side. */
  NormalEquations(Objective objective, FixedSide fixed) {
    this.objective = objective;
    this.fixed = fixed;
    this.rank = fixed.factors().rank();
    this.width = FloatKernel.padded(rank, FloatKernel.WIDTH_STEP);
    // Not a power of two: columns of such a panel would share few lines of the cache.
    this.stride = width + FloatKernel.WIDTH_STEP;
    this.panel = new float[BATCH * stride];
    this.square = new float[width * stride];
    this.right = new float[rank];
    this.cholesky = new Cholesky(rank);
    this.dual = new DualEquations(objective, fixed);
  }

  /** The sums over ratings from ≤ r < to. */
  RowSums sums(int[] places, float[] values, int from, int to) {
    RowSums sums = new RowSums(rank);
    for (int start = from; start < to; start += BATCH) {
      int end = Math.min(to, start + BATCH);
      double constant = gather(places, values, start, end);
      sums.add(square, stride, right, constant, end - start);
    }
    return sums;
  }

  /**
   * Solves for the row with the ratings from ≤ r < to.
   *
   * @param places of the other side's rows
   * @param values the ratings' weights or ratings
   * @param x where the row's factors are written, from {@code at} on
   * @return the row's part of the objective
   */
  double solve(int[] places, float[] values, int from, int to, float[] x, int at) {
    if (DualEquations.suit(to - from, rank)) {
      OptionalDouble loss = dual.solve(places, values, from, to, x, at);
      if (loss.isPresent()) {
        return loss.getAsDouble();
      }
    }
    if (to - from > BATCH) {
      return solve(sums(places, values, from, to), x, at);
    }
    double constant = gather(places, values, from, to);
    return solve(this::fillFromBatch, to - from, constant, x, at);
  }

  /** Solves for a row whose sums these are. */
  double solve(RowSums sums, float[] x, int at) {
    for (int factor = 0; factor < rank; factor++) {
      right[factor] = (float) sums.right()[factor];
    }
    return solve(() -> fill(sums), sums.count(), sums.constant(), x, at);
  }

  /**
   * Solves with the penalty on the diagonal; while single precision finds the system singular, with
   * ten times more of a ridge each time.
   */
  private double solve(Runnable fill, long count, double constant, float[] x, int at) {
    float penalty = (float) objective.penalty(count, fixed.columns());
    float[] matrix = cholesky.matrix();
    float ridge = 0;
    while (true) {
      fill.run();
      float largest = Float.MIN_NORMAL;
      for (int row = 0; row < rank; row++) {
        int diagonal = row * (cholesky.stride() + 1);
        largest = Math.max(largest, fixed.shared()[row] + matrix[diagonal]);
        matrix[diagonal] += fixed.shared()[row] + penalty + ridge;
      }
      if (cholesky.solve(right, x, at)) {
        return constant - product(x, at);
      }
      ridge = Math.max(10 * ridge, largest * SMALLEST_RIDGE);
      if (!Float.isFinite(ridge)) {
        throw new ArithmeticException("the factors are not finite");
      }
    }
  }

  private void fillFromBatch() {
    float[] matrix = cholesky.matrix();
    for (int row = 0; row < rank; row++) {
      System.arraycopy(
          square, row * stride + row, matrix, row * (cholesky.stride() + 1), rank - row);
    }
  }

  private void fill(RowSums sums) {
    float[] matrix = cholesky.matrix();
    int next = 0;
    for (int row = 0; row < rank; row++) {
      int into = row * cholesky.stride();
      for (int column = row; column < rank; column++) {
        matrix[into + column] = (float) sums.triangle()[next++];
      }
    }
  }

  /** Leaves a batch's Σ w·y·yᵀ in the square and Σ b·y at the right; gives Σ c. */
  private double gather(int[] places, float[] values, int from, int to) {
    double constant = 0;
    for (int rating = from; rating < to; rating++) {
      float value = values[rating];
      roots[rating - from] = (float) Math.sqrt(objective.weight(value));
      rights[rating - from] = objective.right(value);
      constant += objective.constant(value);
    }
    Rows batch = new Rows(panel, 0, stride);
    float[] factors = fixed.factors().values();
    kernel.gather(factors, places, from, to - from, roots, rights, batch, right);
    kernel.gram(batch, to - from, new Rows(square, 0, stride), width);
    return constant;
  }

  private double product(float[] x, int at) {
    double product = 0;
    for (int factor = 0; factor < rank; factor++) {
      product += (double) right[factor] * x[at + factor];
    }
    return product;
  }
}
