package org.nightjar.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.table.Users;

class BlendLearnerTest extends RankTest {
  private static final List<String> MODELS = List.of("noise", "good");

  @Test
  void averagePrecisionByHand() {
    BlendLearner.Example user =
        new BlendLearner.Example(
            new float[][] {{1, 0.5f, 0.2f, 0}}, new boolean[] {false, true, true, true}, 4);
    double[] weights = {1};

    // Hits at places 2 and 3; the fourth item has score 0 and is not listed.
    assertThat(user.averagePrecision(weights, 3)).isCloseTo((1 / 2.0 + 2 / 3.0) / 3, within(1e-12));
    assertThat(user.averagePrecision(weights, 10))
        .isCloseTo((1 / 2.0 + 2 / 3.0) / 4, within(1e-12));
    assertThat(user.averagePrecision(weights, 1)).isZero();
    assertThat(user.averagePrecision(new double[] {0}, 3)).isZero();
  }

  @Test
  void withoutTruthThePrecisionIsZero() {
    assertThat(
            new BlendLearner.Example(new float[][] {{1}}, new boolean[] {false}, 0)
                .averagePrecision(new double[] {1}, 3))
        .isZero();
  }

  @Test
  void precisionIsThatOfTheSortedList() {
    Random random = new Random(5);
    for (int round = 0; round < 500; round++) {
      int items = 1 + random.nextInt(15);
      int k = 1 + random.nextInt(8);
      float[][] scores = new float[2][items];
      boolean[] relevant = new boolean[items];
      int truth = 1;
      for (int at = 0; at < items; at++) {
        scores[0][at] = random.nextInt(4) / 4f;
        scores[1][at] = random.nextInt(4) / 4f;
        relevant[at] = random.nextInt(3) == 0;
        truth += relevant[at] ? 1 : 0;
      }
      double[] weights = {random.nextInt(3), random.nextInt(3)};
      double[] blended = Ranker.blend(scores, weights, items);
      List<Integer> list =
          IntStream.range(0, items)
              .boxed()
              .filter(at -> blended[at] > 0)
              .sorted(
                  Comparator.comparingDouble((Integer at) -> -blended[at]).thenComparing(at -> at))
              .limit(k)
              .toList();
      double sum = 0;
      int hits = 0;
      for (int place = 0; place < list.size(); place++) {
        if (relevant[list.get(place)]) {
          hits++;
          sum += (double) hits / (place + 1);
        }
      }

      assertThat(new BlendLearner.Example(scores, relevant, truth).averagePrecision(weights, k))
          .isCloseTo(sum / Math.min(k, truth), within(1e-12));
    }
  }

  @Test
  void theInformativeModelWins() {
    BlendWeights weights = learner().learn(gathered(60), 42);

    assertThat(weights.bySegment()).containsOnlyKeys("cold", "light", "heavy");
    // Light users are enough to learn from; the other segments take the weights of everybody.
    for (Map<String, Double> segment : weights.bySegment().values()) {
      assertThat(segment.get("good")).isGreaterThan(segment.get("noise"));
    }
  }

  @Test
  void tooFewUsersKeepTheConfiguredWeights() {
    assertThat(learner().learn(gathered(BlendLearner.MIN_USERS - 1), 42).bySegment())
        .containsEntry("light", Map.of("noise", 1.0, "good", 1.0));
  }

  @Test
  void partitionsDoNotShow() {
    Dataset<Row> gathered = gathered(60);

    assertThat(learner().learn(gathered.repartition(7), 42))
        .isEqualTo(learner().learn(gathered.repartition(1), 42));
  }

  private static BlendLearner learner() {
    return new BlendLearner(MODELS, settings(3, 0));
  }

  /** Light users whose truth is item 2: first in one model's list and last in the other's. */
  private static Dataset<Row> gathered(int users) {
    List<Proposal> proposals = new ArrayList<>();
    List<Row> truth = new ArrayList<>();
    long[] eventCounts = new long[users];
    for (int user = 0; user < users; user++) {
      proposals.add(proposal(user, "good", items(2, 1, 0), scores(3, 2, 1)));
      proposals.add(proposal(user, "noise", items(0, 1, 2), scores(3, 2, 1)));
      truth.add(row(user, items(2)));
      eventCounts[user] = 5;
    }
    StructType schema =
        new StructType()
            .add(Users.USER, DataTypes.IntegerType)
            .add(BlendLearner.TRUTH, DataTypes.createArrayType(DataTypes.IntegerType));
    return gathered(MODELS, eventCounts, proposals.toArray(Proposal[]::new))
        .join(spark.createDataFrame(truth, schema), Users.USER);
  }
}
