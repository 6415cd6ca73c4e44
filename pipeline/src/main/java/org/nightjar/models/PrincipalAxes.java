package org.nightjar.models;

import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.nightjar.rank.kernel.FloatKernel;
import org.nightjar.rank.kernel.FloatKernel.Rows;

/**
 * Turns a factorisation's factors so that YᵀY is diagonal. Scores do not change as long as both
 * sides are turned alike, and neither does the objective; so solving one side against the other
 * along these axes is solving it, and YᵀY then costs a row of its equations f additions.
 */
final class PrincipalAxes {
  /** Rows turned at a time. */
  private static final int CHUNK = 1 << 8;

  /** Correlation of two factors below which rounding may be all that is left of it. */
  private static final double TURNED = 1e-3;

  /** Share of the largest entry of YᵀY below which rounding may be all that there is. */
  private static final double ROUNDING = 1e-6;

  private PrincipalAxes() {}

  /**
   * Turns factors where they lie, unless they are turned already: then every bit stays. On the
   * cores of this machine, the same whatever their number.
   *
   * @return whether they were turned
   */
  static boolean turn(FactorMatrix factors) {
    Optional<Rows> axes = of(factors.gram(), factors.rank());
    axes.ifPresent(by -> turn(factors, by));
    return axes.isPresent();
  }

  /**
   * The axes of factors, packed for {@link #turn(FactorMatrix, Rows)}.
   *
   * @param sums YᵀY
   * @return empty if they are turned already
   */
  static Optional<Rows> of(RowSums sums, int rank) {
    RealMatrix gram = gram(sums, rank);
    return isTurned(gram) ? Optional.empty() : Optional.of(packed(gram));
  }

  private static RealMatrix gram(RowSums sums, int rank) {
    double[][] gram = new double[rank][rank];
    double[] triangle = sums.triangle();
    int next = 0;
    for (int row = 0; row < rank; row++) {
      for (int column = row; column < rank; column++) {
        if (!Double.isFinite(triangle[next])) {
          throw new ArithmeticException("the factors are not finite");
        }
        gram[row][column] = triangle[next];
        gram[column][row] = triangle[next++];
      }
    }
    return new Array2DRowRealMatrix(gram, false);
  }

  private static boolean isTurned(RealMatrix gram) {
    int rank = gram.getRowDimension();
    double largest = 0;
    for (int factor = 0; factor < rank; factor++) {
      largest = Math.max(largest, gram.getEntry(factor, factor));
    }
    for (int one = 0; one < rank; one++) {
      for (int other = 0; other < one; other++) {
        double allowed =
            TURNED * Math.sqrt(gram.getEntry(one, one) * gram.getEntry(other, other))
                + ROUNDING * largest;
        if (Math.abs(gram.getEntry(one, other)) > allowed) {
          return false;
        }
      }
    }
    return true;
  }

  private static Rows packed(RealMatrix gram) {
    RealMatrix axes = new EigenDecomposition(gram).getV();
    int rank = axes.getRowDimension();
    int width = FloatKernel.padded(rank, FloatKernel.WIDTH_STEP);
    float[] packed = new float[rank * width];
    for (int row = 0; row < rank; row++) {
      for (int column = 0; column < rank; column++) {
        packed[row * width + column] = (float) axes.getEntry(row, column);
      }
    }
    return new Rows(packed, 0, width);
  }

  /** y ← y·V for every row y, where they lie. */
  static void turn(FactorMatrix factors, Rows axes) {
    IntStream.range(0, (factors.rows() + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk ->
                turn(factors, chunk * CHUNK, Math.min(factors.rows(), (chunk + 1) * CHUNK), axes));
  }

  private static void turn(FactorMatrix factors, int from, int to, Rows by) {
    int rank = factors.rank();
    int width = by.stride();
    int height = FloatKernel.padded(to - from, FloatKernel.HEIGHT_STEP);
    // Not a power of two: columns of such a panel would share few lines of the cache.
    int stride = height + FloatKernel.LENGTH_STEP;
    float[] columns = new float[rank * stride];
    for (int row = from; row < to; row++) {
      for (int factor = 0; factor < rank; factor++) {
        columns[factor * stride + row - from] = factors.values()[row * rank + factor];
      }
    }
    float[] turned = new float[height * width];
    FloatKernel.fastest()
        .products(
            new Rows(columns, 0, stride), by, rank, new Rows(turned, 0, width), height, width);
    for (int row = from; row < to; row++) {
      System.arraycopy(turned, (row - from) * width, factors.values(), row * rank, rank);
    }
  }
}
