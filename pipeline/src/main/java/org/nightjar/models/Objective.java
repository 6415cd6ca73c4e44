package org.nightjar.models;

import java.io.Serializable;

/**
 * What a factorisation minimises. Implicit (Hu, Koren and Volinsky 2008): L = α₀·Σ over all (u,i)
 * of (p_ui − x_u·y_i)² + Σ over pairs of w_ui·(1 − x_u·y_i)² + Σ_u λ_u|x_u|² + Σ_i λ_i|y_i|², with
 * p = 1 for pairs and 0 otherwise; explicit: L = Σ over pairs of (r_ui − x_u·y_i)² and the same
 * penalties. A row with n pairs has the penalty λ·n^ν, or λ·(n + α₀·(number of columns))^ν (Rendle
 * et al. 2021, "Revisiting the Performance of iALS on Item Recommendation Benchmarks").
 *
 * <p>In both, given y, the best x of a row solves (α₀·YᵀY + Σ w·y·yᵀ + λ_row·I)·x = Σ b·y over its
 * pairs, and its part of L is then Σ c − x·Σ b·y.
 *
 * @param implicit whether a pair's value is a weight rather than a rating
 * @param unobservedWeight α₀; 0 if explicit
 * @param regularisation λ
 * @param frequencyExponent ν
 * @param countUnobserved whether the columns that a row has no pair with count, by α₀
 */
record Objective(
    boolean implicit,
    double unobservedWeight,
    double regularisation,
    double frequencyExponent,
    boolean countUnobserved)
    implements Serializable {

  /** Every pair counts 1. */
  static final Objective UNIT = new Objective(false, 0, 0, 1, false);

  /** w of a pair's value. */
  float weight(float value) {
    return implicit ? value : 1;
  }

  /** b of a pair's value. */
  float right(float value) {
    return implicit ? (float) (unobservedWeight + value) : value;
  }

  /** c of a pair's value. */
  double constant(float value) {
    return implicit ? unobservedWeight + value : (double) value * value;
  }

  /**
   * λ of a row.
   *
   * @param pairs n
   * @param columns of the matrix
   */
  double penalty(long pairs, long columns) {
    double frequency = countUnobserved ? pairs + unobservedWeight * columns : pairs;
    return regularisation * Math.pow(frequency, frequencyExponent);
  }
}
