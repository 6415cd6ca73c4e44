package org.nightjar.features;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.config.Attribute;
import org.nightjar.config.Attribute.Impute;
import org.nightjar.config.Attribute.LetterCase;
import org.nightjar.config.FeatureSettings;
import org.nightjar.config.FeatureSettings.Scaling;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.ItemFeatures;
import org.nightjar.table.Items;
import org.nightjar.table.UserFeatures;
import org.nightjar.table.UserItemFeatures;
import org.nightjar.table.Users;
import scala.jdk.javaapi.CollectionConverters;

/** Hand arithmetic on ten events, and that neither the future nor the order of rows shows. */
class FeaturesTest extends SparkTest {
  /** A Friday. */
  private static final Instant CUTOFF = Instant.parse("2024-03-01T00:00:00Z");

  private static final Map<String, Attribute> PROFILE = new LinkedHashMap<>();
  private static final Map<String, Attribute> ITEM_ATTRIBUTES =
      Map.of("brand", attribute(Attribute.Type.CATEGORICAL));

  static {
    PROFILE.put("gender", attribute(Attribute.Type.CATEGORICAL));
    PROFILE.put("age", attribute(Attribute.Type.ORDINAL, "19-24", "25-34", "35-44"));
    PROFILE.put("income", attribute(Attribute.Type.NUMERIC));
    PROFILE.put("joined_at", attribute(Attribute.Type.TIMESTAMP));
    PROFILE.put("note", attribute(Attribute.Type.TEXT));
  }

  private static final StructType USERS =
      Users.CLEAN
          .schema()
          .add(Attributes.column("gender"), DataTypes.StringType)
          .add(Attributes.column("age"), DataTypes.StringType)
          .add(Attributes.column("income"), DataTypes.DoubleType)
          .add(Attributes.column("joined_at"), DataTypes.TimestampType)
          .add(Attributes.column("note"), DataTypes.StringType);
  private static final StructType ITEMS =
      Items.CLEAN.schema().add(Attributes.column("brand"), DataTypes.StringType);

  private static final List<Row> USER_ROWS =
      List.of(
          row(0, "a", "f", "25-34", 10.0, at("2024-02-01T00:00:00Z"), "x"),
          row(1, "b", "m", "unheard", 20.0, at("2024-04-01T00:00:00Z"), null),
          row(2, "c", null, null, null, null, null));

  private static final List<Row> ITEM_ROWS =
      List.of(
          item(0, "food", 1.0, null, "acme"),
          item(1, "food", 2.0, "2024-01-01T00:00:00Z", "best"),
          item(2, "toys", 3.0, "2024-05-01T00:00:00Z", "acme"),
          item(3, null, null, null, null),
          item(4, "toys", 8.0, null, "best"));

  /** Ten events: eight count, one stands at the cutoff, one after it. */
  private static final List<Row> EVENT_ROWS =
      List.of(
          event(0, 0, "2024-02-28T10:00:00Z", 1.0, 1.0, 0.0, "o3"),
          event(0, 0, "2024-02-20T10:00:00Z", 2.0, 1.5, 0.5, "o2"),
          event(0, 1, "2024-02-20T10:00:00Z", 1.0, 2.0, 0.0, "o2"),
          event(0, 2, "2024-02-10T23:00:00Z", 1.0, 2.5, 0.5, "o1"),
          event(0, 3, "2024-02-10T23:00:00Z", 2.0, 5.0, null, "o1"),
          event(1, 0, "2024-01-01T00:00:00Z", null, null, null, null),
          event(1, 1, "2024-01-01T12:00:00Z", null, null, null, null),
          event(1, 1, "2023-11-01T12:00:00Z", null, null, null, null),
          event(1, 4, "2024-03-01T00:00:00Z", 1.0, 8.0, null, "o9"),
          event(2, 4, "2024-03-02T00:00:00Z", 1.0, 8.0, null, "o10"));

  private static FeatureTables tables;
  private static Map<Integer, Row> users;
  private static Map<Integer, Row> items;

  private static Attribute attribute(Attribute.Type type, String... order) {
    return new Attribute(
        type, List.of(order), LetterCase.AS_IS, Map.of(), List.of(), Impute.UNKNOWN, null);
  }

  private static Timestamp at(String at) {
    return at == null ? null : Timestamp.from(Instant.parse(at));
  }

