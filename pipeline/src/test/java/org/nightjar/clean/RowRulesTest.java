package org.nightjar.clean;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.config.Attribute;
import org.nightjar.config.CleanSettings.OutOfBounds;
import org.nightjar.config.CleanSettings.Range;
import org.nightjar.config.CleanSettings.Returns;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.Events;
import org.nightjar.table.Rejects;

class RowRulesTest extends JudgedRows {
  private static final StructType ID_AND_BAND =
      new StructType().add("user_id", DataTypes.StringType).add("band", DataTypes.StringType);

  @Test
  void dropsRowsWithoutKeysOrTimes() {
    Dataset<Row> rows =
        events(
            event("good", "u", "i", "01", 1.0, 1.0),
            event("noUser", null, "i", "01", 1.0, 1.0),
            event("noItem", "u", null, "01", 1.0, 1.0),
            event("noTime", "u", "i", null, 1.0, 1.0));
    Dataset<Row> judged =
        new MissingTime(List.of("events"))
            .apply(new MissingKey(List.of("user_id", "item_id")).apply(rows));

    assertThat(verdicts(judged, Events.ORDER_ID))
        .containsExactly(
            "[good,null,[]]",
            "[noItem,missing-key,[]]",
            "[noTime,missing-time,[]]",
            "[noUser,missing-key,[]]");
    assertThat(verdicts(new MissingTime(List.of("other")).apply(rows), Events.ORDER_ID))
        .contains("[noTime,null,[]]");
  }

  @Test
  void dropsOrNotesUnparsableValues() {
    Dataset<Row> rows =
        events(
            event("time", "u", "i", null, 1.0, 1.0),
            event("number", "u", "i", "01", null, 1.0),
            event("good", "u", "i", "01", 1.0, 1.0));
    var order = col(Events.ORDER_ID);
    var problem =
        when(order.equalTo("time"), lit("event_at")).when(order.equalTo("number"), lit("quantity"));
    Dataset<Row> withProblems =
        rows.withColumn(
            Ingested.PROBLEMS,
            when(
                    problem.isNotNull(),
                    array(
                        struct(
                            problem.as(Ingested.PROBLEM_COLUMN),
                            lit("'x' is bad").as(Ingested.PROBLEM_DETAIL))))
                .otherwise(col(Ingested.PROBLEMS)));

    Dataset<Row> noted = new UnparsableValue(false, List.of("event_at")).apply(withProblems);
    assertThat(verdicts(noted, Events.ORDER_ID))
        .containsExactly("[good,null,[]]", "[number,null,[unparsable]]", "[time,unparsable,[]]");
    assertThat(
            sorted(
                Judgement.rejects(noted, List.of("user_id", "order_id"), 1)
                    .select(Rejects.ACTION, Rejects.ROW_KEY, Rejects.DETAIL)))
        .containsExactly(
            "[dropped,u|time,event_at: 'x' is bad]", "[mended,u|number,quantity: 'x' is bad]");
    assertThat(
            verdicts(
                new UnparsableValue(true, List.of("event_at")).apply(withProblems),
                Events.ORDER_ID))
        .contains("[number,unparsable,[]]");
  }

  @Test
  void dropsIdsOutsideTheirEncodingAndNotesOtherTexts() {
    Dataset<Row> rows =
        events(
            event("user", "Ren\ufffd", "i", "01", 1.0, 1.0),
            event("both", "Ren\ufffd", "caf\ufffd", "01", 1.0, 1.0),
            event("text", "u", "i", "01", 1.0, 1.0),
            event("good", "u\ufffd", "i", "01", 1.0, 1.0));
    var order = col(Events.ORDER_ID);
    Dataset<Row> marked =
        rows.withColumn(
            Ingested.UNDECODED,
            when(order.equalTo("user"), array(lit("user_id")))
                .when(order.equalTo("both"), array(lit("user_id"), lit("item_id")))
                .when(order.equalTo("text"), array(lit("channel")))
                .otherwise(col(Ingested.UNDECODED)));

    Dataset<Row> judged = new UndecodedText().apply(marked);
    assertThat(verdicts(judged, Events.ORDER_ID))
        .containsExactly(
            "[both,undecodable,[]]",
            "[good,null,[]]",
            "[text,null,[undecodable]]",
            "[user,undecodable,[]]");
    assertThat(
            sorted(
                Judgement.rejects(judged, List.of("user_id", "order_id"), 1)
                    .select(Rejects.DETAIL)))
        .contains(
            "[user_id and item_id holds bytes that are not in the encoding the source is read in"
                + " (shown as U+FFFD); set options.encoding of source 'events']");
    List<Row> counts =
        List.of(
            row("events", "read", "read", 4L),
            row("events", "undecodable", "dropped", 2L),
            row("events", "unparsable", "dropped", 2L));
    assertThat(
            Cleaning.warnings(
                spark
                    .createDataFrame(counts, org.nightjar.table.CleanCounts.TABLE.schema())
                    .collectAsList()))
        .singleElement()
        .asString()
        .contains("Source 'events'", "2 rows were dropped", "options.encoding");
  }

