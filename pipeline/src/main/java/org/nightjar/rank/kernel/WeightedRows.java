package org.nightjar.rank.kernel;

/** Weighted sums of equally long rows, four rows per pass: a form that the JIT vectorises. */
public final class WeightedRows {
  private WeightedRows() {}

  /**
   * sum[c] += Σ_r weights[r] · rows[r][c] for every column c of {@code length}.
   *
   * @param weights one per row; further rows are passed over
   */
  public static void add(float[] sum, int length, float[] weights, float[][] rows) {
    int row = 0;
    for (; row + 4 <= weights.length; row += 4) {
      addFour(sum, length, weights, rows, row);
    }
    for (; row < weights.length; row++) {
      float weight = weights[row];
      float[] values = rows[row];
      for (int column = 0; column < length; column++) {
        sum[column] += weight * values[column];
      }
    }
  }

  private static void addFour(float[] sum, int length, float[] weights, float[][] rows, int row) {
    float w0 = weights[row];
    float w1 = weights[row + 1];
    float w2 = weights[row + 2];
    float w3 = weights[row + 3];
    float[] r0 = rows[row];
    float[] r1 = rows[row + 1];
    float[] r2 = rows[row + 2];
    float[] r3 = rows[row + 3];
    for (int column = 0; column < length; column++) {
      sum[column] += w0 * r0[column] + w1 * r1[column] + w2 * r2[column] + w3 * r3[column];
    }
  }
}
