package org.nightjar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.config.EvaluationSettings.Split;
import org.nightjar.config.EvaluationSettings.SplitType;
import org.nightjar.table.Candidates;
import org.nightjar.table.Events;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.UserSegments;

class EvaluationTest extends SparkTest {
  private static final StructType LISTS =
      new StructType()
          .add(Candidates.MODEL, DataTypes.StringType, false)
          .add(Candidates.USER, DataTypes.IntegerType, false)
          .add(Candidates.ITEMS, DataTypes.createArrayType(DataTypes.IntegerType, false), false);
  private static final StructType PAIRS =
      new StructType()
          .add(Events.USER, DataTypes.IntegerType, false)
          .add(Events.ITEM, DataTypes.IntegerType, false);

  private static final List<Row> EXAMPLE_LISTS =
      List.of(
          list("als", 0, 1, 2, 3, 4),
          list("als", 1, 5, 6, 7, 8),
          list("als", 2, 9, 3),
          list("als", 3, 1, 2, 3, 4),
          list("als", 5, 1, 2, 3, 4),
          list("als", 6, 10, 11, 12, 13),
          list("other", 4, 1),
          list("unasked", 0, 1));

  private static final List<Row> EXAMPLE_TRUTH =
      pairs(
          new int[][] {
            {0, 2}, {0, 4}, {0, 4}, {0, 9}, {1, 5}, {2, 3}, {2, 4}, {2, 5}, {2, 6}, {2, 7}, {3, 8},
            {4, 1}, {6, 12}, {6, 13}
          });
  private static final List<Row> EXAMPLE_SEEN =
      pairs(new int[][] {{0, 2}, {0, 3}, {1, 6}, {2, 4}, {2, 4}, {3, 1}, {5, 1}, {6, 12}});
  private static final List<Row> EXAMPLE_SEGMENTS =
      List.of(
          segments(0, "activity=light", "age=35-44"),
          segments(1, "activity=light"),
          segments(2, "activity=heavy", "all"),
          segments(5, "activity=light", "age=19-24"));

  private static Row list(String model, int user, Integer... items) {
    return row(model, user, items);
  }

  private static Row segments(int user, String... names) {
    return row(user, names);
  }

  private static List<Row> pairs(int[][] pairs) {
    List<Row> rows = new ArrayList<>();
    for (int[] pair : pairs) {
      rows.add(row(pair[0], pair[1]));
    }
    return rows;
  }

