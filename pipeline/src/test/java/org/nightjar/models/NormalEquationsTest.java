package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalEquationsTest {
  private static final Objective IMPLICIT = new Objective(true, 0.3, 0.1, 0.7, true);
  private static final Objective EXPLICIT = new Objective(false, 0, 0.1, 1, false);

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "5, 3",
    "5, 1",
    "32, 31",
    "32, 32",
    "32, 40",
    "33, 256",
    "40, 257",
    "64, 700",
    "70, 64",
    "128, 17",
    "300, 257"
  })
  void agreesWithTheDenseTwin(int rank, int ratings) {
    for (Objective objective : new Objective[] {IMPLICIT, EXPLICIT}) {
      SplittableRandom random = new SplittableRandom(rank);
      FactorMatrix columns =
          FactorMatrix.random(IntStream.range(0, 800).toArray(), rank, random.nextLong());
      int[] places = IntStream.range(0, ratings).map(at -> at * 7 % 800).sorted().toArray();
      float[] values = new float[ratings];
      double[][] dense = new double[1][800];
      for (int at = 0; at < ratings; at++) {
        values[at] = (float) random.nextDouble(0.5, 3);
        dense[0][places[at]] = values[at];
      }
      FixedSide fixed = FixedSide.of(columns, objective);
      double[][] expected = new double[1][rank];
      DenseAls.solve(dense, objective, expected, DenseAls.unpacked(columns));
      float[] x = new float[rank];

      double loss = new NormalEquations(objective, fixed).solve(places, values, 0, ratings, x, 0);

      for (int factor = 0; factor < rank; factor++) {
        assertThat((double) x[factor]).isCloseTo(expected[0][factor], within(2e-4));
      }
      DenseAls alone =
          new DenseAls(
              dense,
              new Objective(objective.implicit(), objective.unobservedWeight(), 0, 1, false));
      double whole =
          alone.loss(expected, DenseAls.unpacked(columns))
              + objective.penalty(ratings, 800) * DenseAls.product(expected[0], expected[0]);
      assertThat(loss).isCloseTo(whole, within(1e-4 * Math.max(1, whole)));
    }
  }

  @Test
  void partsAddUp() {
    FactorMatrix columns = FactorMatrix.random(IntStream.range(0, 600).toArray(), 16, 3);
    int[] places = IntStream.range(0, 600).toArray();
    float[] values = new float[600];
    Arrays.fill(values, 2f);
    NormalEquations equations = new NormalEquations(IMPLICIT, FixedSide.of(columns, IMPLICIT));
    RowSums sums = equations.sums(places, values, 0, 250);
    sums.add(equations.sums(places, values, 250, 600));
    float[] inParts = new float[16];
    float[] whole = new float[16];

    assertThat(equations.solve(sums, inParts, 0))
        .isCloseTo(equations.solve(places, values, 0, 600, whole, 0), within(1e-3));
    for (int factor = 0; factor < 16; factor++) {
      assertThat(inParts[factor]).isCloseTo(whole[factor], within(1e-5f));
    }
  }

  @Test
  void ratingsWithoutWeightCount() {
    FactorMatrix columns = FactorMatrix.random(IntStream.range(0, 50).toArray(), 8, 3);
    NormalEquations equations = new NormalEquations(IMPLICIT, FixedSide.of(columns, IMPLICIT));
    float[] none = new float[8];
    float[] little = new float[8];

    equations.solve(new int[] {4, 7}, new float[] {1, 0}, 0, 2, none, 0);
    equations.solve(new int[] {4, 7}, new float[] {1, 1e-5f}, 0, 2, little, 0);

    for (int factor = 0; factor < 8; factor++) {
      assertThat(none[factor]).isCloseTo(little[factor], within(1e-4f));
    }
  }

  @Test
  void singularSystemsGetARidge() {
    Objective bare = new Objective(false, 0, 0, 1, false);
    FactorMatrix columns = FactorMatrix.random(new int[] {0, 1}, 8, 3);
    float[] x = new float[8];

    new NormalEquations(bare, FixedSide.of(columns, bare))
        .solve(new int[] {1}, new float[] {4}, 0, 1, x, 0);

    double score = 0;
    for (int factor = 0; factor < 8; factor++) {
      score += x[factor] * columns.values()[8 + factor];
    }
    assertThat(score).isCloseTo(4, within(1e-2));
  }

  @Test
  void factorsThatAreNotFiniteAreAnError() {
    FactorMatrix columns = new FactorMatrix(2, new float[] {Float.NaN, 1});
    NormalEquations equations = new NormalEquations(EXPLICIT, FixedSide.of(columns, EXPLICIT));

    assertThatThrownBy(() -> equations.solve(new int[] {0}, new float[] {1}, 0, 1, new float[2], 0))
        .isInstanceOf(ArithmeticException.class);
  }
}