  private static Row item(int item, String category, Double price, String launched, String brand) {
    return row(
        item,
        "i" + item,
        category == null ? null : new String[] {category, "x"},
        price,
        null,
        null,
        at(launched),
        brand);
  }

  private static Row event(
      int user,
      int item,
      String at,
      Double quantity,
      Double amount,
      Double discount,
      String order) {
    return row(user, item, "purchase", at(at), quantity, amount, discount, null, order, null);
  }

  private static FeatureSettings settings(Scaling scaling, List<String> types) {
    return new FeatureSettings(List.of(7, 28), 10, 2, scaling, types, 1000);
  }

  private static FeatureTables asOf(List<Row> events, int parts, FeatureSettings settings) {
    List<Row> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(parts));
    return asOf(
        rows(Events.CLEAN.schema(), shuffled.toArray(Row[]::new)).repartition(parts),
        parts,
        settings);
  }

  private static FeatureTables asOf(Dataset<Row> events, int parts, FeatureSettings settings) {
    return Features.asOf(
        rows(USERS, USER_ROWS.toArray(Row[]::new)).repartition(parts),
        rows(ITEMS, ITEM_ROWS.toArray(Row[]::new)).repartition(parts),
        events,
        PROFILE,
        ITEM_ATTRIBUTES,
        settings,
        CUTOFF);
  }

  @BeforeAll
  static void compute() {
    tables = asOf(EVENT_ROWS, 2, settings(Scaling.MIN_MAX, List.of()));
    users = byKey(tables.userFeatures());
    items = byKey(tables.itemFeatures());
  }

  @AfterAll
  static void release() {
    tables.close();
  }

  private static Map<Integer, Row> byKey(Dataset<Row> rows) {
    Map<Integer, Row> byKey = new LinkedHashMap<>();
    rows.collectAsList().forEach(row -> byKey.put(row.getInt(0), row));
    return byKey;
  }

  private static Object user(int user, String column) {
    return users.get(user).getAs(column);
  }

  private static Object item(int item, String column) {
    return items.get(item).getAs(column);
  }

  private static Map<String, Double> map(Row row, String column) {
    return row.getJavaMap(row.fieldIndex(column));
  }

  private static List<Double> list(Row row, String column) {
    return row.getList(row.fieldIndex(column));
  }

  @Test
  void purchasingHabits() {
    assertThat(user(0, UserFeatures.FREQUENCY_EVENTS)).isEqualTo(5L);
    assertThat(user(0, UserFeatures.DISTINCT_ITEMS)).isEqualTo(4L);
    assertThat(user(0, UserFeatures.REPEAT_SHARE)).isEqualTo(0.2);
    assertThat((double) user(0, UserFeatures.RECENCY_DAYS)).isCloseTo(38 / 24.0, within(1e-12));
    assertThat((double) user(0, UserFeatures.TENURE_DAYS)).isCloseTo(19 + 1 / 24.0, within(1e-12));
    assertThat(user(0, UserFeatures.ORDERS)).isEqualTo(3L);
    assertThat(user(0, UserFeatures.ACTIVE_DAYS)).isEqualTo(3L);
    assertThat(user(0, UserFeatures.INTER_PURCHASE_DAYS)).isEqualTo(9.0);
    assertThat((double) user(0, UserFeatures.BASKET_LINES)).isCloseTo(5.0 / 3, within(1e-9));
    assertThat(user(0, UserFeatures.UNITS)).isEqualTo(7.0);
    assertThat(user(0, UserFeatures.MONETARY_AMOUNT)).isEqualTo(12.0);
    assertThat(user(0, UserFeatures.AVERAGE_ORDER_AMOUNT)).isEqualTo(4.0);
    assertThat((double) user(0, UserFeatures.DISCOUNT_SHARE))
        .as("1 of 7 + 1, the event without discount left out")
        .isCloseTo(1.0 / 8, within(1e-9));
    assertThat(user(0, "events_7d")).isEqualTo(1L);
    assertThat(user(0, "events_28d")).isEqualTo(5L);
  }

  @Test
  void sharesLeaveOutWhatIsUnknown() {
    assertThat(map(users.get(0), UserFeatures.CATEGORY_SHARES))
        .isEqualTo(Map.of("food", 0.75, "toys", 0.25));
    assertThat((double) user(0, UserFeatures.CATEGORY_ENTROPY_NATS))
        .isCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), within(1e-9));
    assertThat(map(users.get(0), "feature_brand_shares"))
        .isEqualTo(Map.of("acme", 0.75, "best", 0.25));
    assertThat(list(users.get(0), UserFeatures.HOUR_SHARES)).hasSize(24);
    assertThat(list(users.get(0), UserFeatures.HOUR_SHARES).get(10)).isEqualTo(0.6);
    assertThat(list(users.get(0), UserFeatures.HOUR_SHARES).get(23)).isEqualTo(0.4);
    // 28 and 20 February were a Wednesday and a Tuesday, the 10th a Saturday.
    assertThat(list(users.get(0), UserFeatures.WEEKDAY_SHARES))
        .containsExactly(0.0, 0.4, 0.2, 0.0, 0.0, 0.4, 0.0);
  }

  @Test
  void pricesFallBackToWhatWasPaid() {
    assertThat(item(3, ItemFeatures.PRICE)).as("5 for two").isEqualTo(2.5);
    assertThat(tables.priceBandBounds()).containsExactly(2.5);
    assertThat(item(3, ItemFeatures.PRICE_BAND)).as("a bound is in the lower band").isEqualTo(1);
    assertThat(item(4, ItemFeatures.PRICE_BAND)).isEqualTo(2);
    assertThat(list(users.get(0), UserFeatures.PRICE_BAND_SHARES)).containsExactly(0.8, 0.2);
  }

  @Test
  void eventsWithoutOrdersMakeOneOrderPerDay() {
    assertThat(user(1, UserFeatures.FREQUENCY_EVENTS)).isEqualTo(3L);
    assertThat(user(1, UserFeatures.ORDERS)).isEqualTo(2L);
    assertThat(user(1, UserFeatures.INTER_PURCHASE_DAYS)).isEqualTo(61.0);
    assertThat(user(1, UserFeatures.BASKET_LINES)).isEqualTo(1.5);
    assertThat(user(1, UserFeatures.MONETARY_AMOUNT)).isNull();
    assertThat(user(1, UserFeatures.UNITS)).isNull();
    assertThat(user(1, UserFeatures.AVERAGE_ORDER_AMOUNT)).isNull();
    assertThat(user(1, UserFeatures.DISCOUNT_SHARE)).isNull();
    assertThat(user(1, "events_28d")).isEqualTo(0L);
  }

  @Test
  void usersWithoutEventsHaveZerosAndNulls() {
    assertThat(user(2, UserFeatures.FREQUENCY_EVENTS)).isEqualTo(0L);
    assertThat(user(2, UserFeatures.ORDERS)).isEqualTo(0L);
    assertThat(user(2, UserFeatures.ACTIVE_DAYS)).isEqualTo(0L);
    assertThat(user(2, UserFeatures.MONETARY_AMOUNT)).isEqualTo(0.0);
    assertThat(user(2, "events_7d")).isEqualTo(0L);
    for (String column :
        List.of(
            UserFeatures.RECENCY_DAYS,
            UserFeatures.TENURE_DAYS,
            UserFeatures.REPEAT_SHARE,
            UserFeatures.INTER_PURCHASE_DAYS,
            UserFeatures.BASKET_LINES,
            UserFeatures.CATEGORY_SHARES,
            UserFeatures.CATEGORY_ENTROPY_NATS,
            UserFeatures.PRICE_BAND_SHARES,
            UserFeatures.HOUR_SHARES)) {
      assertThat(user(2, column)).as(column).isNull();
    }
  }

  @Test
  void profilesAreEncoded() {
    assertThat(tables.levels().get("gender")).containsExactly("f", "m");
    assertThat((Vector) user(0, "feature_gender_one_hot")).isEqualTo(Vectors.dense(1, 0));
    assertThat((Vector) user(2, "feature_gender_one_hot")).isEqualTo(Vectors.dense(0, 0));
    assertThat(user(2, "feature_gender_missing")).isEqualTo(true);
    assertThat(user(0, "feature_age_index")).isEqualTo(1);
    assertThat(user(1, "feature_age_index")).as("not in the declared order").isNull();
    assertThat(user(1, "feature_age_missing")).isEqualTo(true);
    assertThat(user(0, "feature_income_scaled")).isEqualTo(0.0);
    assertThat(user(1, "feature_income_scaled")).isEqualTo(1.0);
    assertThat(user(2, "feature_income_scaled")).isNull();
    assertThat(user(0, "feature_joined_at_age_days")).isEqualTo(29.0);
    assertThat(user(1, "feature_joined_at_age_days")).as("after the cutoff").isNull();
    Dataset<Row> all = rows(USERS, USER_ROWS.toArray(Row[]::new));
    Profile scaled =
        Profile.of(
            all,
            Map.of("income", attribute(Attribute.Type.NUMERIC)),
            Map.of(),
            Scaling.Z_SCORE,
            new AsOf(CUTOFF, false));
    assertThat(sorted(all.select(scaled.columns().get(0))))
        .containsExactlyInAnyOrder("[-1.0]", "[1.0]", "[null]");
  }

  /** User 1's last event before the cutoff is 59.5 days old, and counts as just now. */
  @Test
  void agesOfAUsersOwnEventsCountFromTheUsersOwnCutoff() {
    Dataset<Row> before =
        rows(Events.CLEAN.schema(), EVENT_ROWS.toArray(Row[]::new))
            .where(col(Events.EVENT_AT).lt(lit(Timestamp.from(CUTOFF))));
    Dataset<Row> withCutoffs =
        before.withColumn(
            Events.USER_CUTOFF,
            max(col(Events.EVENT_AT)).over(Window.partitionBy(col(Events.USER))));
    try (FeatureTables own = asOf(withCutoffs, 2, settings(Scaling.MIN_MAX, List.of()))) {
      Row user = own.userFeatures().where("user = 1").head();
      assertThat((double) user.getAs(UserFeatures.RECENCY_DAYS)).isZero();
      assertThat((double) user.getAs(UserFeatures.TENURE_DAYS)).isCloseTo(61, within(1e-9));
      assertThat((long) user.getAs("events_7d")).isEqualTo(2);
      Row pair = own.userItemFeatures().where("user = 1 and item = 0").head();
      assertThat((double) pair.getAs(UserItemFeatures.DAYS_SINCE_LAST))
          .isCloseTo(0.5, within(1e-9));
      assertThat((double) pair.getAs(UserItemFeatures.DECAYED_EVENTS))
          .isCloseTo(Math.pow(2, -0.5 / 10), within(1e-8));
      assertThat(sorted(own.itemFeatures())).isEqualTo(sorted(tables.itemFeatures()));
    }
  }

  @Test
  void itemsHavePopularityTrendAndAudience() {
    assertThat(item(0, ItemFeatures.EVENTS)).isEqualTo(3L);
    assertThat(item(0, ItemFeatures.BUYERS)).isEqualTo(2L);
    assertThat(item(0, "events_7d")).isEqualTo(1L);
    assertThat(item(0, "events_28d")).isEqualTo(2L);
    assertThat(item(0, "buyers_28d")).isEqualTo(1L);
    double decayed =
        Math.pow(2, -(1 + 14 / 24.0) / 10) + Math.pow(2, -(9 + 14 / 24.0) / 10) + Math.pow(2, -6);
    assertThat((double) item(0, ItemFeatures.DECAYED_EVENTS)).isCloseTo(decayed, within(1e-8));
    assertThat((double) item(0, ItemFeatures.TREND))
        .isCloseTo((1 + 10 * 0.25) / (0.25 * (2 + 10)), within(1e-9));
    assertThat(item(4, ItemFeatures.TREND)).isEqualTo(1.0);
    assertThat(item(0, ItemFeatures.REPEAT_RATE)).isEqualTo(0.5);
    assertThat(item(4, ItemFeatures.REPEAT_RATE)).isNull();
    assertThat(item(0, ItemFeatures.CATEGORY)).isEqualTo("food");
    assertThat(item(3, ItemFeatures.CATEGORY)).isNull();
    assertThat(item(0, ItemFeatures.AGE_DAYS)).as("since the first event").isEqualTo(60.0);
    assertThat(item(1, ItemFeatures.AGE_DAYS)).as("since launch").isEqualTo(60.0);
    assertThat((double) item(2, ItemFeatures.AGE_DAYS)).isCloseTo(19 + 1 / 24.0, within(1e-12));
    assertThat(item(4, ItemFeatures.AGE_DAYS)).isNull();
    assertThat(map(items.get(0), "feature_gender_audience")).isEqualTo(Map.of("f", 0.5, "m", 0.5));
    assertThat(map(items.get(0), "feature_age_audience")).isEqualTo(Map.of("25-34", 1.0));
    assertThat(item(4, "feature_gender_audience")).isNull();
    assertThat(item(4, ItemFeatures.EVENTS)).isEqualTo(0L);
  }

  @Test
  void pairsHaveCountRecencyAndShare() {
    Map<String, Row> pairs = new LinkedHashMap<>();
    tables
        .userItemFeatures()
        .collectAsList()
        .forEach(row -> pairs.put(row.getInt(0) + "-" + row.getInt(1), row));
    assertThat(pairs).containsOnlyKeys("0-0", "0-1", "0-2", "0-3", "1-0", "1-1");
    Row pair = pairs.get("0-0");
    assertThat(pair.getLong(2)).isEqualTo(2);
    assertThat(pair.getDouble(4)).isCloseTo(38 / 24.0, within(1e-12));
    assertThat(pair.getDouble(5)).isCloseTo(230 / 24.0, within(1e-12));
    assertThat(pair.getDouble(6)).isEqualTo(0.4);
  }

  @Test
  void neitherTheFutureNorPartitionsNorRowOrderChangeAnything() {
    List<Row> withFuture = new ArrayList<>(EVENT_ROWS);
    for (int i = 0; i < 40; i++) {
      withFuture.add(
          event(i % 3, i % 5, "2024-03-0" + (1 + i % 9) + "T00:00:00Z", 9.0, 1e6, 1e5, "f" + i));
    }
    try (FeatureTables other = asOf(withFuture, 7, settings(Scaling.MIN_MAX, List.of()))) {
      assertThat(sorted(other.userFeatures())).isEqualTo(sorted(tables.userFeatures()));
      assertThat(sorted(other.itemFeatures())).isEqualTo(sorted(tables.itemFeatures()));
      assertThat(sorted(other.userItemFeatures())).isEqualTo(sorted(tables.userItemFeatures()));
      assertThat(other.priceBandBounds()).isEqualTo(tables.priceBandBounds());
    }
  }

  @Test
  void withoutTimesOnlyTimeFeaturesAreNull() {
    List<Row> timeless =
        List.of(
            event(0, 0, null, 1.0, 2.0, null, "o1"),
            event(0, 0, null, 1.0, 2.0, null, "o2"),
            event(1, 1, null, 1.0, 2.0, null, null));
    try (FeatureTables other = asOf(timeless, 2, settings(Scaling.NONE, List.of()))) {
      Row user = byKey(other.userFeatures()).get(0);
      assertThat(user.<Long>getAs(UserFeatures.ORDERS)).isEqualTo(2);
      for (String column :
          List.of(
              UserFeatures.RECENCY_DAYS,
              UserFeatures.ACTIVE_DAYS,
              UserFeatures.HOUR_SHARES,
              UserFeatures.WEEKDAY_SHARES,
              "events_7d")) {
        assertThat(user.<Object>getAs(column)).as(column).isNull();
      }
      Row item = byKey(other.itemFeatures()).get(0);
      assertThat(item.<Double>getAs(ItemFeatures.DECAYED_EVENTS)).isEqualTo(2.0);
      for (String column :
          List.of(ItemFeatures.TREND, ItemFeatures.REPEAT_RATE, "events_7d", "buyers_7d")) {
        assertThat(item.<Object>getAs(column)).as(column).isNull();
      }
    }
  }

  @Test
  void onlyConfiguredEventTypesCount() {
    try (FeatureTables other = asOf(EVENT_ROWS, 1, settings(Scaling.NONE, List.of("view")))) {
      assertThat(other.userItemFeatures().count()).isZero();
    }
  }

  @Test
  void levelsBeyondTheCapAreFolded() {
    Dataset<Row> many =
        spark
            .range(1005)
            .select(functions.concat(functions.lit("l"), functions.col("id")).as("level"))
            .union(spark.range(2).select(functions.lit("often").as("level")));
    Levels levels = Levels.of(many, Map.of("x", functions.col("level")), 1000).get("x");
    assertThat(levels.values()).hasSize(1001).contains("often");
    assertThat(levels.values().get(1000)).isEqualTo(Levels.OTHER);
    assertThat(many.filter(levels.folded(functions.col("level")).equalTo("other")).count())
        .isEqualTo(1006 - 1000);
    assertThat(levels.warning("userAttributes.x", "users"))
        .contains(
            "userAttributes.x has 1006 levels, of which features tell the most frequent 1000 apart"
                + " (features.maxLevels); the others, those of 0.6 % of the users with a value,"
                + " count as 'other'. Raise that number, or map it to something coarser.");
    assertThat(
            Levels.of(many, Map.of("x", functions.col("level")), 1006)
                .get("x")
                .warning("userAttributes.x", "users"))
        .isEmpty();
  }

  /** A literal or column per level made plans of a million literals. */
  @Test
  void aPlanIsAsLargeForThousandsOfLevelsAsForTen() {
    assertThat(planSize(3000)).isEqualTo(planSize(10));
  }

  /** Number of expressions in the plans of user and item features. */
  private static int planSize(int levels) {
    String[] order =
        IntStream.range(0, levels).mapToObj(level -> "l" + level).toArray(String[]::new);
    Row[] many =
        Arrays.stream(order)
            .map(level -> row(level.hashCode(), level, level, level, null, null, null))
            .toArray(Row[]::new);
    Map<String, Attribute> profile = new LinkedHashMap<>(PROFILE);
    profile.put("age", attribute(Attribute.Type.ORDINAL, order));
    try (FeatureTables found =
        Features.asOf(
            rows(USERS, many),
            rows(ITEMS, ITEM_ROWS.toArray(Row[]::new)),
            rows(Events.CLEAN.schema(), EVENT_ROWS.toArray(Row[]::new)),
            profile,
            ITEM_ATTRIBUTES,
            new FeatureSettings(List.of(7), 10, 2, Scaling.NONE, List.of(), levels / 2),
            CUTOFF)) {
      assertThat(found.warnings())
          .hasSize(2)
          .anyMatch(warning -> warning.contains("gender"))
          .anyMatch(warning -> warning.contains("age"));
      return expressions(found.userFeatures().queryExecution().analyzed())
          + expressions(found.itemFeatures().queryExecution().analyzed());
    }
  }

  private static int expressions(TreeNode<?> node) {
    int count = 1;
    if (node instanceof LogicalPlan plan) {
      for (Expression expression : CollectionConverters.asJava(plan.expressions())) {
        count += expressions(expression);
      }
    }
    for (Object child : CollectionConverters.asJava(node.children())) {
      count += expressions((TreeNode<?>) child);
    }
    return count;
  }

  @Test
  void everyColumnIsDocumented() throws IOException {
    String text =
        Files.readString(Path.of(System.getProperty("nightjar.root"), "docs", "FEATURES.md"));
    for (Map.Entry<String, Dataset<Row>> table :
        Map.of(
                "user_features", tables.userFeatures(),
                "item_features", tables.itemFeatures(),
                "user_item_features", tables.userItemFeatures())
            .entrySet()) {
      int from = text.indexOf("## " + table.getKey() + "\n");
      assertThat(from).as(table.getKey()).isNotNegative();
      int to = text.indexOf("\n## ", from + 1);
      Set<String> documented = documented(text.substring(from, to < 0 ? text.length() : to));
      Set<String> patterns = new LinkedHashSet<>();
      for (var field : table.getValue().schema().fields()) {
        patterns.add(pattern(field.name()) + " " + field.dataType().sql().toLowerCase(Locale.ROOT));
      }
      assertThat(documented).as(table.getKey()).isEqualTo(patterns);
    }
  }

  /** "column type" of each table row. */
  private static Set<String> documented(String section) {
    Set<String> columns = new LinkedHashSet<>();
    Matcher rows = Pattern.compile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\|").matcher(section);
    while (rows.find()) {
      columns.add(rows.group(1) + " " + rows.group(2));
    }
    return columns;
  }

  private static String pattern(String column) {
    String pattern = column.replaceAll("_\\d+d$", "_<days>d");
    if (column.equals("feature_brand_shares")) {
      return "feature_<item_attribute>_shares";
    }
    return pattern.replaceAll("^feature_(gender|age|income|joined_at)_", "feature_<attribute>_");
  }
}
