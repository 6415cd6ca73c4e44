package org.nightjar.rank.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * With explicit vectors: a tile of rows × two vectors of the product stays in registers while k
 * runs. Eight rows where there are 32 registers (vectors of 16 floats), four otherwise. Loaded by
 * name, see {@link Fastest}; compiled on its own, see the pom.
 */
final class VectorKernel implements FloatKernel {
  /**
   * Of the class that netlib's VectorBLAS takes, too: where both run in one JVM, as beside MLlib's
   * ALS, a second class of vectors in the profiles of their common methods would keep the compiler
   * from turning them into instructions, and every vector would become an object.
   */
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_MAX.length() > FloatVector.SPECIES_512.length()
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_MAX;

  private static final int LANES = SPECIES.length();
  private static final boolean TALL = LANES == FloatVector.SPECIES_512.length();

  @Override
  public void products(Rows a, Rows b, int depth, Rows c, int height, int width) {
    for (int j = 0; j < width; j += 2 * LANES) {
      if (TALL) {
        for (int i = 0; i < height; i += 8) {
          eightRows(
              a.values(),
              a.from() + i,
              a.stride(),
              b.values(),
              b.from() + j,
              b.stride(),
              depth,
              c.values(),
              c.from() + i * c.stride() + j,
              c.stride());
        }
      } else {
        for (int i = 0; i < height; i += 4) {
          fourRows(
              a.values(),
              a.from() + i,
              a.stride(),
              b.values(),
              b.from() + j,
              b.stride(),
              depth,
              c.values(),
              c.from() + i * c.stride() + j,
              c.stride());
        }
      }
    }
  }

