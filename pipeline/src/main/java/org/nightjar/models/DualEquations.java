package org.nightjar.models;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.nightjar.rank.kernel.FloatKernel;
import org.nightjar.rank.kernel.FloatKernel.Rows;

/**
 * The normal equations of rows with fewer ratings than factors, by a system of the ratings' number
 * instead of the factors': with D the part on the diagonal that does not depend on the ratings, (D
 * + Yᵀ·W·Y)⁻¹·Yᵀ·b = D⁻¹·Yᵀ·√W·z, where (I + P·Pᵀ)·z = W^(−½)·b and P = √W·Y·D^(−½) (the identity
 * of Sherman, Morrison and Woodbury; Golub and Van Loan 2013, section 2.1.4). Exact, and n²·f +
 * n³/3 operations instead of n·f² + f³/3. It needs D to be diagonal, see {@link FixedSide}. Not for
 * several threads.
 */
final class DualEquations {
  /** From so many ratings per factor on, the other system takes less time, as measured. */
  private static final double MOST = 0.6;

  private static final float[] SINGULAR = {};

  private final FloatKernel kernel = FloatKernel.fastest();
  private final Objective objective;
  private final FixedSide fixed;
  private final int rank;

  /** Pᵀ: a row per factor, a column per rating. */
  private final float[] panel;

  private final float[] weights;
  private final int[] sources;
  private final float[] right;
  private final float[] solution;
  private final float[] found;

  /** D^(−½) by the number of ratings. */
  private final float[][] scales;

  /** By size. */
  private final Cholesky[] systems;

  /** For rows against this side. */
  DualEquations(Objective objective, FixedSide fixed) {
    this.objective = objective;
    this.fixed = fixed;
    this.rank = fixed.factors().rank();
    int most = FloatKernel.padded(rank, FloatKernel.WIDTH_STEP);
    this.panel = new float[rank * most];
    this.weights = new float[most];
    this.sources = new int[most];
    this.right = new float[most];
    this.solution = new float[most];
    this.found = new float[rank];
    this.scales = new float[rank][];
    this.systems = new Cholesky[most / FloatKernel.HEIGHT_STEP + 1];
  }

  /** Whether a row of so many ratings is worth it. */
  static boolean suit(int count, int rank) {
    return count < MOST * rank;
  }

  /**
   * Solves for the row with the ratings from ≤ r < to, which must {@link #suit}.
   *
   * @param x where the row's factors are written, from {@code at} on
   * @return the row's part of the objective; empty, and nothing solved, if D is singular, a rating
   *     has no weight, or single precision cannot tell the system from a singular one
   */
  OptionalDouble solve(int[] places, float[] values, int from, int to, float[] x, int at) {
    int count = to - from;
    float[] scale = scale(count);
    if (scale == SINGULAR || !gather(places, values, from, count, scale)) {
      return OptionalDouble.empty();
    }
    int size = FloatKernel.padded(count, FloatKernel.HEIGHT_STEP);
    Cholesky system = system(size);
    int stride = FloatKernel.padded(count, FloatKernel.WIDTH_STEP);
    kernel.gram(
        new Rows(panel, 0, stride), rank, new Rows(system.matrix(), 0, system.stride()), size);
    for (int row = 0; row < size; row++) {
      system.matrix()[row * (system.stride() + 1)] += 1;
    }
    if (!system.solve(right, solution, 0)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(factors(places, values, from, count, scale, x, at));
  }

  /** D^(−½), or {@link #SINGULAR}. */
  private float[] scale(int count) {
    if (scales[count] == null) {
      double penalty = objective.penalty(count, fixed.columns());
      float[] scale = new float[rank];
      boolean singular = false;
      for (int factor = 0; factor < rank; factor++) {
        scale[factor] = (float) (1 / Math.sqrt(fixed.shared()[factor] + penalty));
        singular |= !Float.isFinite(scale[factor]);
      }
      scales[count] = singular ? SINGULAR : scale;
    }
    return scales[count];
  }

  private Cholesky system(int size) {
    int number = size / FloatKernel.HEIGHT_STEP;
    if (systems[number] == null) {
      systems[number] = new Cholesky(size);
    }
    return systems[number];
  }

  /**
   * Fills the panel and the right side; what pads them up to the system's size is zero.
   *
   * @return whether every rating has a weight
   */
  private boolean gather(int[] places, float[] values, int from, int count, float[] scale) {
    Arrays.fill(right, 0f);
    boolean weighs = true;
    for (int rating = 0; rating < count; rating++) {
      float value = values[from + rating];
      weights[rating] = (float) Math.sqrt(objective.weight(value));
      sources[rating] = places[from + rating] * rank;
      right[rating] = objective.right(value) / weights[rating];
      weighs &= weights[rating] > 0;
    }
    int size = FloatKernel.padded(count, FloatKernel.HEIGHT_STEP);
    int stride = FloatKernel.padded(count, FloatKernel.WIDTH_STEP);
    Arrays.fill(weights, count, size, 0f);
    Arrays.fill(sources, count, size, 0);
    for (int rating = 0; rating < size; rating += 4) {
      transpose(rating, stride, scale);
    }
    return weighs;
  }

  /** Four ratings at a time, so that a line of the cache takes more than one number. */
  private void transpose(int rating, int stride, float[] scale) {
    float[] factors = fixed.factors().values();
    int one = sources[rating];
    int two = sources[rating + 1];
    int three = sources[rating + 2];
    int four = sources[rating + 3];
    for (int factor = 0, target = rating; factor < rank; factor++, target += stride) {
      float by = scale[factor];
      panel[target] = weights[rating] * by * factors[one + factor];
      panel[target + 1] = weights[rating + 1] * by * factors[two + factor];
      panel[target + 2] = weights[rating + 2] * by * factors[three + factor];
      panel[target + 3] = weights[rating + 3] * by * factors[four + factor];
    }
  }

  /**
   * x = D⁻¹·Yᵀ·√W·z; gives Σ c − b·Y·x, where √W·Y·x = P·Pᵀ·z = W^(−½)·b − z by the system solved.
   */
  private double factors(
      int[] places, float[] values, int from, int count, float[] scale, float[] x, int at) {
    double loss = 0;
    for (int rating = 0; rating < count; rating++) {
      float value = values[from + rating];
      double known = (right[rating] - solution[rating]) / weights[rating];
      loss += objective.constant(value) - objective.right(value) * known;
      solution[rating] *= weights[rating];
    }
    kernel.sum(fixed.factors().values(), places, from, count, solution, found);
    for (int factor = 0; factor < rank; factor++) {
      x[at + factor] = scale[factor] * scale[factor] * found[factor];
    }
    return loss;
  }
}
