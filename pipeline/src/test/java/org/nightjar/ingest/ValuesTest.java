package org.nightjar.ingest;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nightjar.ingest.Sample.configuration;
import static org.nightjar.ingest.Sample.csv;
import static org.nightjar.ingest.Sample.events;
import static org.nightjar.ingest.Sample.mapping;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.SparkTest;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.Configuration;
import org.nightjar.config.Source;
import org.nightjar.config.Sources;

/** Values that look like something else: ids that are none, times in another unit, codes, money. */
class ValuesTest extends SparkTest {
  @TempDir Path folder;

  private String file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n").toString();
  }

  private static List<String> texts(Dataset<Row> rows, String... columns) {
    return sorted(
        rows.selectExpr(
            java.util.Arrays.stream(columns)
                .map(c -> "cast(" + c + " as string) as " + c)
                .toArray(String[]::new)));
  }

  private static List<String> lines(String head, int rows, String row) {
    List<String> lines = new java.util.ArrayList<>(List.of(head));
    for (int i = 0; i < rows; i++) {
      lines.add(row);
    }
    return lines;
  }

  @Test
  void nanAndInfinityOfNumberColumnsAreNeverIds() {
    String path = folder.resolve("p").toString();
    spark
        .sql(
            "SELECT * FROM VALUES (12001.0D, float('NaN'), double('NaN')), (double('NaN'), 1.5F, 7D),"
                + " (double('Infinity'), 2F, 8D), (double('-Infinity'), float('inf'), 9D) AS t(u, i, q)")
        .write()
        .parquet(path);
    Source source =
        Sample.source(
            "parquet",
            path,
            mapping("user_id", "u", "item_id", "i", "order_id", "i", "quantity", "q"));
    Configuration none = withMissingKeys(events(source), List.of());

    for (Configuration any : List.of(configuration(events(source)), none)) {
      Ingested read = Ingest.read(spark, any);
      assertThat(texts(read.events(), "user_id", "item_id", "order_id", "quantity", "_problems"))
          .containsExactly(
              "[12001,null,null,null,[]]",
              "[null,1.5,1.5,7.0,[]]",
              "[null,2,2,8.0,[]]",
              "[null,null,null,9.0,[]]");
      assertThat(texts(read.events().where(col("user_id").isNotNull()), "_source_row"))
          .containsExactly("[{u -> 12001, i -> NaN, q -> NaN}]");
    }
    assertThat(Ingest.inspect(spark, configuration(events(source))).warnings())
        .containsExactly(
            "events.user_id: 3 of the first 4 rows have none, for example 'NaN' (clean.missingKeys);"
                + " such rows are left out.",
            "events.item_id: 2 of the first 4 rows have none, for example 'NaN' (clean.missingKeys);"
                + " such rows are left out.");
  }

  @Test
  void textsThatMeanMissingAreNoIdsAnywhere() throws IOException {
    Source shop =
        csv(
            file(
                "e.csv", "u,i,o", "a,x,null", "null,x,1", "a,None,2", " <NA> ,x,3", "Null,nan,NaN"),
            "user_id",
            "u",
            "item_id",
            "i",
            "order_id",
            "o");
    Source ids = csv(file("u.csv", "u", "NaN", "a", "None"), "user_id", "u");
    Source pairs =
        csv(file("d.csv", "u,i", "null,x", "a,NaN", "a,x"), "user_id", "u", "item_id", "i");
    Sources sources = new Sources(ids, null, List.of(shop), ids, pairs);

    Ingested read = Ingest.read(spark, configuration(sources));
    assertThat(texts(read.events(), "user_id", "item_id", "order_id"))
        .containsExactly("[Null,nan,null]", "[a,null,2]", "[a,x,null]", "[null,x,1]", "[null,x,3]");
    assertThat(texts(read.users(), "user_id")).containsExactly("[a]", "[null]", "[null]");
    assertThat(texts(read.requested(), "user_id")).containsExactly("[a]", "[null]", "[null]");
    assertThat(texts(read.denied(), "user_id", "item_id"))
        .containsExactly("[a,null]", "[a,x]", "[null,x]");

    Ingested every = Ingest.read(spark, withMissingKeys(sources, List.of()));
    assertThat(texts(every.events(), "user_id", "item_id", "order_id"))
        .contains("[a,None,2]", "[<NA>,x,3]");
    assertThat(every.events().where("user_id is null").count()).isZero();
  }

  private static Configuration withMissingKeys(Sources sources, List<String> missing) {
    var base = Sample.clean();
    return configuration(
        sources,
        Map.of(),
        new org.nightjar.config.CleanSettings(
            missing,
            base.unparsable(),
            base.nonProducts(),
            base.window(),
            base.plausible(),
            base.ranges(),
            base.duplicates(),
            base.returns(),
            base.outliers(),
            base.unknownUsers(),
            base.unknownItems(),
            base.maxEventsPerUserDay(),
            base.budgets()));
  }

  @Test
  void unreadableAvailabilityIsNotYes() throws IOException {
    Source events = csv(file("e.csv", "u,i", "a,p1"), "user_id", "u", "item_id", "i");
    String path =
        file(
            "i.csv",
            "p,stock,price",
            "p1,Y,\"$1,234.50\"",
            "p2,D,\"1,234\"",
            "p3,N,12",
            "p4,,",
            "p5,X,x");
    Map<String, ColumnMapping> columns =
        mapping("item_id", "p", "available", "stock", "price", "price");
    Sources sources =
        new Sources(null, Sample.source("csv", path, columns), List.of(events), null, null);

    assertThat(
            texts(
                Ingest.read(spark, configuration(sources)).items(),
                "item_id",
                "available",
                "price"))
        .containsExactly(
            "[p1,true,1234.5]",
            "[p2,false,null]",
            "[p3,false,12.0]",
            "[p4,null,null]",
            "[p5,false,null]");
    assertThat(Ingest.inspect(spark, configuration(sources)).warnings())
        .containsExactly(
            "items.price: 2 of the first 4 values are not a number, for example 'x'; they count as"
                + " missing (sources.items.columns.price.decimal and .expr read further spellings).",
            "items.available: 2 of the first 4 values are not true or false, for example 'X'; they"
                + " count as unavailable (say what they mean by sources.items.columns.available.values).");

    columns.put(
        "available",
        new ColumnMapping(
            "stock", null, null, null, "UTC", null, null, Map.of("D", "true", "X", "", "N", "no")));
    columns.put("price", new ColumnMapping("price", null, null, null, "UTC", null, ".", Map.of()));
    assertThat(
            texts(
                Ingest.read(spark, configuration(sources)).items(),
                "item_id",
                "available",
                "price"))
        .containsExactly(
            "[p1,true,1234.5]",
            "[p2,true,1234.0]",
            "[p3,false,12.0]",
            "[p4,null,null]",
            "[p5,null,null]");
  }

  @Test
  void hintsAtTheUnitOfTimes() throws IOException {
    String millis = file("ms.csv", lines("u,i,t", 30, "a,b,1758000000123").toArray(String[]::new));
    assertThat(problem(millis, "epoch-seconds"))
        .contains(
            "none of the first 30 values of [t] is a time from 1990-01-01 to 2100-01-01",
            "for example '1758000000123', which looks like milliseconds since 1970: give the column"
                + " format: epoch-millis",
            "Fix sources.events.columns.event_at.format");
    assertThat(problem(millis, null))
        .contains("can be read as a time in ISO-8601", "format: epoch-millis");
    String seconds = file("s.csv", lines("u,i,t", 30, "a,b,1758000000").toArray(String[]::new));
    assertThat(problem(seconds, "epoch-millis")).contains("format: epoch-seconds");
    String micros =
        file("us.csv", lines("u,i,t", 30, "a,b,1758000000123456").toArray(String[]::new));
    assertThat(problem(micros, "epoch-seconds")).contains("format: epoch-micros");
    String nanos =
        file("ns.csv", lines("u,i,t", 30, "a,b,1758000000123456789").toArray(String[]::new));
    assertThat(problem(nanos, "epoch-millis")).contains("format: epoch-nanos");
    assertThat(
            texts(
                Ingest.read(spark, configuration(events(timed(nanos, "epoch-nanos"))))
                    .events()
                    .limit(1),
                "event_at"))
        .containsExactly("[2025-09-16 05:20:00.123457]");
  }

  @Test
  void warnsOfSinglePlaceholderTimes() throws IOException {
    List<String> lines = lines("u,i,t", 30, "a,b,2026-01-01");
    lines.add("a,b,9999-12-31");
    lines.add("a,b,0001-01-01");
    Source source = timed(file("p.csv", lines.toArray(String[]::new)), null);
    assertThat(Ingest.check(spark, configuration(events(source)))).isEmpty();
    assertThat(Ingest.inspect(spark, configuration(events(source))).warnings())
        .containsExactly(
            "events.event_at: 2 of the first 32 values are not a time from 1990-01-01 to 2100-01-01"
                + " (clean.plausible), for example '9999-12-31'; such rows are quarantined.");
  }

  private static Source timed(String path, String format) {
    Map<String, ColumnMapping> columns = mapping("user_id", "u", "item_id", "i");
    columns.put("event_at", Sample.time("t", format, "UTC"));
    return Sample.source("csv", path, columns);
  }

  private static String problem(String path, String format) {
    return String.join(" ", Ingest.check(spark, configuration(events(timed(path, format)))));
  }
}
