package org.nightjar.clean;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.Histogram;
import org.nightjar.config.Attribute;
import org.nightjar.config.CleanSettings.Keep;
import org.nightjar.config.CleanSettings.OutOfBounds;
import org.nightjar.config.CleanSettings.OutlierMethod;
import org.nightjar.config.CleanSettings.Outliers;
import org.nightjar.config.CleanSettings.Returns;
import org.nightjar.table.Events;
import org.nightjar.table.Rejects;

class SetRulesTest extends JudgedRows {
  private static final List<String> CONTENT = List.of(Events.TABLE.schema().fieldNames());
  private static final StructType USERS =
      new StructType()
          .add("user_id", DataTypes.StringType)
          .add("city", DataTypes.StringType)
          .add("age", DataTypes.DoubleType);

  @Test
  void keepsOneOfEqualEvents() {
    Dataset<Row> rows =
        events(
            event("a", "u", "i", "01", 1.0, null),
            event("a", "u", "i", "01", 1.0, null),
            event("a", "u", "i", "01", 1.0, null),
            event("a", "u", "i", "01", 2.0, null));
    Dataset<Row> otherSource = rows.limit(1).withColumn("_source", lit("web"));
    assertThat(
            verdicts(
                new ExactDuplicate(CONTENT).apply(rows.unionByName(otherSource)),
                Events.ORDER_ID,
                Events.QUANTITY))
        .containsExactly(
            "[a,exact-duplicate,[],1.0]",
            "[a,exact-duplicate,[],1.0]",
            "[a,null,[],1.0]",
            "[a,null,[],1.0]",
            "[a,null,[],2.0]");
  }

  @Test
  void keepsTheLatestEventOfAKey() {
    Dataset<Row> rows =
        events(
            event("a", "u", "i", "01", 9.0, 1.0),
            event("a", "u", "i", "02", 3.0, null),
            event("a", "v", "i", "02", 2.0, 1.0),
            event("a", "u", "j", "01", 1.0, 1.0),
            event(null, "u", "i", "01", 5.0, 1.0),
            event(null, "u", "i", "01", 6.0, 1.0));
    Rule rule =
        new DuplicateKey(
            List.of("order_id", "item_id"), CONTENT, Keep.MOST_COMPLETE, Events.EVENT_AT);
    assertThat(verdicts(rule.apply(rows), Events.ORDER_ID, Events.QUANTITY))
        .containsExactly(
            "[a,duplicate-key,[],3.0]",
            "[a,duplicate-key,[],9.0]",
            "[a,null,[],1.0]",
            "[a,null,[],2.0]",
            "[null,null,[],5.0]",
            "[null,null,[],6.0]");
  }

  @Test
  void keepsOneUserByContent() {
    Dataset<Row> rows =
        Judgement.begin(
            ingested(
                "users",
                USERS,
                row("u", "Rome", null),
                row("u", "Oslo", 30.0),
                row("u", "Rome", null),
                row("u", "Bonn", 40.0),
                row("v", null, null)));
    assertThat(kept(rows, Keep.MOST_COMPLETE)).containsExactly("[u,Bonn,40.0]", "[v,null,null]");
    assertThat(kept(rows, Keep.MOST_FREQUENT)).containsExactly("[u,Rome,null]", "[v,null,null]");
    assertThat(kept(rows, Keep.FIRST)).containsExactly("[u,Bonn,40.0]", "[v,null,null]");
    assertThat(kept(rows, Keep.LAST)).containsExactly("[u,Rome,null]", "[v,null,null]");
  }

  private static List<String> kept(Dataset<Row> rows, Keep keep) {
    Rule rule = new DuplicateKey(List.of("user_id"), List.of("city", "age"), keep, null);
    return sorted(Judgement.standing(rule.apply(rows)).select("user_id", "city", "age"));
  }

