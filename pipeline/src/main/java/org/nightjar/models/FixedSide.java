package org.nightjar.models;

import java.io.Serializable;

/**
 * The side of the matrix that stays as it is while the other one is solved for.
 *
 * @param factors by place
 * @param shared α₀·YᵀY on and above the diagonal, row after row of {@code rank} numbers; what every
 *     row's equations have in common. Empty where nothing is solved
 */
record FixedSide(FactorMatrix factors, float[] shared) implements Serializable {

  /** With what its rows have in common under an objective. */
  static FixedSide of(FactorMatrix factors, Objective objective) {
    int rank = factors.rank();
    float[] shared = new float[rank * rank];
    if (objective.unobservedWeight() > 0) {
      double[] triangle = factors.gram().triangle();
      int next = 0;
      for (int row = 0; row < rank; row++) {
        for (int column = row; column < rank; column++) {
          shared[row * rank + column] = (float) (objective.unobservedWeight() * triangle[next++]);
        }
      }
    }
    return new FixedSide(factors, shared);
  }
}