  @Test
  void dropsNonProductsByWholeId() {
    Dataset<Row> judged =
        new NonProduct(List.of("POST", "M|D", "BANK .*"))
            .apply(
                events(
                    event("1", "u", "POST", "01", 1.0, 1.0),
                    event("2", "u", "POSTER", "01", 1.0, 1.0),
                    event("3", "u", "M", "01", 1.0, 1.0),
                    event("4", "u", "M1", "01", 1.0, 1.0),
                    event("5", "u", "BANK CHARGES", "01", 1.0, 1.0)));
    assertThat(verdicts(judged, Events.ORDER_ID))
        .containsExactly(
            "[1,non-product,[]]",
            "[2,null,[]]",
            "[3,non-product,[]]",
            "[4,null,[]]",
            "[5,non-product,[]]");
  }

  @Test
  void spellsCategories() {
    Attribute band =
        new Attribute(
            Attribute.Type.ORDINAL,
            List.of("Low", "High Income"),
            Attribute.LetterCase.LOWER,
            Map.of("poor", "Low"),
            List.of("N/A"),
            Attribute.Impute.UNKNOWN,
            null);
    Dataset<Row> rows =
        Judgement.begin(
            ingested(
                "users",
                ID_AND_BAND,
                row("1", "Low"),
                row("2", "  low "),
                row("3", "HIGH \t income"),
                row("4", "Poor"),
                row("5", "n/a"),
                row("6", "middle"),
                row("7", null),
                row("8", "   ")));
    assertThat(verdicts(new CategorySpelling(Map.of("band", band)).apply(rows), "user_id", "band"))
        .containsExactly(
            "[1,null,[],Low]",
            "[2,null,[category-spelling],Low]",
            "[3,null,[category-spelling],High Income]",
            "[4,null,[category-spelling],Low]",
            "[5,null,[category-spelling],null]",
            "[6,null,[unknown-category],null]",
            "[7,null,[],null]",
            "[8,null,[category-spelling],null]");
  }

  @Test
  void boundsValues() {
    Dataset<Row> rows =
        events(
            event("low", "u", "i", "01", -1.0, 5.0),
            event("zero", "u", "i", "01", 0.0, 5.0),
            event("high", "u", "i", "01", 1e6, 5.0),
            event("null", "u", "i", "01", null, 5.0),
            event("fine", "u", "i", "01", 3.0, 5.0));
    Range drop = new Range(0.0, null, true, OutOfBounds.DROP);
    Range cap = new Range(0.0, 100.0, false, OutOfBounds.CAP);
    Range none = new Range(null, 100.0, false, OutOfBounds.NULL);

    assertThat(verdicts(range(drop).apply(rows), Events.ORDER_ID, Events.QUANTITY))
        .containsExactly(
            "[fine,null,[],3.0]",
            "[high,null,[],1000000.0]",
            "[low,out-of-range,[],-1.0]",
            "[null,null,[],null]",
            "[zero,out-of-range,[],0.0]");
    assertThat(verdicts(range(cap).apply(rows), Events.ORDER_ID, Events.QUANTITY))
        .containsExactly(
            "[fine,null,[],3.0]",
            "[high,null,[out-of-range],100.0]",
            "[low,null,[out-of-range],0.0]",
            "[null,null,[],null]",
            "[zero,null,[],0.0]");
    assertThat(verdicts(range(none).apply(rows), Events.ORDER_ID, Events.QUANTITY))
        .contains("[high,null,[out-of-range],null]", "[low,null,[],-1.0]");
    Rule exempt =
        new OutOfRange(
            Map.of(Events.QUANTITY, drop), NettedReturns.isReturn(new Returns(null, true)));
    assertThat(verdicts(exempt.apply(rows), Events.ORDER_ID))
        .contains("[low,null,[]]", "[zero,out-of-range,[]]");
  }

  @Test
  void keepsTheWindowHalfOpen() {
    Dataset<Row> rows =
        events(
            event("before", "u", "i", "2023-12-31T23:59:59.999Z", 1.0, 1.0),
            event("from", "u", "i", "01", 1.0, 1.0),
            event("to", "u", "i", "03", 1.0, 1.0),
            event("never", "u", "i", null, 1.0, 1.0));
    Instant from = Instant.parse("2024-01-01T00:00:00Z");
    Instant to = Instant.parse("2024-01-03T00:00:00Z");
    assertThat(verdicts(OutsideWindow.of(from, to).apply(rows), Events.ORDER_ID))
        .containsExactly(
            "[before,outside-window,[]]",
            "[from,null,[]]",
            "[never,null,[]]",
            "[to,outside-window,[]]");
    assertThat(verdicts(OutsideWindow.afterCutoff(to).apply(rows), Events.ORDER_ID))
        .contains("[to,after-cutoff,[]]", "[before,null,[]]");
  }

  @Test
  void theFirstRuleDecidesAndLaterMendsDoNotCount() {
    Dataset<Row> judged = events(event("1", null, "POST", "01", -1.0, 1.0));
    for (Rule rule :
        List.of(
            new MissingKey(List.of("user_id")),
            new NonProduct(List.of("POST")),
            range(new Range(0.0, null, false, OutOfBounds.CAP)))) {
      judged = rule.apply(judged);
    }
    assertThat(sorted(Judgement.entries(judged).select("source", "rule", "action")))
        .containsExactly("[events,missing-key,dropped]");
  }

  private static Rule range(Range range) {
    return new OutOfRange(Map.of(Events.QUANTITY, range), lit(false));
  }
}
