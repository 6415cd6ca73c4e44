package org.nightjar.models;

import java.util.stream.IntStream;

/**
 * The inverse of a symmetric positive definite matrix, in place, on the driver's cores.
 *
 * <p>Gauss–Jordan elimination by blocks of pivots over the lower triangle alone: half the memory
 * and half the work of a full matrix, n³ floating-point operations. Every entry is computed by the
 * same operations in the same order whatever the number of threads, so results do not depend on the
 * machine. No pivoting: positive definite matrices need none (Higham 2002, "Accuracy and Stability
 * of Numerical Algorithms", chapter 14). Several times as fast as LAPACK's translation to Java,
 * which is what Spark falls back to where no native library is installed.
 */
final class SymmetricInverse {
  /** Pivots per pass over the triangle. */
  private static final int BLOCK = 64;

  /** Columns whose entries of all pivot rows stay in a core's cache. */
  private static final int TILE = 1024;

  /** Rows per task. */
  private static final int STRIPE = 32;

  private SymmetricInverse() {}

  /** Bytes needed beside the matrix of this size. */
  static long workBytes(int size) {
    return 2L * BLOCK * size * Double.BYTES;
  }

  /**
   * Replaces a matrix by its inverse.
   *
   * @param triangle row r holds columns 0 to r
   * @throws ArithmeticException if the matrix is not positive definite
   */
  static void invert(double[][] triangle) {
    int size = triangle.length;
    for (int from = 0; from < size; from += BLOCK) {
      eliminate(triangle, from, Math.min(size, from + BLOCK));
    }
    for (double[] row : triangle) {
      for (int column = 0; column < row.length; column++) {
        row[column] = -row[column];
      }
    }
  }

  /**
   * With the pivots' block P and the rest of their columns C: the rest R becomes R − C·P⁻¹·Cᵀ, C
   * becomes C·P⁻¹ and P becomes −P⁻¹. After all blocks the matrix is its negative inverse.
   */
  private static void eliminate(double[][] triangle, int from, int to) {
    double[][] inverse = inverseOfBlock(triangle, from, to);
    double[][] columns = columns(triangle, from, to);
    int size = triangle.length;
    double[][] products = new double[to - from][size];
    IntStream.range(0, to - from)
        .parallel()
        .forEach(row -> add(products[row], 0, size, inverse[row], columns));
    IntStream.range(0, (size + STRIPE - 1) / STRIPE)
        .parallel()
        .forEach(
            stripe -> {
              int end = Math.min(size, (stripe + 1) * STRIPE);
              double[] factors = new double[to - from];
              for (int start = 0; start < end; start += TILE) {
                for (int row = Math.max(start, stripe * STRIPE); row < end; row++) {
                  if (row < from || row >= to) {
                    for (int pivot = 0; pivot < factors.length; pivot++) {
                      factors[pivot] = -columns[pivot][row];
                    }
                    add(triangle[row], start, Math.min(row + 1, start + TILE), factors, products);
                  }
                }
              }
            });
    for (int pivot = from; pivot < to; pivot++) {
      double[] product = products[pivot - from];
      System.arraycopy(product, 0, triangle[pivot], 0, from);
      for (int column = from; column <= pivot; column++) {
        triangle[pivot][column] = -inverse[pivot - from][column - from];
      }
      for (int row = to; row < size; row++) {
        triangle[row][pivot] = product[row];
      }
    }
  }

  /** The pivots' columns without the pivots' block, each as an array over all rows. */
  private static double[][] columns(double[][] triangle, int from, int to) {
    double[][] columns = new double[to - from][triangle.length];
    for (int pivot = from; pivot < to; pivot++) {
      System.arraycopy(triangle[pivot], 0, columns[pivot - from], 0, from);
      for (int row = to; row < triangle.length; row++) {
        columns[pivot - from][row] = triangle[row][pivot];
      }
    }
    return columns;
  }

  private static double[][] inverseOfBlock(double[][] triangle, int from, int to) {
    int size = to - from;
    double[][] block = new double[size][size];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column <= row; column++) {
        block[row][column] = triangle[from + row][from + column];
        block[column][row] = block[row][column];
      }
    }
    for (int pivot = 0; pivot < size; pivot++) {
      double[] pivotRow = block[pivot];
      if (!(pivotRow[pivot] > 0)) {
        throw new ArithmeticException("the matrix is not positive definite");
      }
      double scale = 1 / pivotRow[pivot];
      pivotRow[pivot] = 1;
      for (int column = 0; column < size; column++) {
        pivotRow[column] *= scale;
      }
      for (int row = 0; row < size; row++) {
        if (row != pivot) {
          double factor = block[row][pivot];
          block[row][pivot] = 0;
          for (int column = 0; column < size; column++) {
            block[row][column] -= factor * pivotRow[column];
          }
        }
      }
    }
    return block;
  }

  /** sum[c] += Σ_r factors[r] · rows[r][c] for columns from ≤ c < to, four rows per pass. */
  private static void add(double[] sum, int from, int to, double[] factors, double[][] rows) {
    int at = 0;
    for (; at + 4 <= factors.length; at += 4) {
      addFour(sum, from, to, factors, rows, at);
    }
    for (; at < factors.length; at++) {
      double factor = factors[at];
      double[] row = rows[at];
      for (int column = from; column < to; column++) {
        sum[column] += factor * row[column];
      }
    }
  }

  private static void addFour(
      double[] sum, int from, int to, double[] factors, double[][] rows, int at) {
    double f0 = factors[at];
    double f1 = factors[at + 1];
    double f2 = factors[at + 2];
    double f3 = factors[at + 3];
    double[] r0 = rows[at];
    double[] r1 = rows[at + 1];
    double[] r2 = rows[at + 2];
    double[] r3 = rows[at + 3];
    for (int column = from; column < to; column++) {
      sum[column] += f0 * r0[column] + f1 * r1[column] + f2 * r2[column] + f3 * r3[column];
    }
  }
}
