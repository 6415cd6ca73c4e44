package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrincipalAxesTest {

  private static FactorMatrix factors(int rows, int rank) {
    return FactorMatrix.random(IntStream.range(0, rows).toArray(), rank, rows);
  }

  /** The last two have fewer rows than factors, so that some axes hold nothing. */
  @ParameterizedTest
  @CsvSource({"1, 1", "100, 6", "2500, 33", "500, 128", "3, 8", "40, 64"})
  void nothingOverlapsAnyMoreAndNoProductChanges(int rows, int rank) {
    double[][] before = DenseAls.unpacked(factors(rows, rank));
    FactorMatrix factors = factors(rows, rank);

    assertThat(PrincipalAxes.turn(factors)).isEqualTo(rank > 1);

    double[][] after = DenseAls.unpacked(factors);
    for (int row = 1; row < rows; row++) {
      assertThat(DenseAls.product(after[row], after[0]))
          .isCloseTo(DenseAls.product(before[row], before[0]), within(1e-5));
    }
    double[][] gram = new double[rank][rank];
    for (double[] row : after) {
      for (int one = 0; one < rank; one++) {
        for (int other = 0; other < rank; other++) {
          gram[one][other] += row[one] * row[other];
        }
      }
    }
    for (int one = 0; one < rank; one++) {
      assertThat(factors.squares()[one]).isCloseTo(gram[one][one], within(1e-9 * rows));
      for (int other = 0; other < one; other++) {
        assertThat(gram[one][other]).isCloseTo(0, within(1e-5 * rows));
      }
    }
  }

  @Test
  void whatIsTurnedStaysBitByBit() {
    for (int rows : new int[] {3, 40, 3000}) {
      FactorMatrix factors = factors(rows, 64);
      PrincipalAxes.turn(factors);
      float[] turned = factors.values().clone();

      assertThat(PrincipalAxes.turn(factors)).isFalse();
      assertThat(factors.values()).isEqualTo(turned);
    }
  }

  @Test
  void factorsThatAreNotFiniteAreAnError() {
    assertThatThrownBy(() -> PrincipalAxes.turn(new FactorMatrix(2, new float[] {1, Float.NaN})))
        .isInstanceOf(ArithmeticException.class);
  }
}
