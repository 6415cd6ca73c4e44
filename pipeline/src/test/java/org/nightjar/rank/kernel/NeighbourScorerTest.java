package org.nightjar.rank.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.table.Neighbours;
import scala.jdk.javaapi.CollectionConverters;

class NeighbourScorerTest {
  private static final String HISTORY = "history";
  private static final String ITEMS = "items";
  private static final String WEIGHTS = "weights";
  private static final StructType STRUCT =
      new StructType()
          .add(ITEMS, DataTypes.createArrayType(DataTypes.IntegerType))
          .add(WEIGHTS, DataTypes.createArrayType(DataTypes.FloatType));
  private static final StructType USER = new StructType().add(HISTORY, STRUCT);

  private static Row neighbours(int item, List<Integer> others, List<Float> similarities) {
    return row(Neighbours.TABLE.schema(), item, array(others), array(similarities));
  }

  private static Row user(List<Integer> items, List<Float> weights) {
    return row(USER, row(STRUCT, array(items), array(weights)));
  }

  private static Row row(StructType schema, Object... values) {
    return new GenericRowWithSchema(values, schema);
  }

  private static Object array(List<?> values) {
    return CollectionConverters.asScala(values).toSeq();
  }

  private static NeighbourScorer scorer(int itemCount, List<Row> rows) {
    return new NeighbourScorer(ItemGraph.of(rows.iterator(), itemCount), HISTORY, ITEMS, WEIGHTS);
  }

  /** NaN where nothing is known. */
  private static float[] scores(NeighbourScorer scorer, Row user) {
    SparseScores sparse = new SparseScores(scorer.itemCount());
    scorer.score(user, sparse);
    float[] scores = new float[scorer.itemCount()];
    for (int item = 0; item < scores.length; item++) {
      scores[item] = sparse.of(item);
    }
    return scores;
  }

  @Test
  void sumsByHand() {
    NeighbourScorer scorer =
        scorer(
            5,
            List.of(
                neighbours(4, List.of(0, 3), List.of(2f, 0.5f)),
                neighbours(1, List.of(0), List.of(1f)),
                neighbours(0, List.of(3), List.of(0.25f))));

    float[] scores = scores(scorer, user(List.of(0, 3, 2), List.of(1f, 2f, 9f)));

    // Item 4: 1 · 2 + 2 · 0.5; item 0: 2 · 0.25; nobody speaks for 2 and 3.
    assertThat(scores).containsExactly(0.5f, 1f, Float.NaN, Float.NaN, 3f);
  }

  @Test
  void withoutHistoryThereIsNothingToScore() {
    assertThat(scores(scorer(3, List.of()), row(USER, (Object) null)))
        .containsExactly(Float.NaN, Float.NaN, Float.NaN);
  }

  @Test
  void theStrongestIsTheFirstOfTheLargest() {
    ItemGraph graph =
        ItemGraph.of(
            List.of(neighbours(3, List.of(1, 2, 0), List.of(0.75f, 0.75f, 0.5f))).iterator(), 4);

    assertThat(graph.strongest(3, new int[] {0, 2, 1})).isEqualTo(2);
    assertThat(graph.strongest(3, new int[] {3, 0})).isZero();
    assertThat(graph.strongest(1, new int[] {0, 2})).isEqualTo(-1);
    assertThat(graph.similarity(1, 3)).isEqualTo(0.75f);
    assertThat(graph.similarity(3, 1)).isZero();
  }

  @Test
  void agreesWithTheFullMatrix() {
    int items = 40;
    SplittableRandom random = new SplittableRandom(5);
    float[][] matrix = new float[items][items];
    List<Row> rows = new ArrayList<>();
    for (int item = 0; item < items; item++) {
      List<Integer> others = new ArrayList<>();
      List<Float> similarities = new ArrayList<>();
      for (int other = items - 1; other >= 0; other--) {
        if (other != item && random.nextInt(3) == 0) {
          matrix[other][item] = (float) random.nextDouble(0.1, 1);
          others.add(other);
          similarities.add(matrix[other][item]);
        }
      }
      rows.add(neighbours(item, others, similarities));
    }
    Collections.reverse(rows);
    NeighbourScorer scorer = scorer(items, rows);

    for (int user = 0; user < 20; user++) {
      List<Integer> has = new ArrayList<>();
      List<Float> weights = new ArrayList<>();
      float[] expected = new float[items];
      for (int at = 0; at < 1 + random.nextInt(4); at++) {
        has.add(random.nextInt(items));
        weights.add((float) random.nextDouble(0.5, 2));
        for (int item = 0; item < items; item++) {
          expected[item] += weights.get(at) * matrix[has.get(at)][item];
        }
      }
      for (int item = 0; item < items; item++) {
        expected[item] = expected[item] == 0 ? Float.NaN : expected[item];
      }
      assertThat(scores(scorer, user(has, weights))).containsExactly(expected);
    }
  }

  @Test
  void itemsWithoutRowsHaveNoNeighbours() {
    assertThat(ItemGraph.of(Collections.emptyIterator(), 2).similarity(0, 1)).isZero();
  }
}