  @Test
  void netsReturnsAgainstTheLatestPurchases() {
    Rule rule = new NettedReturns(new Returns("C.*", true), CONTENT);
    Dataset<Row> rows =
        events(
            // Bought 5 and 4; 6 come back: the 4 whole, 2 of the 5.
            event("1", "u", "i", "01", 5.0, 50.0),
            event("2", "u", "i", "02", 4.0, 40.0),
            event("C3", "u", "i", "03", -6.0, -60.0),
            // Later purchases are not touched.
            event("4", "u", "i", "04", 7.0, 70.0),
            // Another item: returned before it was bought, so unmatched.
            event("C5", "u", "j", "01", -1.0, -1.0),
            event("6", "u", "j", "02", 1.0, 1.0),
            // Another user's purchase of the item is not touched.
            event("7", "v", "i", "01", 5.0, 5.0),
            // A return at the very time of the purchase; marked by its sign alone.
            event("8", "w", "i", "01", 2.0, 2.0),
            event("9", "w", "i", "01", -2.0, -2.0),
            // More comes back than was bought: matched in part, and nothing is owed later.
            event("A", "x", "i", "01", 1.0, 1.0),
            event("CB", "x", "i", "02", -3.0, -3.0),
            event("D", "x", "i", "03", 1.0, 1.0),
            // Quantities unknown count as one unit.
            event("E", "y", "i", "01", null, 3.0),
            event("CF", "y", "i", "02", null, 3.0));

    assertThat(verdicts(rule.apply(rows), Events.ORDER_ID, Events.QUANTITY, Events.AMOUNT))
        .containsExactlyInAnyOrder(
            "[1,null,[returned],3.0,30.0]",
            "[2,returned,[],4.0,40.0]",
            "[C3,return,[],-6.0,-60.0]",
            "[4,null,[],7.0,70.0]",
            "[C5,return-unmatched,[],-1.0,-1.0]",
            "[6,null,[],1.0,1.0]",
            "[7,null,[],5.0,5.0]",
            "[8,returned,[],2.0,2.0]",
            "[9,return,[],-2.0,-2.0]",
            "[A,returned,[],1.0,1.0]",
            "[CB,return,[],-3.0,-3.0]",
            "[D,null,[],1.0,1.0]",
            "[E,returned,[],null,3.0]",
            "[CF,return,[],null,3.0]");
  }

  @Test
  void netsLikeAStackOfUnits() {
    // Against the obvious algorithm: push units, pop units.
    Random random = new Random(7);
    List<Row> rows = new ArrayList<>();
    List<double[]> stack = new ArrayList<>();
    double[] left = new double[200];
    for (int i = 0; i < left.length; i++) {
      double units = 1 + random.nextInt(4);
      boolean back = random.nextInt(3) == 0;
      String at = java.time.Instant.EPOCH.plusSeconds(i).toString();
      rows.add(event(String.format("%03d", i), "u", "i", at, back ? -units : units, 1.0));
      if (!back) {
        left[i] = units;
        stack.add(new double[] {i});
      }
      while (back && units > 0 && !stack.isEmpty()) {
        int top = (int) stack.get(stack.size() - 1)[0];
        double taken = Math.min(units, left[top]);
        left[top] -= taken;
        units -= taken;
        if (left[top] == 0) {
          stack.remove(stack.size() - 1);
        }
      }
    }
    Collections.shuffle(rows, random);
    Dataset<Row> judged =
        new NettedReturns(new Returns(null, true), CONTENT).apply(events(rows.toArray(Row[]::new)));

    List<String> expected = new ArrayList<>();
    for (int i = 0; i < left.length; i++) {
      if (left[i] > 0) {
        expected.add(String.format("[%03d,%s]", i, left[i]));
      }
    }
    assertThat(sorted(Judgement.standing(judged).select(Events.ORDER_ID, Events.QUANTITY)))
        .isEqualTo(expected);
  }

  @Test
  void quarantinesUsersOfBusyDays() {
    Dataset<Row> rows =
        events(
            event("1", "bot", "i", "01", 1.0, 1.0),
            event("2", "bot", "i", "2024-01-01T23:59:59Z", 1.0, 1.0),
            event("3", "bot", "i", "2024-01-01T05:00:00Z", 1.0, 1.0),
            event("4", "bot", "i", "09", 1.0, 1.0),
            event("5", "u", "i", "2024-01-01T23:00:00Z", 1.0, 1.0),
            event("6", "u", "i", "02", 1.0, 1.0),
            event("7", "u", "i", "2024-01-02T01:00:00Z", 1.0, 1.0),
            event("8", "w", "i", null, 1.0, 1.0),
            event("9", "w", "i", null, 1.0, 1.0),
            event("A", "w", "i", null, 1.0, 1.0));
    Dataset<Row> judged = new BusyUser(2).apply(rows);
    assertThat(sorted(Judgement.standing(judged).select(Events.ORDER_ID)))
        .containsExactly("[5]", "[6]", "[7]", "[8]", "[9]", "[A]");
    assertThat(
            sorted(
                Judgement.rejects(judged, List.of("order_id"), 1)
                    .select(Rejects.ACTION, Rejects.DETAIL)
                    .distinct()))
        .containsExactly("[quarantined,the user has 3 events on one day, permitted: 2]");
  }

