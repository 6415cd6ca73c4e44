package org.nightjar.rank.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.table.Candidates;

class TopNTest extends SparkTest {
  private static final float[] SPECIAL = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f
  };

  @Test
  void agreesWithSortingEverything() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      int items = 1 + random.nextInt(60);
      float[] scores = scores(random, items);
      int[] excluded = random.ints(random.nextInt(10), 0, items).toArray();
      int[] eligible = IntStream.range(0, items).filter(i -> random.nextInt(5) > 0).toArray();
      int limit = 1 + random.nextInt(80);

      int[] expected = bruteForce(scores, excluded, eligible, limit);
      float[] before = scores.clone();
      TopN.Ranked ranked = new TopN(eligible, limit).select(scores, excluded);

      assertThat(ranked.items()).as("round %s", round).isEqualTo(expected);
      for (int place = 0; place < expected.length; place++) {
        assertThat(ranked.scores()[place]).isEqualTo(before[expected[place]]);
      }
    }
  }

  @Test
  void equalScoresGoByItem() {
    TopN best = new TopN(new int[] {0, 1, 2, 3, 4}, 3);

    assertThat(best.select(new float[] {1, 2, 2, 1, 2}, new int[0]).items())
        .containsExactly(1, 2, 4);
    assertThat(best.select(new float[] {1, 1, 1, 1, 1}, new int[0]).items())
        .containsExactly(0, 1, 2);
  }

  @Test
  void aSelectorKeepsNothingOfTheUserBefore() {
    TopN best = new TopN(new int[] {0, 1, 2}, 2);
    best.select(new float[] {9, 8, 7}, new int[0]);

    TopN.Ranked second = best.select(new float[] {Float.NaN, 1, Float.NaN}, new int[0]);

    assertThat(second.items()).containsExactly(1);
    assertThat(second.scores()).containsExactly(1f);
  }

  @Test
  void usersGetTheSameWhateverThePartitions() {
    StructType schema =
        new StructType()
            .add(Candidates.USER, DataTypes.IntegerType)
            .add("excluded", DataTypes.createArrayType(DataTypes.IntegerType));
    List<Row> users =
        IntStream.range(0, 40)
            .mapToObj(u -> row(u, u % 3 == 0 ? null : new Integer[] {u % 20, (u + 1) % 20}))
            .toList();
    Dataset<Row> requests = spark.createDataFrame(users, schema);
    BitSet eligible = new BitSet();
    eligible.set(0, 18);
    Broadcast<UserShift> scorer = Broadcasts.of(spark, new UserShift(20));

    List<String> one =
        sorted(TopN.perUser(requests.repartition(1), "excluded", scorer, eligible, 5));

    assertThat(one).hasSize(39).noneMatch(text -> text.startsWith("[13,"));
    for (int partitions : new int[] {4, 16}) {
      assertThat(
              sorted(
                  TopN.perUser(requests.repartition(partitions), "excluded", scorer, eligible, 5)))
          .isEqualTo(one);
    }
  }

  /** Item (user + i·7) mod n has score i / 3, rounded down; user 13 has nothing. */
  private record UserShift(int itemCount) implements CatalogueScorer {
    @Override
    public boolean score(Row user, float[] scores) {
      int shift = user.getInt(0);
      for (int i = 0; i < scores.length; i++) {
        int score = i / 3;
        scores[(shift + i * 7) % scores.length] = score;
      }
      return shift != 13;
    }
  }

  private static float[] scores(Random random, int items) {
    float[] scores = new float[items];
    for (int item = 0; item < items; item++) {
      scores[item] =
          random.nextInt(6) == 0
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : random.nextBoolean() ? random.nextInt(5) : random.nextFloat() - 0.5f;
    }
    return scores;
  }

  private static int[] bruteForce(float[] scores, int[] excluded, int[] eligible, int limit) {
    return Arrays.stream(eligible)
        .filter(item -> Float.isFinite(scores[item]))
        .filter(item -> Arrays.stream(excluded).noneMatch(other -> other == item))
        .boxed()
        .sorted(
            // Adding 0 makes one zero of −0 and 0.
            Comparator.comparingDouble((Integer item) -> -(double) scores[item] + 0.0)
                .thenComparing(item -> item))
        .limit(limit)
        .mapToInt(item -> item)
        .toArray();
  }
}