  private static void eightRows(
      float[] a,
      int aFrom,
      int aStride,
      float[] b,
      int bFrom,
      int bStride,
      int depth,
      float[] c,
      int cFrom,
      int cStride) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    int aAt = aFrom;
    int bAt = bFrom;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[aAt + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[aAt + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[aAt + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[aAt + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[aAt + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[aAt + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[aAt + 7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      aAt += aStride;
      bAt += bStride;
    }
    store(c00, c01, c, cFrom);
    store(c10, c11, c, cFrom + cStride);
    store(c20, c21, c, cFrom + 2 * cStride);
    store(c30, c31, c, cFrom + 3 * cStride);
    store(c40, c41, c, cFrom + 4 * cStride);
    store(c50, c51, c, cFrom + 5 * cStride);
    store(c60, c61, c, cFrom + 6 * cStride);
    store(c70, c71, c, cFrom + 7 * cStride);
  }

  private static void fourRows(
      float[] a,
      int aFrom,
      int aStride,
      float[] b,
      int bFrom,
      int bStride,
      int depth,
      float[] c,
      int cFrom,
      int cStride) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    int aAt = aFrom;
    int bAt = bFrom;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[aAt + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[aAt + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[aAt + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      aAt += aStride;
      bAt += bStride;
    }
    store(c00, c01, c, cFrom);
    store(c10, c11, c, cFrom + cStride);
    store(c20, c21, c, cFrom + 2 * cStride);
    store(c30, c31, c, cFrom + 3 * cStride);
  }

  private static void store(FloatVector left, FloatVector right, float[] c, int at) {
    left.intoArray(c, at);
    right.intoArray(c, at + LANES);
  }

  @Override
  public void add(float factor, float[] values, int from, int into, int length) {
    FloatVector by = FloatVector.broadcast(SPECIES, factor);
    for (int j = 0; j < length; j += LANES) {
      by.fma(
              FloatVector.fromArray(SPECIES, values, from + j),
              FloatVector.fromArray(SPECIES, values, into + j))
          .intoArray(values, into + j);
    }
  }

  @Override
  public void scale(float factor, float[] values, int from, int length) {
    FloatVector by = FloatVector.broadcast(SPECIES, factor);
    for (int j = 0; j < length; j += LANES) {
      by.mul(FloatVector.fromArray(SPECIES, values, from + j)).intoArray(values, from + j);
    }
  }

  @Override
  public void gather(
      float[] matrix,
      int[] places,
      int from,
      int count,
      float[] factors,
      float[] weights,
      Rows into,
      float[] sums) {
    int j = 0;
    for (; j + 4 * LANES <= sums.length; j += 4 * LANES) {
      gatherFour(matrix, places, from, count, factors, weights, into, sums, j);
    }
    for (; j < sums.length; j += LANES) {
      gatherOne(matrix, places, from, count, factors, weights, into, sums, j);
    }
  }

  /** Four vectors of every row. */
  private static void gatherFour(
      float[] matrix,
      int[] places,
      int from,
      int count,
      float[] factors,
      float[] weights,
      Rows into,
      float[] sums,
      int j) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    float[] target = into.values();
    int to = into.from() + j;
    for (int row = 0; row < count; row++) {
      int at = places[from + row] * sums.length + j;
      FloatVector factor = FloatVector.broadcast(SPECIES, factors[row]);
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[row]);
      FloatVector x = FloatVector.fromArray(SPECIES, matrix, at);
      factor.mul(x).intoArray(target, to);
      sum0 = weight.fma(x, sum0);
      x = FloatVector.fromArray(SPECIES, matrix, at + LANES);
      factor.mul(x).intoArray(target, to + LANES);
      sum1 = weight.fma(x, sum1);
      x = FloatVector.fromArray(SPECIES, matrix, at + 2 * LANES);
      factor.mul(x).intoArray(target, to + 2 * LANES);
      sum2 = weight.fma(x, sum2);
      x = FloatVector.fromArray(SPECIES, matrix, at + 3 * LANES);
      factor.mul(x).intoArray(target, to + 3 * LANES);
      sum3 = weight.fma(x, sum3);
      to += into.stride();
    }
    store(sum0, sum1, sums, j);
    store(sum2, sum3, sums, j + 2 * LANES);
  }

  /** One vector of every row, or what is left of them. */
  private static void gatherOne(
      float[] matrix,
      int[] places,
      int from,
      int count,
      float[] factors,
      float[] weights,
      Rows into,
      float[] sums,
      int j) {
    VectorMask<Float> there = SPECIES.indexInRange(j, sums.length);
    FloatVector sum = FloatVector.zero(SPECIES);
    int to = into.from() + j;
    for (int row = 0; row < count; row++) {
      FloatVector x =
          FloatVector.fromArray(SPECIES, matrix, places[from + row] * sums.length + j, there);
      x.mul(factors[row]).intoArray(into.values(), to, there);
      sum = x.fma(FloatVector.broadcast(SPECIES, weights[row]), sum);
      to += into.stride();
    }
    sum.intoArray(sums, j, there);
  }

  @Override
  public void sum(
      float[] matrix, int[] places, int from, int count, float[] weights, float[] sums) {
    int j = 0;
    for (; j + 4 * LANES <= sums.length; j += 4 * LANES) {
      sumFour(matrix, places, from, count, weights, sums, j);
    }
    for (; j < sums.length; j += LANES) {
      sumOne(matrix, places, from, count, weights, sums, j);
    }
  }

  private static void sumFour(
      float[] matrix, int[] places, int from, int count, float[] weights, float[] sums, int j) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (int row = 0; row < count; row++) {
      int at = places[from + row] * sums.length + j;
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[row]);
      sum0 = weight.fma(FloatVector.fromArray(SPECIES, matrix, at), sum0);
      sum1 = weight.fma(FloatVector.fromArray(SPECIES, matrix, at + LANES), sum1);
      sum2 = weight.fma(FloatVector.fromArray(SPECIES, matrix, at + 2 * LANES), sum2);
      sum3 = weight.fma(FloatVector.fromArray(SPECIES, matrix, at + 3 * LANES), sum3);
    }
    store(sum0, sum1, sums, j);
    store(sum2, sum3, sums, j + 2 * LANES);
  }

  private static void sumOne(
      float[] matrix, int[] places, int from, int count, float[] weights, float[] sums, int j) {
    VectorMask<Float> there = SPECIES.indexInRange(j, sums.length);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int row = 0; row < count; row++) {
      FloatVector x =
          FloatVector.fromArray(SPECIES, matrix, places[from + row] * sums.length + j, there);
      sum = x.fma(FloatVector.broadcast(SPECIES, weights[row]), sum);
    }
    sum.intoArray(sums, j, there);
  }

  @Override
  public int firstAbove(float[] values, int from, int to, float threshold) {
    int at = from;
    while (at + LANES <= to
        && !FloatVector.fromArray(SPECIES, values, at)
            .compare(VectorOperators.GT, threshold)
            .anyTrue()) {
      at += LANES;
    }
    while (at < to && !(values[at] > threshold)) {
      at++;
    }
    return at;
  }
}
