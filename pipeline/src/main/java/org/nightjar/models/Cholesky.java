package org.nightjar.models;

import java.util.Arrays;
import org.nightjar.rank.kernel.FloatKernel;
import org.nightjar.rank.kernel.FloatKernel.Rows;

/**
 * Solves symmetric positive definite systems A·x = b of one size, one after the other, in single
 * precision: A = Uᵀ·U in place, {@link FloatKernel#HEIGHT_STEP} rows of U at a time, each block's
 * share of the rows above it taken off by one product (left-looking; Golub and Van Loan 2013,
 * section 4.2). The right side is one more column of A, so factoring solves Uᵀ·z = b along the way.
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
  private final double[] corner = new double[STEP * STEP];
  private final float[] inverse = new float[STEP * STEP];

  /** For systems of so many unknowns. */
  Cholesky(int size) {
    this.size = size;
    this.order = FloatKernel.padded(size, STEP);
    this.stride = order + FloatKernel.WIDTH_STEP;
    this.matrix = new float[order * stride];
    this.tile = new float[STEP * stride];
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
        tile[to + column] = matrix[at + column] - tile[to + column];
      }
      // What stands below the diagonal is nobody's, and must not be a NaN times zero.
      Arrays.fill(tile, to, to + row, 0f);
    }
    if (!factorCorner()) {
      return false;
    }
    kernel.products(
        new Rows(inverse, 0, STEP),
        new Rows(tile, 0, stride),
        STEP,
        new Rows(matrix, from * stride + from, stride),
        STEP,
        width);
    return true;
  }

  /** The inverse of the tile's own U, from its first columns. */
  private boolean factorCorner() {
    for (int row = 0; row < STEP; row++) {
      for (int column = row; column < STEP; column++) {
        double sum = tile[row * stride + column];
        for (int k = 0; k < row; k++) {
          sum -= corner[k * STEP + row] * corner[k * STEP + column];
        }
        if (column == row) {
          if (!(sum > Float.MIN_NORMAL)) {
            return false;
          }
          corner[row * STEP + row] = Math.sqrt(sum);
        } else {
          corner[row * STEP + column] = sum / corner[row * STEP + row];
        }
      }
    }
    for (int column = 0; column < STEP; column++) {
      for (int row = column; row >= 0; row--) {
        double sum = row == column ? 1 : 0;
        for (int k = row + 1; k <= column; k++) {
          sum -= corner[row * STEP + k] * inverse[k * STEP + column];
        }
        inverse[row * STEP + column] = (float) (sum / corner[row * STEP + row]);
      }
    }
    return true;
  }

  /** U·x = z, the last unknown first. */
  private void substitute(float[] x, int at) {
    for (int row = size - 1; row >= 0; row--) {
      int from = row * stride;
      float one = 0;
      float two = 0;
      float three = 0;
      float four = 0;
      int column = row + 1;
      for (; column + 4 <= size; column += 4) {
        one = Math.fma(matrix[from + column], x[at + column], one);
        two = Math.fma(matrix[from + column + 1], x[at + column + 1], two);
        three = Math.fma(matrix[from + column + 2], x[at + column + 2], three);
        four = Math.fma(matrix[from + column + 3], x[at + column + 3], four);
      }
      for (; column < size; column++) {
        one = Math.fma(matrix[from + column], x[at + column], one);
      }
      x[at + row] = (matrix[from + order] - ((one + two) + (three + four))) / matrix[from + row];
    }
  }
}
