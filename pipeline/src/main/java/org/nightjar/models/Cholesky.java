package org.nightjar.models;

import java.util.Arrays;
import org.nightjar.rank.kernel.FloatKernel;
import org.nightjar.rank.kernel.FloatKernel.Rows;

/**
 * Solves symmetric positive definite systems A·x = b of one size, one after the other, in single
 * precision: A = Uᵀ·U in place, {@link FloatKernel#HEIGHT_STEP} rows of U at a time, each block's
 * share of the rows above it taken off by one product (left-looking; Golub and Van Loan 2013,
 * section 4.2), and what is left eliminated row by row. The right side is one more column of A, so
 * factoring solves Uᵀ·z = b along the way.
 *
 * <p>The caller fills {@link #matrix} anew for every system. Not for several threads.
 */
final class Cholesky {
  private static final int STEP = FloatKernel.HEIGHT_STEP;

  private final FloatKernel kernel = FloatKernel.fastest();
  private final int size;
  private final int order;
  private final int stride;
  private final float[] matrix;
  private final float[] tile;
  private final float[] reciprocals;
  private final float[] solution;

  /** For systems of so many unknowns. */
  Cholesky(int size) {
    this.size = size;
    this.order = FloatKernel.padded(size, STEP);
    this.stride = order + FloatKernel.WIDTH_STEP;
    this.matrix = new float[order * stride];
    this.tile = new float[STEP * stride];
    this.reciprocals = new float[order];
    this.solution = new float[order];
  }

  /**
   * To be filled on and above the diagonal: A_ij at {@code i · stride + j}. Solving destroys it.
   */
  float[] matrix() {
    return matrix;
  }

  /** Distance from one row of {@link #matrix} to the next. */
  int stride() {
    return stride;
  }

  /**
   * Solves the system.
   *
   * @param right b
   * @param x where x is written, from {@code at} on
   * @return false if the matrix is not positive definite as far as single precision can tell; x is
   *     then not written
   */
  boolean solve(float[] right, float[] x, int at) {
    for (int row = 0; row < size; row++) {
      matrix[row * stride + order] = right[row];
    }
    for (int row = size; row < order; row++) {
      // Unknowns that are not there, and on which nothing depends.
      matrix[row * stride + row] = 1;
      Arrays.fill(matrix, row * stride + row + 1, row * stride + order + 1, 0f);
      for (int above = 0; above < row; above++) {
        matrix[above * stride + row] = 0;
      }
    }
    for (int from = 0; from < order; from += STEP) {
      if (!factor(from)) {
        return false;
      }
    }
    substitute(x, at);
    return true;
  }

  /** Turns rows of A into rows of U. */
  private boolean factor(int from) {
    int count = order + 1 - from;
    int width = FloatKernel.padded(count, FloatKernel.WIDTH_STEP);
    Rows above = new Rows(matrix, from, stride);
    kernel.products(above, above, from, new Rows(tile, 0, stride), STEP, width);
    for (int row = 0; row < STEP; row++) {
      int at = (from + row) * stride + from;
      int to = row * stride;
      for (int column = 0; column < count; column++) {
        matrix[at + column] -= tile[to + column];
      }
    }
    return eliminate(from, FloatKernel.padded(count, FloatKernel.LENGTH_STEP));
  }

  /**
   * Row by row; roots come last, so that no row waits for them. Nobody reads below the diagonal.
   */
  private boolean eliminate(int from, int length) {
    int corner = from * stride + from;
    for (int row = 0; row < STEP; row++) {
      int at = corner + row * stride;
      float pivot = matrix[at + row];
      if (!(pivot > Float.MIN_NORMAL)) {
        return false;
      }
      float by = -1 / pivot;
      for (int below = row + 1; below < STEP; below++) {
        kernel.add(by * matrix[at + below], matrix, at, corner + below * stride, length);
      }
    }
    for (int row = 0; row < STEP; row++) {
      int at = corner + row * stride;
      reciprocals[from + row] = (float) (1 / Math.sqrt(matrix[at + row]));
      kernel.scale(reciprocals[from + row], matrix, at, length);
    }
    return true;
  }

  /** U·x = z, the last unknowns first. */
  private void substitute(float[] x, int at) {
    for (int from = order - STEP; from >= 0; from -= STEP) {
      takeOffKnown(from);
      for (int row = from + STEP - 1; row >= from; row--) {
        solution[row] *= reciprocals[row];
        for (int above = from; above < row; above++) {
          solution[above] = Math.fma(-matrix[above * stride + row], solution[row], solution[above]);
        }
      }
    }
    System.arraycopy(solution, 0, x, at, size);
  }

  /** z of a block's rows without the share of the unknowns behind them; four rows at a time. */
  private void takeOffKnown(int from) {
    for (int row = from; row < from + STEP; row += 4) {
      int one = row * stride;
      int two = one + stride;
      int three = two + stride;
      int four = three + stride;
      float ofOne = matrix[one + order];
      float ofTwo = matrix[two + order];
      float ofThree = matrix[three + order];
      float ofFour = matrix[four + order];
      for (int column = from + STEP; column < order; column++) {
        float known = -solution[column];
        ofOne = Math.fma(matrix[one + column], known, ofOne);
        ofTwo = Math.fma(matrix[two + column], known, ofTwo);
        ofThree = Math.fma(matrix[three + column], known, ofThree);
        ofFour = Math.fma(matrix[four + column], known, ofFour);
      }
      solution[row] = ofOne;
      solution[row + 1] = ofTwo;
      solution[row + 2] = ofThree;
      solution[row + 3] = ofFour;
    }
  }
}
