package org.nightjar.models;

import java.io.Serializable;

/**
 * The side of the matrix that stays as it is while rows of the other one are solved for, or that
 * part of it which these rows have ratings of.
 *
 * @param factors by place, along their principal axes if pairs without events count
 * @param shared α₀·YᵀY, a diagonal matrix, one number per factor: what every row's equations have
 *     in common
 * @param columns number of the side's rows, wherever their factors are
 */
record FixedSide(FactorMatrix factors, float[] shared, long columns) implements Serializable {

  /**
   * A whole side under an objective. If pairs without events count, the factors are turned to their
   * principal axes where they lie.
   */
  static FixedSide of(FactorMatrix factors, Objective objective) {
    if (objective.unobservedWeight() > 0) {
      PrincipalAxes.turn(factors);
    }
    return new FixedSide(factors, shared(factors.squares(), objective), factors.rows());
  }

  /**
   * α₀·YᵀY of turned factors.
   *
   * @param squares see {@link FactorMatrix#squares}
   */
  static float[] shared(double[] squares, Objective objective) {
    float[] shared = new float[squares.length];
    for (int factor = 0; factor < shared.length; factor++) {
      shared[factor] = (float) (objective.unobservedWeight() * squares[factor]);
    }
    return shared;
  }

  /** For sums over these factors, which nothing is solved against. */
  static FixedSide forSums(FactorMatrix factors) {
    return new FixedSide(factors, new float[0], factors.rows());
  }

  /** Of the same side, with other rows' factors. */
  FixedSide with(FactorMatrix others) {
    return new FixedSide(others, shared, columns);
  }
}
