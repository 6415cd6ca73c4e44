package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CholeskyTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 31, 32, 33, 64, 100})
  void solves(int size) {
    SplittableRandom random = new SplittableRandom(size);
    Cholesky cholesky = new Cholesky(size);
    for (int system = 0; system < 3; system++) {
      double[][] matrix = new double[size][size];
      double[] expected = random.doubles(size, -1, 1).toArray();
      float[] right = new float[size];
      for (int sample = 0; sample < 2 * size; sample++) {
        double[] vector = random.doubles(size, -1, 1).toArray();
        for (int row = 0; row < size; row++) {
          for (int column = 0; column < size; column++) {
            matrix[row][column] += vector[row] * vector[column];
          }
        }
      }
      Arrays.fill(cholesky.matrix(), Float.NaN); // what nobody filled must not matter
      for (int row = 0; row < size; row++) {
        matrix[row][row] += 1;
        double sum = 0;
        for (int column = 0; column < size; column++) {
          sum += matrix[row][column] * expected[column];
          if (column >= row) {
            cholesky.matrix()[row * cholesky.stride() + column] = (float) matrix[row][column];
          }
        }
        right[row] = (float) sum;
      }
      float[] x = new float[size + 2];

      assertThat(cholesky.solve(right, x, 1)).isTrue();

      assertThat(x[0]).isZero();
      assertThat(x[size + 1]).isZero();
      for (int row = 0; row < size; row++) {
        assertThat((double) x[row + 1]).isCloseTo(expected[row], within(1e-4));
      }
    }
  }

  @Test
  void whatIsNotPositiveDefiniteIsNotSolved() {
    Cholesky cholesky = new Cholesky(2);
    float[] x = {7, 7};
    for (float last : new float[] {1, 0.5f, Float.NaN}) {
      cholesky.matrix()[0] = 1;
      cholesky.matrix()[1] = 1;
      cholesky.matrix()[cholesky.stride() + 1] = last;

      assertThat(cholesky.solve(new float[] {1, 1}, x, 0)).isFalse();
    }
    assertThat(x).containsExactly(7, 7);
  }
}
