package org.nightjar.rank.kernel;

import java.util.Arrays;

/**
 * In plain Java, for the JIT to vectorise: it does so for sums over several arrays, not for sums
 * over several parts of one, so rows are copied out, once for all rows of the product.
 */
final class PlainKernel implements FloatKernel {

  @Override
  public void products(Rows a, Rows b, int depth, Rows c, int height, int width) {
    float[] sum = new float[width];
    float[][] rows = new float[depth][];
    for (int k = 0; k < depth; k++) {
      int from = b.from() + k * b.stride();
      rows[k] = Arrays.copyOfRange(b.values(), from, from + width);
    }
    for (int i = 0; i < height; i++) {
      Arrays.fill(sum, 0f);
      int at = a.from() + i;
      int k = 0;
      for (; k + 4 <= depth; k += 4, at += 4 * a.stride()) {
        addFour(
            sum,
            a.values()[at],
            rows[k],
            a.values()[at + a.stride()],
            rows[k + 1],
            a.values()[at + 2 * a.stride()],
            rows[k + 2],
            a.values()[at + 3 * a.stride()],
            rows[k + 3]);
      }
      for (; k < depth; k++, at += a.stride()) {
        addOne(sum, a.values()[at], rows[k]);
      }
      System.arraycopy(sum, 0, c.values(), c.from() + i * c.stride(), width);
    }
  }

  private static void addFour(
      float[] sum,
      float w0,
      float[] r0,
      float w1,
      float[] r1,
      float w2,
      float[] r2,
      float w3,
      float[] r3) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] =
          Math.fma(
              w3, r3[j], Math.fma(w2, r2[j], Math.fma(w1, r1[j], Math.fma(w0, r0[j], sum[j]))));
    }
  }

  private static void addOne(float[] sum, float weight, float[] row) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] = Math.fma(weight, row[j], sum[j]);
    }
  }

  @Override
  public void add(float factor, float[] values, int from, int into, int length) {
    for (int j = 0; j < length; j++) {
      values[into + j] = Math.fma(factor, values[from + j], values[into + j]);
    }
  }

  @Override
  public void scale(float factor, float[] values, int from, int length) {
    for (int j = 0; j < length; j++) {
      values[from + j] *= factor;
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
    for (int row = 0; row < count; row++) {
      int source = places[from + row] * sums.length;
      int target = into.from() + row * into.stride();
      for (int j = 0; j < sums.length; j++) {
        into.values()[target + j] = factors[row] * matrix[source + j];
      }
    }
    sum(matrix, places, from, count, weights, sums);
  }

  @Override
  public void sum(
      float[] matrix, int[] places, int from, int count, float[] weights, float[] sums) {
    Arrays.fill(sums, 0f);
    for (int row = 0; row < count; row++) {
      int source = places[from + row] * sums.length;
      for (int j = 0; j < sums.length; j++) {
        sums[j] = Math.fma(weights[row], matrix[source + j], sums[j]);
      }
    }
  }

  @Override
  public int firstAbove(float[] values, int from, int to, float threshold) {
    int at = from;
    while (at < to && !(values[at] > threshold)) {
      at++;
    }
    return at;
  }
}
