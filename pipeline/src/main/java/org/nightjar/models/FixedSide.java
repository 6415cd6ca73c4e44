package org.nightjar.models;

import java.io.Serializable;

/**
 * The side of the matrix that stays as it is while the other one is solved for.
 *
 * @param factors by place, along their principal axes if pairs without events count
 * @param shared α₀·YᵀY, a diagonal matrix, one number per factor: what every row's equations have
 *     in common
 */
record FixedSide(FactorMatrix factors, float[] shared) implements Serializable {

  /**
   * With what its rows have in common under an objective. If pairs without events count, the
   * factors are turned to their principal axes where they lie.
   */
  static FixedSide of(FactorMatrix factors, Objective objective) {
    float[] shared = new float[factors.rank()];
    if (objective.unobservedWeight() > 0) {
      PrincipalAxes.turn(factors);
      double[] squares = factors.squares();
      for (int factor = 0; factor < shared.length; factor++) {
        shared[factor] = (float) (objective.unobservedWeight() * squares[factor]);
      }
    }
    return new FixedSide(factors, shared);
  }

  /** For sums over these factors, which nothing is solved against. */
  static FixedSide forSums(FactorMatrix factors) {
    return new FixedSide(factors, new float[0]);
  }
}
