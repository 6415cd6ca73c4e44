package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nightjar.SparkTest;
import org.nightjar.table.Events;
import scala.Option;

class AlternationTest extends SparkTest {
  private static final int USERS = 40;
  private static final int ITEMS = 25;
  private static final int RANK = 6;
  private static final Objective IMPLICIT = new Objective(true, 0.5, 0.1, 1, false);
  private static final StructType SCHEMA =
      new StructType()
          .add(Events.USER, DataTypes.IntegerType)
          .add(Events.ITEM, DataTypes.IntegerType)
          .add(Preferences.PREFERENCE, DataTypes.FloatType);

  /** Ids are ten times the index; two tastes, the first user has everything. */
  private static final double[][] VALUES = values();

  private static double[][] values() {
    Random random = new Random(8);
    double[][] values = new double[USERS][ITEMS];
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < ITEMS; item++) {
        double chance = user % 2 == item % 2 ? 0.5 : 0.05;
        if (user == 0 || random.nextDouble() < chance || item == user % ITEMS) {
          values[user][item] = 1 + random.nextInt(3);
        }
      }
    }
    return values;
  }

  private static Dataset<Row> ratings(int partitions, long order) {
    List<Row> rows = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < ITEMS; item++) {
        if (VALUES[user][item] != 0) {
          rows.add(row(10 * user, 10 * item, (float) VALUES[user][item]));
        }
      }
    }
    Collections.shuffle(rows, new Random(order));
    return spark.createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  private static Alternation.Factors fitted(Objective objective, int blocks, int longestRow) {
    return fitted(objective, packed(blocks, longestRow));
  }

  private static Alternation.Factors fitted(Objective objective, Alternation.Layout layout) {
    return new Alternation(objective, RANK, layout)
        .of(ratings(layout.blocks(), layout.blocks()), 4, 7, Checkpoints.NONE);
  }

  private static Alternation.Layout packed(int blocks, int longestRow) {
    return new Alternation.Layout(blocks, longestRow, Long.MAX_VALUE, 1);
  }

  static List<Objective> objectives() {
    return List.of(
        IMPLICIT,
        new Objective(true, 0.1, 0.05, 0.5, true),
        new Objective(false, 0, 0.1, 1, false));
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void agreesWithTheDenseTwin(Objective objective) {
    DenseAls twin = new DenseAls(VALUES, objective);
    int[] ids = IntStream.range(0, USERS).map(user -> 10 * user).toArray();
    double[][] users = DenseAls.unpacked(FactorMatrix.random(ids, RANK, 7));
    double[][] items = new double[ITEMS][RANK];
    List<Double> losses = new ArrayList<>();
    for (int iteration = 0; iteration < 4; iteration++) {
      DenseAls.solve(twin.transposed(), objective, items, users);
      DenseAls.solve(VALUES, objective, users, items);
      losses.add(twin.loss(users, items));
    }

    Alternation.Factors factors = fitted(objective, 3, 1000);

    close(scores(factors), scores(users, items), 1e-3);
    for (int iteration = 0; iteration < 4; iteration++) {
      assertThat(factors.losses().get(iteration))
          .isCloseTo(losses.get(iteration), within(1e-3 * losses.get(iteration)));
    }
    assertThat(factors.losses()).isSortedAccordingTo(Comparator.reverseOrder());
  }

  private static double[][] scores(Alternation.Factors factors) {
    return scores(factors(factors.users(), USERS), factors(factors.items(), ITEMS));
  }

  /** Factors may be turned, scores not. */
  private static double[][] scores(double[][] users, double[][] items) {
    double[][] scores = new double[users.length][items.length];
    for (int user = 0; user < users.length; user++) {
      for (int item = 0; item < items.length; item++) {
        scores[user][item] = DenseAls.product(users[user], items[item]);
      }
    }
    return scores;
  }

  private static void close(double[][] actual, double[][] expected, double tolerance) {
    assertThat(actual.length).isEqualTo(expected.length);
    for (int row = 0; row < actual.length; row++) {
      for (int factor = 0; factor < actual[row].length; factor++) {
        assertThat(actual[row][factor]).isCloseTo(expected[row][factor], within(tolerance));
      }
    }
  }

  @Test
  void neitherPartitionsNorOrderShow() {
    Alternation.Factors one = fitted(IMPLICIT, 1, 1000);

    for (int blocks : new int[] {2, 7}) {
      same(fitted(IMPLICIT, blocks, 1000), one);
    }
  }

  @Test
  void longRowsInParts() {
    // Rows of more than five ratings: most of them.
    Alternation.Factors inParts = fitted(IMPLICIT, 1, 5);

    same(fitted(IMPLICIT, 4, 5), inParts);
    Alternation.Factors whole = fitted(IMPLICIT, 1, 1000);
    close(scores(inParts), scores(whole), 1e-4);
  }

  @Test
  void goesOnFromACheckpointAsIfNothingHadHappened() {
    Alternation.Factors undisturbed = fitted(IMPLICIT, 2, 1000);
    Alternation alternation = new Alternation(IMPLICIT, RANK, packed(2, 1000));
    List<Map<String, Dataset<Row>>> kept = new ArrayList<>();
    Checkpoints dying =
        checkpoints(
            Optional.empty(),
            tables -> {
              Map<String, Dataset<Row>> written = new HashMap<>();
              tables.forEach((name, rows) -> written.put(name, rows.localCheckpoint()));
              kept.add(written);
              if (kept.size() == 2) {
                throw new IllegalStateException("killed");
              }
            });
    spark.conf().set(Alternation.SECONDS_BETWEEN_CHECKPOINTS, 0);
    try {
      assertThatThrownBy(() -> alternation.of(ratings(2, 2), 4, 7, dying)).hasMessage("killed");
      Alternation.Factors resumed =
          alternation.of(ratings(2, 2), 4, 7, checkpoints(Optional.of(kept.get(1)), kept::add));

      same(resumed, undisturbed);
      assertThat(kept).as("after alternations 1 and 2, and then only after 3").hasSize(3);
      assertThat(Losses.of(kept.get(2).get(Losses.TABLE)))
          .isEqualTo(undisturbed.losses().subList(0, 3));
    } finally {
      spark.conf().unset(Alternation.SECONDS_BETWEEN_CHECKPOINTS);
    }
  }

  private static Checkpoints checkpoints(
      Optional<Map<String, Dataset<Row>>> last, Consumer<Map<String, Dataset<Row>>> saved) {
    return new Checkpoints() {
      @Override
      public void save(Map<String, Dataset<Row>> tables) {
        saved.accept(tables);
      }

      @Override
      public Optional<Map<String, Dataset<Row>>> last() {
        return last;
      }
    };
  }

  private static void same(Alternation.Factors actual, Alternation.Factors expected) {
    assertThat(factors(actual.users(), USERS)).isEqualTo(factors(expected.users(), USERS));
    assertThat(factors(actual.items(), ITEMS)).isEqualTo(factors(expected.items(), ITEMS));
    assertThat(actual.losses()).isEqualTo(expected.losses());
  }

  @Test
  void agreesWithMllib(@TempDir Path checkpoints) {
    spark.sparkContext().setCheckpointDir(checkpoints.toString());
    try {
      ALSModel mllib =
          new ALS()
              .setUserCol(Events.USER)
              .setItemCol(Events.ITEM)
              .setRatingCol(Preferences.PREFERENCE)
              .setImplicitPrefs(true)
              .setRank(RANK)
              .setMaxIter(40)
              .setAlpha(1 / 0.5)
              .setRegParam(0.1 / 0.5)
              .setNumBlocks(2)
              .setSeed(1)
              .fit(ratings(2, 1));
      double[][] users = factors(mllib.userFactors(), USERS);
      double[][] items = factors(mllib.itemFactors(), ITEMS);
      double loss = new DenseAls(VALUES, IMPLICIT).loss(users, items);

      Alternation.Factors ours =
          new Alternation(IMPLICIT, RANK, packed(2, 1000))
              .of(ratings(2, 1), 40, 7, Checkpoints.NONE);

      assertThat(ours.losses().get(39)).isCloseTo(loss, within(0.01 * loss));
      int shared = 0;
      for (int user = 0; user < USERS; user++) {
        List<Integer> best = best(users[user], items);
        best.retainAll(best(factors(ours.users(), USERS)[user], factors(ours.items(), ITEMS)));
        shared += best.size();
      }
      assertThat(shared).isGreaterThan(USERS * 5 * 9 / 10);
    } finally {
      spark.sparkContext().checkpointDir_$eq(Option.empty());
    }
  }

  private static double[][] factors(Dataset<Row> rows, int count) {
    double[][] factors = new double[count][RANK];
    for (Row row : rows.collectAsList()) {
      List<Float> values = row.getList(1);
      for (int factor = 0; factor < RANK; factor++) {
        factors[row.getInt(0) / 10][factor] = values.get(factor);
      }
    }
    return factors;
  }

  private static List<Integer> best(double[] user, double[][] items) {
    return new ArrayList<>(
        IntStream.range(0, ITEMS)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer item) -> -DenseAls.product(user, items[item])))
            .limit(5)
            .toList());
  }

  /** Slices of seven users and items, where there is room for nothing, or for the items alone. */
  @ParameterizedTest
  @ValueSource(longs = {0, ITEMS * RANK * Float.BYTES})
  void slicedSidesAreTheSame(long driverBytes) {
    for (int longestRow : new int[] {1000, 5}) {
      Alternation.Factors packed = fitted(IMPLICIT, packed(3, longestRow));
      Alternation.Layout layout = new Alternation.Layout(3, longestRow, driverBytes, 7);

      Alternation.Factors sliced = fitted(IMPLICIT, layout);

      close(scores(sliced), scores(packed), 1e-4);
      for (int at = 0; at < 4; at++) {
        assertThat(sliced.losses().get(at)).isCloseTo(packed.losses().get(at), within(1e-2));
      }
      same(fitted(IMPLICIT, new Alternation.Layout(5, longestRow, driverBytes, 7)), sliced);
    }
  }

  @Test
  void slicedSidesGoOnFromACheckpoint(@TempDir Path folder) {
    spark.sparkContext().setCheckpointDir(folder.toString());
    try {
      Alternation.Layout layout = new Alternation.Layout(2, 1000, 0, 16);
      Alternation alternation = new Alternation(IMPLICIT, RANK, layout);
      Alternation.Factors half = alternation.of(ratings(2, 2), 2, 7, Checkpoints.NONE);
      Map<String, Dataset<Row>> kept =
          Map.of(
              FactorModel.USER_FACTORS,
              half.users(),
              Losses.TABLE,
              Losses.table(spark, half.losses()));

      same(
          alternation.of(ratings(2, 2), 4, 7, checkpoints(Optional.of(kept), saved -> {})),
          fitted(IMPLICIT, layout));
    } finally {
      spark.sparkContext().checkpointDir_$eq(Option.empty());
    }
  }

  @Test
  void theSmallerSideHasRoomFirst() {
    long twoMillion = 2_000_000L * 128 * Float.BYTES;
    Alternation alternation =
        new Alternation(IMPLICIT, 128, new Alternation.Layout(0, 1000, twoMillion, 1));

    assertThat(alternation.fits(1_000_000, 100_000)).isTrue();
    assertThat(alternation.fits(100_000, 1_000_000)).isTrue();
    assertThat(alternation.fits(1_950_000, 100_000)).isFalse();
    assertThat(alternation.fits(100_000, 1_950_000)).isTrue();
    assertThat(alternation.fits(20_000_000, 1)).as("an array is at most 8 GiB").isFalse();
  }
}
