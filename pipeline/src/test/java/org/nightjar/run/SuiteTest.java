package org.nightjar.run;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.sort_array;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.table.Metrics;
import org.nightjar.table.UserMetrics;

/** 40 users who each buy their own three items again and again, and a new one in the test file. */
class SuiteTest extends SparkTest {
  private static final int USERS = 40;
  private static final int ITEMS = 12;
  private static final int LENGTH = 4;

  @TempDir private Path folder;
  private final List<String> notices = new ArrayList<>();

  @BeforeEach
  void writeSplit() throws IOException {
    writeSplit(160);
  }

  /** Everybody buys what is his own again after 20 days, from some day on after 8. */
  private void writeSplit(int oftenFrom) throws IOException {
    List<String> train = new ArrayList<>(List.of("user_id,item_id,event_at"));
    List<String> test = new ArrayList<>(List.of("user_id,item_id"));
    LocalDate first = LocalDate.parse("2024-01-01");
    for (int user = 0; user < USERS; user++) {
      for (int own = 0; own < 3; own++) {
        for (int day = user % 5; day < 160; day += day < oftenFrom ? 20 : 8) {
          train.add(
              String.format("u%d,i%d,%s", user, (user + own) % ITEMS, first.plusDays(day + own)));
        }
      }
      if (user % 2 == 0) {
        test.add(String.format("u%d,i%d", user, user % ITEMS));
        test.add(String.format("u%d,i%d", user, (user + 5) % ITEMS));
      }
    }
    Files.write(folder.resolve("train.csv"), train);
    Files.write(folder.resolve("test.csv"), test);
  }

  @Test
  void writesListsOfTestUsersAndTheFiguresOfEveryModelUserByUser() throws IOException {
    run(false, "test.csv");
    Dataset<Row> lists =
        read("recommendations")
            .groupBy("user_id")
            .agg(sort_array(collect_list(col("rank"))).as("ranks"));
    assertThat(lists.count()).isEqualTo(USERS / 2);
    assertThat(lists.collectAsList())
        .allSatisfy(row -> assertThat(row.getList(1)).isEqualTo(List.of(1, 2, 3, 4)));
    assertThat(
            read("recommendations").where("rank = 1").join(train(), bought(), "left_semi").count())
        .as("first rows that are bought again")
        .isEqualTo(USERS / 2);

    Dataset<Row> byUser = read("user_metrics").where(col(UserMetrics.METRIC).equalTo("map"));
    for (String model : List.of("repeat", "popularity", Metrics.BLEND)) {
      Row mean =
          byUser.where(col(UserMetrics.MODEL).equalTo(model)).agg(avg(UserMetrics.VALUE)).head();
      Row all =
          read("metrics")
              .where(col(Metrics.METRIC).equalTo("map"))
              .where(col(Metrics.MODEL).equalTo(model))
              .where(col(Metrics.SEGMENT).equalTo("all"))
              .select(Metrics.VALUE)
              .head();
      assertThat(mean.getDouble(0)).as(model).isCloseTo(all.getDouble(0), within(1e-9));
    }
    assertThat(byUser.select("user_id").distinct().count()).isEqualTo(USERS / 2);
    assertThat(split()).contains("days: 28.0", "windows: 2");
    comparesTheListsWithEveryModel(byUser);
  }

  private void comparesTheListsWithEveryModel(Dataset<Row> byUser) throws IOException {
    JsonNode compared =
        new ObjectMapper()
            .readTree(folder.resolve("out/run.json").toFile())
            .path("comparisons")
            .path("popularity");
    assertThat(compared.path("users").asInt()).isEqualTo(USERS / 2);
    assertThat(compared.path("other").asDouble())
        .isCloseTo(
            byUser
                .where(col(UserMetrics.MODEL).equalTo("popularity"))
                .agg(avg(UserMetrics.VALUE))
                .head()
                .getDouble(0),
            within(1e-8));
    assertThat(compared.path("value").asDouble() - compared.path("other").asDouble())
        .isBetween(compared.path("low").asDouble(), compared.path("high").asDouble());
  }

  /** Whether weights are learned or not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutProfilesTheListsAreThoseOfTheOtherModels(boolean learn) throws IOException {
    List<String> profiles = new ArrayList<>(List.of("user_id,group"));
    for (int user = 0; user < USERS; user++) {
      profiles.add(String.format("u%d,g%d", user, user % 3));
    }
    Path file = Files.write(folder.resolve("profiles.csv"), profiles);
    run(
        false,
        "test.csv",
        file,
        List.of("demographic", "popularity"),
        "rank.blend.learn=" + learn,
        "rank.learned.enabled=" + learn,
        // Without an interval the trees do not earn their place, which would be another order.
        "evaluation.bootstrapReplicates=0");

    assertThat(figures(Metrics.WITHOUT_PROFILES)).isEqualTo(figures("popularity")).isNotEmpty();
  }

  /** Value by segment, metric and k. */
  private Map<String, Double> figures(String model) {
    Map<String, Double> figures = new HashMap<>();
    for (Row row : read("metrics").where(col(Metrics.MODEL).equalTo(model)).collectAsList()) {
      String segment = row.getAs(Metrics.SEGMENT);
      String metric = row.getAs(Metrics.METRIC);
      figures.put(segment + " " + metric, row.getAs(Metrics.VALUE));
    }
    return figures;
  }