  private static Dataset<Row> of(StructType schema, List<Row> rows, int parts, long order) {
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(order));
    return rows(schema, shuffled.toArray(Row[]::new)).repartition(parts);
  }

  private static Evaluation example(int parts, long order) {
    return new Evaluation(
        of(LISTS, EXAMPLE_LISTS, parts, order),
        List.of("als", "other"),
        of(PAIRS, EXAMPLE_TRUTH, parts, order),
        of(PAIRS, EXAMPLE_SEEN, parts, order),
        of(UserSegments.TABLE.schema(), EXAMPLE_SEGMENTS, parts, order),
        categories(),
        1);
  }

  /** Twenty items: 1 to 3 are tea, 5 and 6 coffee, the others unknown. */
  private static String[] categories() {
    String[] categories = new String[20];
    Arrays.fill(categories, 1, 4, "tea");
    Arrays.fill(categories, 5, 7, "coffee");
    return categories;
  }

  private static EvaluationSettings settings(int replicates, Integer... ks) {
    return new EvaluationSettings(
        new Split(SplitType.TIME, 28, 1, 5, 0.2, 5),
        null,
        List.of(ks),
        replicates,
        0.95,
        null,
        false);
  }

  private static Map<String, Double> values(Dataset<Row> metrics) {
    Map<String, Double> values = new HashMap<>();
    for (Row row : metrics.collectAsList()) {
      values.put(
          row.getString(1) + " " + row.getString(2) + " " + row.getString(3) + "@" + row.getInt(4),
          row.getDouble(5));
    }
    return values;
  }

  /** The expected figures were printed by bench/score.py for the same lists, truth and training. */
  @Test
  void agreesWithTheReferee() {
    Map<String, Double> values = values(example(2, 1).measure(settings(0, 2, 3), "r", 1).metrics());
    Map<String, double[]> expected = new HashMap<>();
    // MAP, F1, P, R, NDCG, HR, coverage
    expected.put("all@2", new double[] {0.25, 0.2254, 0.25, 0.25556, 0.29562, 0.5, 8});
    expected.put("all@3", new double[] {0.25, 0.24722, 0.22222, 0.33889, 0.31646, 0.66667, 10});
    expected.put(
        "truth=new@2", new double[] {0.20833, 0.16667, 0.16667, 0.20833, 0.23114, 0.33333, 8});
    expected.put(
        "truth=new@3", new double[] {0.19444, 0.13095, 0.11111, 0.20833, 0.21601, 0.33333, 10});
    expected.put(
        "truth=repeat@2", new double[] {0.16667, 0.22222, 0.16667, 0.33333, 0.21031, 0.33333, 6});
    expected.put(
        "truth=repeat@3", new double[] {0.27778, 0.33333, 0.22222, 0.66667, 0.37698, 0.66667, 7});
    expected.put("history=warm@2", new double[] {0.3, 0.27048, 0.3, 0.30667, 0.35474, 0.6, 8});
    expected.put("history=warm@3", new double[] {0.3, 0.29667, 0.26667, 0.40667, 0.37975, 0.8, 10});
    expected.put("history=cold@2", new double[] {0, 0, 0, 0, 0, 0, 0});
    expected.put("history=cold@3", new double[] {0, 0, 0, 0, 0, 0, 0});
    String[] names = {"map", "f1", "precision", "recall", "ndcg", "hit_rate", "coverage"};
    expected.forEach(
        (cut, figures) -> {
          String segment = cut.substring(0, cut.indexOf('@'));
          String k = cut.substring(cut.indexOf('@'));
          for (int i = 0; i < names.length; i++) {
            assertThat(values.get("als " + segment + " " + names[i] + k))
                .as("%s of %s", names[i], cut)
                .isCloseTo(figures[i], within(1e-5));
          }
        });
    assertThat(values.get("als all catalogue_coverage@3")).isEqualTo(0.5);
    assertThat(values.get("als all mrr@3"))
        .isCloseTo((0.5 + 1 + 0.5 + 0 + 0 + 1.0 / 3) / 6, within(1e-9));
  }

  /**
   * Training: items 2, 3, 1 and 6, 4 and 12 by one user each, item 1 by users 3 and 5; five users.
   * Users with truth: 0, 1, 2, 3, 4 (no list), 6.
   */
  @Test
  void whatListsShowBesidesHits() {
    Map<String, Double> values = values(example(2, 1).measure(settings(0, 2), "r", 1).metrics());
    // Lists at 2: {1,2} same, {5,6} same, {9,3} differ, {1,2} same, none, {10,11} differ.
    assertThat(values.get("als all intra_list_diversity@2")).isCloseTo(2 / 6.0, within(1e-9));
    // Users of an item: 1: 2 of 6, 2: 1, 3: 1, 4: 1, 6: 1, 12: 1; trained: 0, 1, 2, 3, 5, 6.
    double novelty = (1 - 1.5 / 6 + 1 - 0.5 / 6 + 1 - 0.5 / 6 + 1 - 1.5 / 6 + 0 + 1) / 6;
    assertThat(values.get("als all novelty@2")).isCloseTo(novelty, within(1e-9));
    // Head: 1, then 2, 3, 4, 6 make up 6 of 7 pairs, 5 of 7 without 6; tail: 5, 9, 10, 11, 12.
    assertThat(values.get("als all long_tail_share@2"))
        .isCloseTo((0 + 0.5 + 0.5 + 0 + 0 + 1) / 6, within(1e-9));
    // Had: 0 {2,3}, 1 {6}, 2 {4}, 6 {12}: 1/6 each; 3 {1}: 2/6; user 4 nothing.
    double lift =
        (1.5 / 6 - 1 / 6.0 + 0.5 / 6 - 1 / 6.0 + 0.5 / 6 - 1 / 6.0 + 1.5 / 6 - 2 / 6.0 - 1 / 6.0)
            / 6;
    assertThat(values.get("als all popularity_lift@2")).isCloseTo(lift, within(1e-9));
    // Hits at 2: user 0 item 2 (second in popularity), user 1 item 5, user 2 item 3 (third).
    assertThat(values.get("als all serendipity@2")).isCloseTo((0.5 + 0.5) / 6, within(1e-9));
  }

  @Test
  void giniByHand() {
    assertThat(CatalogueMetric.gini(new long[] {3, 3, 3})).isZero();
    assertThat(CatalogueMetric.gini(new long[] {0, 0, 0, 8})).isEqualTo(0.75);
    // Ascending 1, 2, 5: (−2 · 1 + 0 · 2 + 2 · 5) / (3 · 8).
    assertThat(CatalogueMetric.gini(new long[] {5, 1, 2})).isCloseTo(8 / 24.0, within(1e-12));
    assertThat(CatalogueMetric.gini(new long[4])).isZero();
    Map<String, Double> values = values(example(3, 1).measure(settings(0, 2), "r", 1).metrics());
    // Shown at 2: 1 and 2 twice, 5, 6, 9, 3, 10, 11 once each, of 20 items: eight with ten places.
    double sum = 0;
    for (int rank = 13; rank <= 20; rank++) {
      sum += (2 * rank - 21) * (rank > 18 ? 2 : 1);
    }
    assertThat(values.get("als all gini@2")).isCloseTo(sum / (20 * 10), within(1e-9));
  }

  @Test
  void countsWhoIsLeftOutAndWhoScoresZero() {
    Measured measured = example(3, 2).measure(settings(0, 2), "run", 1);
    assertThat(measured.usersWithTruth()).isEqualTo(6);
    assertThat(measured.usersWithoutTruth()).as("user 5").isEqualTo(1);
    assertThat(measured.usersWithoutList()).isEqualTo(Map.of("als", 1L, "other", 5L));
  }

  @Test
  void segmentsHaveTheirOwnUsersAndEveryModelARow() {
    List<Row> rows = example(1, 3).measure(settings(0, 2), "run", 1).metrics().collectAsList();
    Map<String, Long> users = new HashMap<>();
    rows.forEach(
        row -> users.merge(row.getString(1) + " " + row.getString(2), row.getLong(8), Math::max));
    for (String model : List.of("als", "other")) {
      assertThat(users)
          .containsEntry(model + " all", 6L)
          .containsEntry(model + " history=cold", 1L)
          .containsEntry(model + " history=warm", 5L)
          .containsEntry(model + " truth=new", 6L)
          .containsEntry(model + " truth=repeat", 3L)
          .containsEntry(model + " activity=light", 2L)
          .containsEntry(model + " activity=heavy", 1L)
          .containsEntry(model + " age=35-44", 1L);
    }
    assertThat(users).as("user 5 has no truth; unasked is no model").hasSize(16);
    assertThat(rows).allSatisfy(row -> assertThat(row.getString(0)).isEqualTo("run"));
    assertThat(rows).allSatisfy(row -> assertThat(row.isNullAt(6)).isTrue());
  }

  @Test
  void partitionsAndRowOrderChangeNothing() {
    List<String> once = sorted(example(1, 4).measure(settings(50, 1, 3), "run", 9).metrics());
    assertThat(sorted(example(7, 5).measure(settings(50, 1, 3), "run", 9).metrics()))
        .isEqualTo(once);
    assertThat(sorted(example(3, 6).measure(settings(50, 1, 3), "run", 10).metrics()))
        .as("another seed, other intervals")
        .isNotEqualTo(once);
  }

  @Test
  void withoutAnyTruthThereAreNoFigures() {
    Evaluation evaluation =
        new Evaluation(
            rows(LISTS, list("als", 0, 1)),
            List.of("als"),
            rows(PAIRS),
            rows(PAIRS, row(0, 1)),
            rows(UserSegments.TABLE.schema()),
            new String[3],
            1);
    Measured measured = evaluation.measure(settings(10, 5), "run", 1);
    assertThat(measured.metrics().collectAsList()).isEmpty();
    assertThat(measured.usersWithoutTruth()).isEqualTo(1);
  }

  @Test
  void twoListsOfOneModelForOneUserAreRefused() {
    Evaluation evaluation =
        new Evaluation(
            rows(LISTS, list("als", 0, 1), list("als", 0, 2)),
            List.of("als"),
            rows(PAIRS, row(0, 1)),
            rows(PAIRS),
            rows(UserSegments.TABLE.schema()),
            new String[3],
            1);
    assertThatThrownBy(() -> evaluation.measure(settings(0, 5), "run", 1))
        .hasStackTraceContaining("two lists for one user");
  }

  @Test
  void agreesWithABruteForceTwinAndANormalApproximation() {
    Random random = new Random(3);
    List<Row> lists = new ArrayList<>();
    List<Row> truth = new ArrayList<>();
    List<Double> figures = new ArrayList<>();
    int n = 1500;
    for (int user = 0; user < n; user++) {
      List<Integer> items = new ArrayList<>(IntStream.range(0, 30).boxed().toList());
      Collections.shuffle(items, random);
      List<Integer> list = items.subList(0, 10);
      lists.add(list("als", user, list.toArray(Integer[]::new)));
      Set<Integer> wanted = new HashSet<>();
      for (int i = 0; i <= random.nextInt(8); i++) {
        wanted.add(random.nextInt(30));
      }
      int u = user;
      wanted.forEach(item -> truth.add(row(u, item)));
      figures.add(MetricTest.Twin.at(Metric.MAP, 10, list, wanted));
    }
    Evaluation evaluation =
        new Evaluation(
            of(LISTS, lists, 5, 1),
            List.of("als"),
            of(PAIRS, truth, 5, 1),
            rows(PAIRS),
            rows(UserSegments.TABLE.schema()),
            new String[30],
            1);
    Row map =
        evaluation.measure(settings(800, 10), "run", 7).metrics().collectAsList().stream()
            .filter(row -> row.getString(2).equals("all") && row.getString(3).equals("map"))
            .findFirst()
            .orElseThrow();
    double mean = figures.stream().mapToDouble(v -> v).average().orElseThrow();
    double variance = figures.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum() / (n - 1);
    double half = 1.959964 * Math.sqrt(variance / n);
    assertThat(map.getDouble(5)).isCloseTo(mean, within(1e-9));
    assertThat(map.getDouble(6)).isCloseTo(mean - half, within(0.15 * half));
    assertThat(map.getDouble(7)).isCloseTo(mean + half, within(0.15 * half));
  }

  @Test
  void perUserFiguresCoverEveryUserWithTruth() {
    List<String> rows =
        sorted(example(2, 8).perUser(List.of(Metric.HIT_RATE, Metric.RECALL), List.of(2)));
    assertThat(rows).hasSize(6 * 2 * 2);
    assertThat(rows)
        .contains("[als,0,hit_rate,2,1.0]", "[als,2,recall,2,0.2]", "[als,4,recall,2,0.0]")
        .contains("[other,4,hit_rate,2,1.0]", "[other,0,hit_rate,2,0.0]");
  }

  @Test
  void aPairedDifferenceIsTakenOnTheSameUsers() {
    PairedDifference difference =
        example(2, 9).compare("als", "other", Metric.HIT_RATE, 2, settings(400, 2), 5);
    // als hits users 0, 1 and 2, other hits user 4 only, of 0, 1, 2, 3, 4, 6.
    assertThat(difference.users()).isEqualTo(6);
    assertThat(difference.value()).isCloseTo((3.0 - 1) / 6, within(1e-9));
    assertThat(difference.low()).isBetween(-1.0, difference.value());
    assertThat(difference.better()).isFalse();
    assertThat(example(5, 10).compare("als", "other", Metric.HIT_RATE, 2, settings(400, 2), 5))
        .isEqualTo(difference);
    PairedDifference same = example(2, 9).compare("als", "als", Metric.MAP, 2, settings(100, 2), 5);
    assertThat(same.value()).isZero();
    assertThat(same.better() || same.worse()).isFalse();
  }

  @Test
  void whatAUserHasInSeveralFoldsIsNoFurtherEvidence() {
    int folds = 4;
    List<Row> once = new ArrayList<>();
    List<Row> inEachFold = new ArrayList<>();
    Random random = new Random(8);
    for (int user = 0; user < 40; user++) {
      double gain = random.nextGaussian();
      once.add(row(user, gain, 0.0));
      for (int fold = 0; fold < folds; fold++) {
        inEachFold.add(row(user * folds + fold, gain, 0.0));
      }
    }
    StructType schema =
        new StructType()
            .add(UserMetrics.USER, DataTypes.IntegerType)
            .add(PairedDifference.FIRST, DataTypes.DoubleType)
            .add(PairedDifference.SECOND, DataTypes.DoubleType);
    PairedDifference one =
        PairedDifference.of(of(schema, once, 2, 1), new Bootstrap(300, 0.95, 5, 1));
    PairedDifference all =
        PairedDifference.of(of(schema, inEachFold, 3, 1), new Bootstrap(300, 0.95, 5, folds));
    assertThat(all)
        .isEqualTo(new PairedDifference(one.value(), one.low(), one.high(), 40L * folds));
    assertThat(one.low()).isLessThan(one.high());
  }

  @Test
  void poissonWeightsHaveMeanAndVarianceOne() {
    Bootstrap bootstrap = new Bootstrap(100, 0.95, 11, 1);
    int[] weights = new int[bootstrap.columns()];
    double sum = 0;
    double squares = 0;
    for (int user = 0; user < 2000; user++) {
      bootstrap.weigh(user, weights);
      assertThat(weights[0]).isEqualTo(1);
      for (int r = 1; r <= 100; r++) {
        sum += weights[r];
        squares += weights[r] * weights[r];
      }
    }
    double mean = sum / 200_000;
    assertThat(mean).isCloseTo(1, within(0.01));
    assertThat(squares / 200_000 - mean * mean).isCloseTo(1, within(0.02));
  }
}
