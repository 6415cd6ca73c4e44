package org.nightjar.publish;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.publish.ColumnProfiles.Drift;
import org.nightjar.table.Events;
import org.nightjar.table.InputProfile;
import org.nightjar.table.Items;
import org.nightjar.table.Recommendations;

/** The figures that the gate judges, on a few rows. */
class GateFiguresTest extends SparkTest {
  private static final StructType LISTS =
      new StructType()
          .add(Recommendations.USER_ID, DataTypes.StringType)
          .add(Recommendations.ITEM_ID, DataTypes.StringType);
  private static final StructType EVENTS =
      new StructType()
          .add(Events.EVENT_AT, DataTypes.TimestampType)
          .add(Events.AMOUNT, DataTypes.DoubleType)
          .add(Events.EVENT_TYPE, DataTypes.StringType)
          .add(Items.CATEGORY, DataTypes.createArrayType(DataTypes.StringType))
          .add(Items.AVAILABLE, DataTypes.BooleanType);

  @Test
  void churnAndLossesAreCountedOverTheUsersOfBoth() {
    Dataset<Row> last =
        rows(LISTS, row("ann", "a"), row("ann", "b"), row("bob", "c"), row("cid", "d"));
    Dataset<Row> now =
        rows(LISTS, row("ann", "b"), row("ann", "e"), row("bob", "c"), row("dan", "a"));
    ListFigures figures = ListFigures.of(now, last);

    // now: a b c e; last: a b c d; ann and bob are in both with three rows, two of them kept
    assertThat(figures).isEqualTo(new ListFigures(4, 4, 3, 2, 3, 2));
    assertThat(figures.churn()).isEqualTo(1.0 / 3, within(1e-12));
    assertThat(figures.lostUsers()).isEqualTo(1.0 / 3, within(1e-12));
    assertThat(figures.itemsOfLast()).isEqualTo(1);
    assertThat(ListFigures.of(now.limit(0), last)).isEqualTo(new ListFigures(0, 4, 3, 0, 0, 0));
    assertThat(ListFigures.of(now, last.limit(0)).lostUsers()).isZero();
  }

  @Test
  void theCommonestListIsFound() {
    StructType schema =
        new StructType().add(Items.ITEM, DataTypes.createArrayType(DataTypes.IntegerType));
    Dataset<Row> lists =
        rows(
            schema,
            row((Object) new Integer[] {1, 2}),
            row((Object) new Integer[] {2, 1}),
            row((Object) new Integer[] {1, 2}),
            row((Object) new Integer[] {3}));
    assertThat(ListFigures.identicalShare(lists, Items.ITEM)).isEqualTo(0.5);
    assertThat(ListFigures.identicalShare(lists.limit(0), Items.ITEM)).isZero();
  }

  @Test
  void valuesFallIntoBinsThatStayTheSame() {
    Timestamp at = Timestamp.from(Instant.parse("2024-03-01T17:30:00Z"));
    Dataset<Row> events =
        rows(
            EVENTS,
            row(at, 10.0, "purchase", new String[] {"food", "tea"}, true),
            row(at, 10.9, "view", new String[] {}, null),
            row(at, -0.5, "view", null, false),
            row(null, 0.0, null, new String[] {"food"}, false));
    // eighths of a decade: 8·log10(10) = 8, 8·log10(10.9) = 8.3, 8·log10(0.5) = −2.4
    assertThat(sorted(ColumnProfiles.of("events", events, List.of(EVENTS.fieldNames()))))
        .containsExactlyInAnyOrder(
            "[events.event_at,17,3]",
            "[events.event_at,no value,1]",
            "[events.amount,8,2]",
            "[events.amount,--3,1]",
            "[events.amount,0,1]",
            "[events.event_type,purchase,1]",
            "[events.event_type,view,2]",
            "[events.event_type,no value,1]",
            "[events.category,food,2]",
            "[events.category,no value,2]",
            "[events.available,true,1]",
            "[events.available,false,2]",
            "[events.available,no value,1]");
  }

  @Test
  void rareValuesShareABinWhateverTheirOrder() {
    Dataset<Row> values =
        spark
            .range(0, 3 * ColumnProfiles.MAX_BINS)
            .select(
                when(col("id").lt(2L * ColumnProfiles.MAX_BINS), lit("often"))
                    .otherwise(col("id").cast("string"))
                    .as(Events.EVENT_TYPE));
    List<String> profile = sorted(ColumnProfiles.of("t", values, List.of(Events.EVENT_TYPE)));
    assertThat(profile)
        .hasSize(ColumnProfiles.MAX_BINS + 1)
        .contains("[t.event_type,often,200]", "[t.event_type,other values,1]");
    assertThat(
            sorted(
                ColumnProfiles.of(
                    "t",
                    values.repartition(7).orderBy(col(Events.EVENT_TYPE).desc()),
                    List.of(Events.EVENT_TYPE))))
        .isEqualTo(profile);
  }

  @Test
  void theIndexIsThatOfTheFormula() {
    Dataset<Row> last = profile(row("c", "a", 50L), row("c", "b", 50L), row("gone", "x", 9L));
    Dataset<Row> now = profile(row("c", "a", 30L), row("c", "b", 70L), row("new", "x", 9L));
    double a = 30.5 / 101;
    double b = 70.5 / 101;
    double psi = (a - 0.5) * Math.log(a / 0.5) + (b - 0.5) * Math.log(b / 0.5);
    double chance = 0.02 * (1 + 3 * Math.sqrt(2));

    List<Drift> drifts = ColumnProfiles.drift(now, last);
    assertThat(drifts).hasSize(1);
    assertThat(drifts.get(0).column()).isEqualTo("c");
    assertThat(drifts.get(0).psi()).isEqualTo(psi, within(1e-12));
    assertThat(drifts.get(0).chance()).isEqualTo(chance, within(1e-12));
  }

  @Test
  void pricesTimesAHundredAndRenamedLevelsDrift() {
    List<Row> prices = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      prices.add(row(null, 1 + i % 37 / 4.0, i % 2 == 0 ? "M" : "F", null, null));
    }
    Dataset<Row> usual = rows(EVENTS, prices.toArray(Row[]::new));
    List<String> columns = List.of(Events.AMOUNT, Events.EVENT_TYPE);
    Dataset<Row> last = ColumnProfiles.of("events", usual, columns);
    Dataset<Row> dearer = usual.withColumn(Events.AMOUNT, col(Events.AMOUNT).multiply(100));
    Dataset<Row> renamed =
        usual.withColumn(
            Events.EVENT_TYPE,
            when(col(Events.EVENT_TYPE).equalTo("M"), lit("male")).otherwise("female"));

    assertThat(judged(usual, last, columns)).isEmpty();
    assertThat(judged(dearer, last, columns)).containsExactly("events.amount");
    assertThat(judged(renamed, last, columns)).containsExactly("events.event_type");
  }

  private static List<String> judged(Dataset<Row> now, Dataset<Row> last, List<String> columns) {
    return ColumnProfiles.drift(ColumnProfiles.of("events", now, columns), last).stream()
        .filter(moved -> moved.psi() > Math.max(0.25, moved.chance()))
        .map(Drift::column)
        .toList();
  }

  private static Dataset<Row> profile(Row... rows) {
    return rows(InputProfile.TABLE.schema(), rows);
  }
}
