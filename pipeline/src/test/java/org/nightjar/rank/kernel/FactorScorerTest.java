package org.nightjar.rank.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

class FactorScorerTest {
  private static final StructType FACTORS =
      new StructType().add("x", DataTypes.createArrayType(DataTypes.FloatType));

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 64})
  void agreesWithDoublePrecision(int rank) {
    Random random = new Random(rank);
    float[][] byItem = new float[101][];
    for (int item = 0; item < byItem.length; item++) {
      byItem[item] = item % 10 == 3 ? null : vector(random, rank);
    }
    float[] x = vector(random, rank);
    FactorScorer scorer = new FactorScorer("x", byItem, rank);
    float[] scores = new float[scorer.itemCount()];

    assertThat(scorer.score(user(x), scores)).isTrue();

    for (int item = 0; item < byItem.length; item++) {
      if (byItem[item] == null) {
        assertThat(scores[item]).isNaN();
        continue;
      }
      double expected = 0;
      for (int factor = 0; factor < rank; factor++) {
        expected += (double) x[factor] * byItem[item][factor];
      }
      assertThat((double) scores[item]).isCloseTo(expected, within(1e-4));
    }
  }

  @Test
  void scoresOfTheUserBeforeAreOverwritten() {
    FactorScorer scorer = new FactorScorer("x", new float[][] {{1, 2}, null}, 2);
    float[] scores = {Float.NaN, 17};

    scorer.score(user(10, 1), scores);

    assertThat(scores[0]).isEqualTo(12);
    assertThat(scores[1]).isNaN();
  }

  @Test
  void aUserWithoutFactorsHasNothingToScore() {
    FactorScorer scorer = new FactorScorer("x", new float[][] {{1, 2}}, 2);

    assertThat(scorer.score(new GenericRowWithSchema(new Object[] {null}, FACTORS), new float[1]))
        .isFalse();
  }

  private static float[] vector(Random random, int rank) {
    float[] vector = new float[rank];
    for (int factor = 0; factor < rank; factor++) {
      vector[factor] = random.nextFloat() * 2 - 1;
    }
    return vector;
  }

  private static Row user(float... factors) {
    java.util.List<Float> values = new java.util.ArrayList<>();
    for (float factor : factors) {
      values.add(factor);
    }
    return new GenericRowWithSchema(
        new Object[] {CollectionConverters.asScala(values).toSeq()}, FACTORS);
  }
}
