package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricInverseTest {

  @Test
  void twoByTwo() {
    // The inverse of (4 2; 2 3), with determinant 8.
    double[][] matrix = {{4}, {2, 3}};

    SymmetricInverse.invert(matrix);

    assertThat(matrix[0][0]).isCloseTo(3 / 8.0, within(1e-15));
    assertThat(matrix[1][0]).isCloseTo(-2 / 8.0, within(1e-15));
    assertThat(matrix[1][1]).isCloseTo(4 / 8.0, within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 63, 64, 65, 130, 1100})
  void timesTheMatrixItIsOne(int size) {
    SplittableRandom random = new SplittableRandom(7);
    double[][] matrix = new double[size][];
    for (int row = 0; row < size; row++) {
      matrix[row] = new double[row + 1];
      for (int column = 0; column < row; column++) {
        matrix[row][column] = random.nextDouble(-1, 1);
      }
      matrix[row][row] = size + 1;
    }
    double[][] inverse = new double[size][];
    for (int row = 0; row < size; row++) {
      inverse[row] = matrix[row].clone();
    }

    SymmetricInverse.invert(inverse);

    double worst = 0;
    for (int row = 0; row < size; row++) {
      for (int column : new int[] {0, size / 2, size - 1}) {
        double sum = 0;
        for (int at = 0; at < size; at++) {
          sum += entry(matrix, row, at) * entry(inverse, at, column);
        }
        worst = Math.max(worst, Math.abs(sum - (row == column ? 1 : 0)));
      }
    }
    assertThat(worst).isLessThan(1e-12);
  }

  private static double entry(double[][] triangle, int row, int column) {
    return row >= column ? triangle[row][column] : triangle[column][row];
  }

  @Test
  void notPositiveDefinite() {
    assertThatThrownBy(() -> SymmetricInverse.invert(new double[][] {{1}, {2, 4}}))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("positive definite");
  }
}