  @Test
  void takesConfigurationKeysButNotThoseOfSpark() {
    run(false, "test.csv", "rank.repeat.policy=exclude");
    assertThat(read("recommendations").join(train(), bought(), "left_semi").count()).isZero();
    assertThatThrownBy(() -> run(false, "test.csv", "spark.spark.sql.shuffle.partitions=3"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("too late");
  }

  /** All users end on one day, and TEST is what each buys next. */
  @Test
  void ofATestOfNextBasketsItHoldsOutLastBasketsAndSaysSo() throws IOException {
    List<String> train = new ArrayList<>(List.of("user_id,item_id,event_at,order_id"));
    List<String> test = new ArrayList<>(List.of("user_id,item_id,event_at,order_id"));
    LocalDate last = LocalDate.parse("2024-06-01");
    for (int user = 0; user < USERS; user++) {
      int baskets = 3 + user % 5;
      for (int basket = 0; basket <= baskets; basket++) {
        for (int own = 0; own < 3; own++) {
          (basket < baskets ? train : test)
              .add(
                  String.format(
                      "u%d,i%d,%s,o%d-%d",
                      user,
                      (user + own * (1 + basket % 2)) % ITEMS,
                      last.minusDays(baskets - 1L - basket),
                      user,
                      basket));
        }
      }
    }
    Files.write(folder.resolve("train.csv"), train);
    Files.write(folder.resolve("test.csv"), test);
    run(false, "test.csv");

    assertThat(split()).contains("type: last-basket", "windows: 1");
    assertThat(notices)
        .singleElement()
        .asString()
        .contains("type=last-basket", "one basket after those of TRAIN");
    JsonNode run = new ObjectMapper().readTree(folder.resolve("out/run.json").toFile());
    assertThat(run.path("holdout").path("split").path("type").asText()).isEqualTo("last-basket");
    long comparedUsers = 0;
    for (JsonNode choice : run.path("ranking_choices")) {
      comparedUsers += choice.path("users").asLong();
      if (choice.path("segment").asText().equals("cold")) {
        assertThat(choice.path("users").asLong()).as("of users without history").isZero();
      }
    }
    assertThat(comparedUsers).isEqualTo(USERS);
  }

  @Test
  void runsWhereAllTimesAreTheSame() throws IOException {
    List<String> train = new ArrayList<>(List.of("user_id,item_id,event_at"));
    List<String> test = new ArrayList<>(List.of("user_id,item_id,event_at"));
    for (int user = 0; user < USERS; user++) {
      for (int own = 0; own < 6; own++) {
        (own == user % 6 ? test : train)
            .add(String.format("u%d,i%d,2001-01-01T12:00:00Z", user, (user + own) % ITEMS));
      }
    }
    Files.write(folder.resolve("train.csv"), train);
    Files.write(folder.resolve("test.csv"), test);
    run(true, "test.csv", null, List.of("item-knn", "popularity"));

    assertThat(split()).contains("type: k-fold");
    assertThat(notices).singleElement().asString().contains("all of TRAIN is at one time");
    assertThat(read("recommendations").count()).isEqualTo((long) LENGTH * USERS);
  }

  @Test
  void leavesOutWhatWasBoughtIfToldSo() {
    run(true, "test.csv");
    assertThat(read("recommendations").count()).isEqualTo(LENGTH * USERS / 2);
    assertThat(read("recommendations").join(train(), bought(), "left_semi").count()).isZero();
  }

  @Test
  void learnsFromShortWindowsWhereFewUsersReturnButOften() throws IOException {
    writeSplit(120);
    run(false, "test.csv", null, List.of("popularity"), "rank.learned.enabled=false");
    assertThat(split()).contains("days: 10.0", "windows: 4");
  }

  private String split() throws IOException {
    String configuration =
        new ObjectMapper()
            .readTree(folder.resolve("out/run.json").toFile())
            .path("configuration")
            .asText();
    return configuration.substring(configuration.indexOf("  split:"));
  }

  @Test
  void namesEveryFileAndColumnThatIsMissing() throws IOException {
    Path profiles = Files.write(folder.resolve("profiles.csv"), List.of("user,age", "u1,30"));
    Files.write(folder.resolve("train.csv"), List.of("user_id,item", "u1,i1"));
    assertThatThrownBy(() -> run(false, "typo.csv", profiles, List.of("popularity")))
        .isInstanceOfSatisfying(
            InputException.class,
            refused ->
                assertThat(refused.problems())
                    .hasSize(3)
                    .anySatisfy(problem -> assertThat(problem).contains("typo.csv"))
                    .anySatisfy(problem -> assertThat(problem).contains("train.csv", "item_id"))
                    .anySatisfy(
                        problem -> assertThat(problem).contains("profiles.csv", "user_id")));
  }

  private void run(boolean excludeSeen, String test, String... overrides) {
    run(excludeSeen, test, null, List.of("repeat", "popularity"), overrides);
  }

  private void run(
      boolean excludeSeen, String test, Path profiles, List<String> models, String... overrides) {
    new Suite(
            folder.resolve("train.csv"),
            folder.resolve(test),
            profiles,
            null,
            List.of(),
            excludeSeen,
            models,
            LENGTH,
            0,
            List.of(overrides),
            folder.resolve("out"))
        .run(
            spark,
            new RunOptions(false, Progress.Mode.QUIET, "suite", "test", "test", List.of()),
            notices::add);
  }

  private Dataset<Row> train() {
    return spark
        .read()
        .option("header", true)
        .csv(folder.resolve("train.csv").toString())
        .withColumnsRenamed(Map.of("user_id", "buyer", "item_id", "own"));
  }

  private static Column bought() {
    return col("user_id").equalTo(col("buyer")).and(col("item_id").equalTo(col("own")));
  }

  private Dataset<Row> read(String table) {
    return spark.read().parquet(folder.resolve("out").resolve(table).toString());
  }
}
