package org.nightjar.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.InputException;
import org.nightjar.publish.Json;
import org.nightjar.table.Candidates;
import org.nightjar.table.ItemFeatures;
import org.nightjar.table.UserFeatures;
import org.nightjar.table.UserPast;
import org.nightjar.table.Users;

class LambdaMartTest extends RankTest {
  private static final List<String> MODELS = List.of("a", "b");
  private static final int ITEMS = 6;

  private static final StructType ITEM_SIDE =
      new StructType()
          .add(ItemFeatures.ITEM, DataTypes.IntegerType)
          .add(ItemFeatures.BUYERS, DataTypes.LongType)
          .add(ItemFeatures.PRICE, DataTypes.DoubleType)
          .add(ItemFeatures.PRICE_BAND, DataTypes.IntegerType)
          .add(ItemFeatures.CATEGORY, DataTypes.StringType);
  private static final StructType USER_SIDE =
      new StructType()
          .add(UserFeatures.USER, DataTypes.IntegerType)
          .add(UserFeatures.RECENCY_DAYS, DataTypes.DoubleType)
          .add(UserFeatures.TENURE_DAYS, DataTypes.DoubleType)
          .add(UserFeatures.ORDERS, DataTypes.LongType)
          .add(UserFeatures.UNITS, DataTypes.DoubleType)
          .add(UserFeatures.MONETARY_AMOUNT, DataTypes.DoubleType)
          .add(
              UserFeatures.CATEGORY_SHARES,
              DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType))
          .add(UserFeatures.PRICE_BAND_SHARES, DataTypes.createArrayType(DataTypes.DoubleType));

  /** Item i costs 10·(i + 1), has i buyers and category "even" or "odd"; the last is unknown. */
  private static Dataset<Row> itemSide() {
    Row[] rows = new Row[ITEMS];
    for (int item = 0; item < ITEMS; item++) {
      rows[item] =
          item == ITEMS - 1
              ? row(item, 0L, null, null, null)
              : row(
                  item,
                  (long) item,
                  10.0 * (item + 1),
                  item % 2 + 1,
                  item % 2 == 0 ? "even" : "odd");
    }
    return rows(ITEM_SIDE, rows);
  }

  private static RankFeatures features() {
    return new RankFeatures(MODELS, itemSide(), rows(USER_SIDE), ITEMS);
  }

  /**
   * Users with all items as candidates, scored alike by both models; each wants the one item of the
   * past that is in their history twice.
   */
  private static Dataset<Row> gathered(int users) {
    Random random = new Random(7);
    List<Row> rows = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      int wanted = random.nextInt(ITEMS);
      Float[] scores = new Float[2 * ITEMS];
      for (int at = 0; at < scores.length; at++) {
        scores[at] = at < ITEMS ? (float) random.nextDouble() + 0.1f : Float.NaN;
      }
      Integer other = (wanted + 1) % ITEMS;
      boolean inOrder = wanted < other;
      rows.add(
          row(
              user,
              "light",
              3.0,
              12.0,
              5L,
              4.0,
              100.0,
              Map.of("even", 0.75),
              new Double[] {0.25, 0.75},
              inOrder ? items(wanted, other) : items(other, wanted),
              inOrder ? new Long[] {2L, 1L} : new Long[] {1L, 2L},
              inOrder ? new Double[] {1.5, 0.5} : new Double[] {0.5, 1.5},
              new Double[] {3.0, 3.0},
              inOrder ? new Double[] {9.0, 3.0} : new Double[] {3.0, 9.0},
              items(0, 1, 2, 3, 4, 5),
              scores,
              items(wanted)));
    }
    StructType schema =
        new StructType()
            .add(Users.USER, DataTypes.IntegerType)
            .add(Ranker.ACTIVITY, DataTypes.StringType);
    for (int at = 1; at < USER_SIDE.size(); at++) {
      schema = schema.add(USER_SIDE.apply(at));
    }
    for (int at = 1; at < UserPast.TABLE.schema().size(); at++) {
      schema = schema.add(UserPast.TABLE.schema().apply(at));
    }
    schema =
        schema
            .add(Candidates.OF_ALL_MODELS.apply(0))
            .add(Candidates.OF_ALL_MODELS.apply(1))
            .add(BlendLearner.TRUTH, DataTypes.createArrayType(DataTypes.IntegerType));
    return spark.createDataFrame(rows, schema);
  }

  private static Ranker ranker() {
    return new Ranker(MODELS, settings(ITEMS + 1, 0), new String[ITEMS]);
  }

  private static Scoring blend() {
    Map<String, Double> even = Map.of("a", 1.0, "b", 1.0);
    return new BlendWeights(Map.of("cold", even, "light", even, "heavy", even)).over(MODELS);
  }

  @Test
  void featuresByHand() {
    Row user = gathered(1).head();
    RankFeatures features = features();
    CandidateSet set = ranker().candidates(user);
    int past = user.<Integer>getList(user.fieldIndex(UserPast.ITEMS)).get(0);
    boolean twice = user.<Long>getList(user.fieldIndex(UserPast.EVENTS)).get(0) == 2;

    float[] row = features.of(user, set, new double[] {1, 2, 3, 4, 5, 6}, new int[] {past});

    assertThat(row).hasSameSizeAs(features.names());
    assertThat(value(features, row, "blend_score")).isEqualTo(past + 1);
    assertThat(value(features, row, "blend_place")).isZero();
    assertThat(value(features, row, "a_score")).isEqualTo(set.raw()[0][past]);
    assertThat(value(features, row, "b_score")).isNaN();
    assertThat(value(features, row, "b_place")).isNaN();
    assertThat(value(features, row, "pair_events")).isEqualTo(twice ? 2 : 1);
    assertThat(value(features, row, "pair_days_since_last")).isEqualTo(3);
    // First 9 and last 3 days ago, two events: every 6 days, so half way through.
    assertThat(value(features, row, "pair_gap_days")).isEqualTo(twice ? 6 : Float.NaN);
    assertThat(value(features, row, "pair_due")).isEqualTo(twice ? 0.5f : Float.NaN);
    // The last visit was 3 days ago too; of 5 orders in 12 days, 9/12 came since the first
    // purchase.
    int events = twice ? 2 : 1;
    assertThat(value(features, row, "pair_days_before_last_visit")).isZero();
    assertThat(value(features, row, "pair_per_order")).isEqualTo(events / 5f);
    assertThat(value(features, row, "pair_per_order_since_first"))
        .isEqualTo(events / (5 * (twice ? 9f : 3f) / 12));
    assertThat(value(features, row, "user_" + UserFeatures.RECENCY_DAYS)).isEqualTo(3);
  }

  @Test
  void featuresOfUserAndItemTogetherByHand() {
    Row user = gathered(1).head();
    RankFeatures features = features();
    int width = features.names().size();

    float[] rows =
        features.of(user, ranker().candidates(user), new double[ITEMS], new int[] {0, 1, 5});

    // The user pays 100 for 4 units: 25. Item 0 costs 10, is even and of band 1; item 1 odd.
    assertThat(value(features, rows, "price_over_mean")).isEqualTo(0.4f);
    assertThat(value(features, rows, "category_share")).isEqualTo(0.75f);
    assertThat(value(features, rows, "price_band_share")).isEqualTo(0.25f);
    assertThat(rows[width + features.names().indexOf("category_share")]).isZero();
    assertThat(rows[width + features.names().indexOf("item_" + ItemFeatures.BUYERS)]).isEqualTo(1);
    assertThat(rows[2 * width + features.names().indexOf("category_share")]).isNaN();
    assertThat(rows[2 * width + features.names().indexOf("price_over_mean")]).isNaN();
  }

  private static float value(RankFeatures features, float[] row, String name) {
    return row[features.names().indexOf(name)];
  }

  @Test
  void learnsWhatTheBlendDoesNotKnow() {
    Dataset<Row> gathered = gathered(200).repartition(3);
    RankFeatures features = features();

    LambdaMart.Learned learned =
        new LambdaMart(ranker())
            .train(List.of(new LambdaMart.Taught(gathered, features)), blend(), 42)
            .orElseThrow();

    assertThat(learned.users()).isEqualTo(200);
    // Two objectives, two shares of the features.
    Row user = gathered.head();
    float[] row = features.of(user, ranker().candidates(user), new double[ITEMS], new int[] {0});
    assertThat(learned.trees()).hasSize(4);
    assertThat(learned.trees()).extracting(trees -> trees.score(row, 0)).doesNotHaveDuplicates();
    assertThat(learned.gains().keySet().iterator().next()).startsWith("pair_");
    Scoring trees = new LearnedRanking(blend(), features, learned.trees(), ITEMS, Set.of("light"));
    for (Row list :
        ranker()
            .lists(gathered, trees, ListShape.AS_SCORED, 1)
            .join(gathered, Users.USER)
            .collectAsList()) {
      assertThat(list.<Integer>getList(1).get(0))
          .isEqualTo(list.<Integer>getList(list.fieldIndex(BlendLearner.TRUTH)).get(0));
      assertThat(list.<Double>getList(2).get(0)).isBetween(0.5, 1.0);
    }
  }

  @Test
  void partitionsDoNotShow() {
    Dataset<Row> gathered = gathered(60);
    List<List<String>> lists = new ArrayList<>();
    for (int partitions : new int[] {1, 7}) {
      Dataset<Row> parts = gathered.repartition(partitions);
      LambdaMart.Learned learned =
          new LambdaMart(ranker())
              .train(List.of(new LambdaMart.Taught(parts, features())), blend(), 42)
              .orElseThrow();
      lists.add(
          sorted(
              ranker()
                  .lists(
                      parts,
                      new LearnedRanking(
                          blend(), features(), learned.trees(), ITEMS, Set.of("light")),
                      ListShape.AS_SCORED,
                      3)));
    }

    assertThat(lists.get(1)).isEqualTo(lists.get(0));
  }

  @Test
  void otherSegmentsKeepTheBlend() {
    Dataset<Row> gathered = gathered(20);
    LambdaMart.Learned learned =
        new LambdaMart(ranker())
            .train(List.of(new LambdaMart.Taught(gathered, features())), blend(), 42)
            .orElseThrow();

    assertThat(
            sorted(
                ranker()
                    .lists(
                        gathered,
                        new LearnedRanking(
                            blend(), features(), learned.trees(), ITEMS, Set.of("heavy")),
                        ListShape.AS_SCORED,
                        3)))
        .isEqualTo(sorted(ranker().lists(gathered, blend(), ListShape.AS_SCORED, 3)));
  }

  @Test
  void withoutRelevantCandidatesNothingIsLearned() {
    Dataset<Row> gathered =
        gathered(5).withColumn(BlendLearner.TRUTH, functions.array(functions.lit(99)));

    assertThat(
            new LambdaMart(ranker())
                .train(List.of(new LambdaMart.Taught(gathered, features())), blend(), 42))
        .isEmpty();
  }

  @Test
  void treesScoreAsTheLibraryDoes() throws Exception {
    Random random = new Random(3);
    int rows = 500;
    int width = 5;
    float[] features = new float[rows * width];
    float[] labels = new float[rows];
    for (int at = 0; at < features.length; at++) {
      features[at] = random.nextInt(5) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    for (int row = 0; row < rows; row++) {
      labels[row] = features[row * width] > 0 ? 1 : 0;
    }
    DMatrix matrix = new DMatrix(features, rows, width, Float.NaN);
    matrix.setLabel(labels);
    matrix.setGroup(new int[] {200, 300});
    Booster booster =
        XGBoost.train(
            matrix, Map.of("objective", "rank:ndcg", "max_depth", 4), 30, Map.of(), null, null);
    float[][] predicted = booster.predict(matrix, true);

    TreeEnsemble trees =
        TreeEnsemble.of(booster.toByteArray("json"), List.of("a", "b", "c", "d", "e"));

    assertThat(trees.trees()).isEqualTo(30);
    float constant = predicted[0][0] - trees.score(features, 0);
    for (int row = 0; row < rows; row++) {
      assertThat(trees.score(features, row * width) + constant)
          .isCloseTo(predicted[row][0], within(1e-5f));
    }
    booster.dispose();
    matrix.dispose();

    // Written and read, and over rows with other features in other places: the same scores.
    TreeEnsemble read = Json.read(Json.writeCompact(trees), TreeEnsemble.class, "trees");
    TreeEnsemble over = read.over(List.of("new", "e", "d", "c", "b", "a"));
    for (int row = 0; row < rows; row++) {
      float[] moved = new float[width + 1];
      for (int at = 0; at < width; at++) {
        moved[width - at] = features[row * width + at];
      }
      assertThat(read.score(features, row * width)).isEqualTo(trees.score(features, row * width));
      assertThat(over.score(moved, 0)).isEqualTo(trees.score(features, row * width));
    }
    assertThatThrownBy(() -> read.over(List.of("b", "c", "d", "e")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("asks for the feature 'a', which there is not");
  }

  @Test
  void treesThatAreNotWholeAreRefused() {
    String form =
        "{\"features\": [\"a\"], \"roots\": [0], \"left\": [1, -1, -1], \"right\": [RIGHT, 0, 0],"
            + " \"feature\": [0, 0, 0], \"value\": [0.5, 1, 2], \"unknown_goes_left\": [true, false, false]}";
    TreeEnsemble trees = Json.read(form.replace("RIGHT", "2"), TreeEnsemble.class, "trees");
    assertThat(trees.score(new float[] {0.7f}, 0)).isEqualTo(2);
    for (String wrong : List.of("0", "3")) {
      assertThatThrownBy(() -> Json.read(form.replace("RIGHT", wrong), TreeEnsemble.class, "trees"))
          .as(wrong)
          .isInstanceOf(InputException.class);
    }
  }
}
