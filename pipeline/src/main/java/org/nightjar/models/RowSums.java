package org.nightjar.models;

import java.io.Serializable;

/**
 * What a row's ratings add to its normal equations, in double precision: Σ w·y·yᵀ, Σ b·y, Σ c, and
 * their number, see {@link Objective}. Parts of a row add up.
 */
final class RowSums implements Serializable {
  private static final long serialVersionUID = 1;

  private final int rank;
  private final double[] triangle;
  private final double[] right;
  private double constant;
  private long count;

  RowSums(int rank) {
    this.rank = rank;
    this.triangle = new double[rank * (rank + 1) / 2];
    this.right = new double[rank];
  }

  /** Σ w·y·yᵀ on and above the diagonal, row after row. */
  double[] triangle() {
    return triangle;
  }

  /** Σ b·y. */
  double[] right() {
    return right;
  }

  /** Σ c. */
  double constant() {
    return constant;
  }

  /** Number of ratings. */
  long count() {
    return count;
  }

  /** Adds the sums of some ratings, a square matrix with rows {@code stride} apart. */
  void add(
      float[] square, int stride, float[] rightOfBatch, double constantOfBatch, int countOfBatch) {
    int next = 0;
    for (int row = 0; row < rank; row++) {
      int from = row * stride + row;
      int length = rank - row;
      for (int column = 0; column < length; column++) {
        triangle[next + column] += square[from + column];
      }
      next += length;
      right[row] += rightOfBatch[row];
    }
    constant += constantOfBatch;
    count += countOfBatch;
  }

  /** Adds the sums of another part of the row. */
  void add(RowSums part) {
    for (int at = 0; at < triangle.length; at++) {
      triangle[at] += part.triangle[at];
    }
    for (int at = 0; at < rank; at++) {
      right[at] += part.right[at];
    }
    constant += part.constant;
    count += part.count;
  }
}