  @Test
  void capsOrDropsOutliers() {
    // Quartiles of 1 … 9, 100: 3.25 and 7.75, so IQR 4.5; factor 2 permits −5.75 to 16.75.
    Row[] rows = new Row[10];
    for (int i = 0; i < 10; i++) {
      rows[i] = event("" + i, "u", "i", "01", i == 9 ? 100.0 : i + 1.0, 1.0);
    }
    Outliers cap = new Outliers(OutlierMethod.IQR, 2, OutOfBounds.CAP);
    assertThat(
            verdicts(
                new Outlier(Map.of(Events.QUANTITY, cap)).apply(events(rows)),
                Events.ORDER_ID,
                Events.QUANTITY))
        .contains("[9,null,[outlier],16.75]", "[8,null,[],9.0]");
    // Mean 14.5, deviation 28.605…: 100 lies 2.99 deviations away.
    Outliers drop = new Outliers(OutlierMethod.ZSCORE, 2.9, OutOfBounds.DROP);
    Outliers wide = new Outliers(OutlierMethod.ZSCORE, 3, OutOfBounds.DROP);
    assertThat(
            verdicts(
                new Outlier(Map.of(Events.QUANTITY, drop)).apply(events(rows)), Events.ORDER_ID))
        .contains("[9,outlier,[]]", "[8,null,[]]");
    assertThat(
            verdicts(
                new Outlier(Map.of(Events.QUANTITY, wide, Events.AMOUNT, cap)).apply(events(rows)),
                Events.ORDER_ID))
        .contains("[9,null,[]]", "[0,null,[]]");
  }

  @Test
  void imputesAttributes() {
    Dataset<Row> rows =
        Judgement.begin(
            ingested(
                "users",
                USERS.add("band", DataTypes.StringType).add("plan", DataTypes.StringType),
                row("1", "Rome", 10.0, "low", null),
                row("2", "Oslo", 20.0, "high", null),
                row("3", "Rome", 60.0, "mid", null),
                row("4", "Oslo", null, "high", null),
                row("5", null, null, null, null)));
    Rule rule =
        new Imputation(
            Map.of(
                "city", filled(Attribute.Type.CATEGORICAL, Attribute.Impute.MODE, null),
                "age", filled(Attribute.Type.NUMERIC, Attribute.Impute.MEDIAN, null),
                "band",
                    filled(
                        Attribute.Type.ORDINAL,
                        Attribute.Impute.MEDIAN,
                        null,
                        "low",
                        "mid",
                        "high"),
                "plan", filled(Attribute.Type.CATEGORICAL, Attribute.Impute.CONSTANT, "none")));
    // Modes tie: Oslo comes first. Median of low, mid, high, high: the lower middle, mid.
    assertThat(verdicts(rule.apply(rows), "user_id", "city", "age", "band", "plan"))
        .containsExactly(
            "[1,null,[imputed],Rome,10.0,low,none]",
            "[2,null,[imputed],Oslo,20.0,high,none]",
            "[3,null,[imputed],Rome,60.0,mid,none]",
            "[4,null,[imputed, imputed],Oslo,20.0,high,none]",
            "[5,null,[imputed, imputed, imputed, imputed],Oslo,20.0,mid,none]");
  }

  private static Attribute filled(
      Attribute.Type type, Attribute.Impute impute, String constant, String... order) {
    return new Attribute(
        type,
        Arrays.asList(order),
        Attribute.LetterCase.AS_IS,
        Map.of(),
        List.of(),
        impute,
        constant);
  }

  @Test
  void roundsHistogramsToFourDigits() {
    Dataset<Row> rows =
        events(
            event("1", "u", "i", "01", 123456.0, 1.0),
            event("2", "u", "i", "01", 123460.0, 1.0),
            event("3", "u", "i", "01", -0.00012345678, 1.0),
            event("4", "u", "i", "01", 0.0, 1.0));
    Histogram histogram = Histogram.of(rows, List.of(Events.QUANTITY)).get(Events.QUANTITY);
    assertThat(histogram.size()).isEqualTo(4);
    assertThat(histogram.quantile(0)).isEqualTo(-0.0001235);
    assertThat(histogram.quantile(1)).isEqualTo(123500.0);
    assertThat(histogram.mean()).isCloseTo(61750, org.assertj.core.data.Offset.offset(0.1));
  }

  @Test
  void indexesInIdOrderWhateverThePartitions() {
    Dataset<Row> ids =
        spark.range(0, 1000).selectExpr("concat('id', id) AS user_id").repartition(7);
    List<Row> indexed = DenseIndex.of(ids, "user_id", "user").orderBy("user").collectAsList();
    List<String> inOrder = indexed.stream().map(r -> r.getString(0)).toList();
    assertThat(inOrder).isSorted().hasSize(1000);
    assertThat(indexed.stream().map(r -> r.getInt(1)).toList())
        .startsWith(0, 1, 2)
        .endsWith(998, 999);
  }
}
