package org.nightjar.rank.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
  private static final int[] NONE = {};

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void agreesWithDoublePrecision(int rank) {
    Random random = new Random(rank);
    float[][] byItem = new float[201][];
    for (int item = 0; item < byItem.length; item++) {
      byItem[item] = item % 10 == 3 ? null : vector(random, rank);
    }
    float[] x = vector(random, rank);
    BlockScan scan = all(new FactorScorer("x", byItem, rank), byItem.length);

    scan.begin(List.of(user(x)), List.of(NONE));
    TopN.Ranked ranked = scan.next();

    assertThat(ranked.items()).hasSize(181);
    for (int place = 0; place < 181; place++) {
      double expected = 0;
      for (int factor = 0; factor < rank; factor++) {
        expected += (double) x[factor] * byItem[ranked.items()[place]][factor];
      }
      assertThat((double) ranked.scores()[place]).isCloseTo(expected, within(1e-5));
    }
    float[] scores = new float[181];
    scan.scores(ranked.items(), scores);
    assertThat(scores).isEqualTo(ranked.scores());
    scan.scores(new int[] {13}, scores);
    assertThat(scores[0]).isNaN();
  }

  /** Factors are small whole numbers, so scores are exact and many are equal. */
  @Test
  void eachUserOfABlockGetsWhatSortingEverythingGivesWhicheverTheKernel() {
    Random random = new Random(5);
    int rank = 3;
    int items = 333;
    float[][] byItem = new float[items][];
    for (int item = 0; item < items; item++) {
      byItem[item] = item % 9 == 0 ? null : whole(random, rank);
    }
    int[] eligible = IntStream.range(0, items).filter(item -> item % 7 != 0).toArray();
    List<Row> users = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    List<int[]> excluded = new ArrayList<>();
    for (int user = 0; user < BlockScan.USERS; user++) {
      vectors.add(whole(random, rank));
      users.add(user(vectors.get(user)));
      excluded.add(random.ints(user, 0, items).distinct().sorted().toArray());
    }
    FactorScorer scorer = new FactorScorer("x", byItem, rank);
    for (FloatKernel kernel : List.of(FloatKernel.plain(), FloatKernel.fastest())) {
      for (int limit : new int[] {1, 10, 500}) {
        BlockScan scan = scorer.scan(eligible, limit, kernel);
        // A block after another one, and a part of a block.
        for (int count : new int[] {BlockScan.USERS, 37}) {
          scan.begin(users.subList(0, count), excluded.subList(0, count));
          for (int user = 0; user < count; user++) {
            assertThat(scan.next().items())
                .as("user %s, limit %s, %s", user, limit, kernel)
                .isEqualTo(sorted(byItem, vectors.get(user), eligible, excluded.get(user), limit));
          }
        }
      }
    }
  }

  private static int[] sorted(
      float[][] byItem, float[] x, int[] eligible, int[] excluded, int limit) {
    Stream<Integer> left =
        Arrays.stream(eligible)
            .filter(item -> byItem[item] != null && Arrays.binarySearch(excluded, item) < 0)
            .boxed();
    return left.sorted(
            Comparator.comparingDouble((Integer item) -> -product(x, byItem[item]))
                .thenComparing(item -> item))
        .limit(limit)
        .mapToInt(item -> item)
        .toArray();
  }

  private static double product(float[] x, float[] y) {
    // Adding 0 makes one zero of −0 and 0.
    return IntStream.range(0, x.length).mapToDouble(k -> (double) x[k] * y[k]).sum() + 0.0;
  }

  @Test
  void aUserWithoutFactorsHasNothingToScore() {
    BlockScan scan = all(new FactorScorer("x", new float[][] {{1, 2}}, 2), 1);

    scan.begin(
        List.of(user(3, 4), new GenericRowWithSchema(new Object[] {null}, FACTORS)),
        List.of(NONE, NONE));

    assertThat(scan.next().scores()).containsExactly(11);
    assertThat(scan.next().items()).isEmpty();
    float[] scores = {5};
    scan.scores(new int[] {0}, scores);
    assertThat(scores[0]).isNaN();
  }

  @Test
  void scoresThatAreNoNumbersAreNotProposed() {
    float[][] byItem = {{Float.NaN}, {Float.MAX_VALUE}, {1}, {-Float.MAX_VALUE}};
    BlockScan scan = all(new FactorScorer("x", byItem, 1), 4);

    scan.begin(List.of(user(2)), List.of(NONE));

    assertThat(scan.next().items()).containsExactly(2);
  }

  private static BlockScan all(FactorScorer scorer, int items) {
    return scorer.scan(IntStream.range(0, items).toArray(), items);
  }

  private static float[] whole(Random random, int rank) {
    float[] vector = new float[rank];
    for (int factor = 0; factor < rank; factor++) {
      vector[factor] = random.nextInt(5) - 2;
    }
    return vector;
  }

  private static float[] vector(Random random, int rank) {
    float[] vector = new float[rank];
    for (int factor = 0; factor < rank; factor++) {
      vector[factor] = random.nextFloat() * 2 - 1;
    }
    return vector;
  }

  private static Row user(float... factors) {
    List<Float> values = new ArrayList<>();
    for (float factor : factors) {
      values.add(factor);
    }
    return new GenericRowWithSchema(
        new Object[] {CollectionConverters.asScala(values).toSeq()}, FACTORS);
  }
}
