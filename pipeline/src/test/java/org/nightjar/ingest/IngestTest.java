package org.nightjar.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nightjar.ingest.Sample.configuration;
import static org.nightjar.ingest.Sample.csv;
import static org.nightjar.ingest.Sample.events;
import static org.nightjar.ingest.Sample.expr;
import static org.nightjar.ingest.Sample.mapping;
import static org.nightjar.ingest.Sample.time;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.Attribute;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.Configuration;
import org.nightjar.config.Source;
import org.nightjar.config.Sources;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

class IngestTest extends SparkTest {
  @TempDir Path folder;

  private String file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n").toString();
  }

  private static List<String> problems(Source... sources) {
    return Ingest.check(spark, configuration(events(sources)));
  }

  private static Dataset<Row> read(Source... sources) {
    return Ingest.read(spark, configuration(events(sources))).events();
  }

  private static List<String> texts(Dataset<Row> rows, String... columns) {
    return sorted(
        rows.select(
            Arrays.stream(columns)
                .map(c -> col(c).cast("string"))
                .toArray(org.apache.spark.sql.Column[]::new)));
  }

  private static Source with(Source source, Map<String, String> options, String... header) {
    return new Source(
        source.name(),
        source.format(),
        source.path(),
        null,
        options,
        List.of(header),
        source.columns());
  }

  @Test
  void readsCsvIntoCanonicalColumns() throws IOException {
    String path =
        file(
            "e.csv",
            "user,item,ts,qty,paid",
            " u1 ,i1,2024-01-02 03:04:05,2,3.50",
            "u2,i2,2024-01-02T03:04:05+01:00,,");
    Source source =
        csv(path, "user_id", "user", "item_id", "item", "event_at", "ts", "quantity", "qty");

    Dataset<Row> rows = read(source);

    assertThat(rows.columns())
        .containsExactly(
            "user_id",
            "item_id",
            "event_type",
            "event_at",
            "quantity",
            "amount",
            "discount",
            "value",
            "order_id",
            "session_id",
            "_source",
            "_problems",
            "_undecoded",
            "_malformed",
            "_source_row");
    assertThat(texts(rows, "user_id", "item_id", "event_type", "event_at", "quantity", "_source"))
        .containsExactly(
            "[u1,i1,purchase,2024-01-02 03:04:05,2.0,events]",
            "[u2,i2,purchase,2024-01-02 02:04:05,null,events]");
    assertThat(sorted(rows.select(to_json(col(Ingested.SOURCE_ROW)))).get(0))
        .isEqualTo(
            "[{\"user\":\" u1 \",\"item\":\"i1\",\"ts\":\"2024-01-02 03:04:05\",\"qty\":\"2\"}]");
  }

  @Test
  void keepsWhatDoesNotParseAsProblems() throws IOException {
    String path =
        file(
            "e.csv",
            "u,i,t,q",
            "a,b,2024-01-01,1e2",
            "a,b,01/02/2024,NaN",
            "a,b,2024-02-30,1d",
            "a,b,T12:30,Infinity",
            "a,b,,1e999");
    Dataset<Row> rows =
        read(csv(path, "user_id", "u", "item_id", "i", "event_at", "t", "quantity", "q"));

    assertThat(texts(rows, "event_at", "quantity", "_problems"))
        .containsExactlyInAnyOrder(
            "[2024-01-01 00:00:00,100.0,[]]",
            "[null,null,[{event_at, '01/02/2024' is not a time in ISO-8601}, {quantity, 'NaN' is not a"
                + " number}]]",
            "[null,null,[{event_at, '2024-02-30' is not a time in ISO-8601}, {quantity, '1d' is not a"
                + " number}]]",
            "[null,null,[{event_at, 'T12:30' is not a time in ISO-8601}, {quantity, 'Infinity' is not a"
                + " number}]]",
            "[null,null,[{quantity, '1e999' is not a number}]]");
  }

  @Test
  void readsTimesByFormatAndZone() throws IOException {
    String path =
        file(
            "e.csv",
            "u,i,london,secs,millis,offset",
            "a,b,01/07/2024 12:00,1704067200,1704067200123,2024-01-01 00:00 +0200");
    Source base = csv(path, "user_id", "u", "item_id", "i");
    Map<String, ColumnMapping> columns = mapping("user_id", "u", "item_id", "i");
    columns.put("t1", time("london", "dd/MM/yyyy HH:mm", "Europe/London"));
    columns.put("t2", time("secs", "epoch-seconds", "UTC"));
    columns.put("t3", time("millis", "epoch-millis", "UTC"));
    columns.put("t4", time("offset", "yyyy-MM-dd HH:mm Z", "Europe/London"));
    Attribute time = Sample.attribute(Attribute.Type.TIMESTAMP);
    Configuration configuration =
        new Configuration(
            "test",
            1,
            "latest",
            events(new Source(null, "csv", base.path(), null, Map.of(), List.of(), columns)),
            Map.of(),
            Map.of(),
            Map.of("t1", time, "t2", time, "t3", time, "t4", time),
            Sample.clean(),
            null,
            Map.of(),
            null,
            Sample.evaluation(),
            null,
            Sample.privacy(),
            null,
            null,
            Map.of());

    String[] times = {
      Attributes.column("t1"),
      Attributes.column("t2"),
      Attributes.column("t3"),
      Attributes.column("t4")
    };
    assertThat(texts(Ingest.read(spark, configuration).events(), times))
        .containsExactly(
            "[2024-07-01 11:00:00,2024-01-01 00:00:00,2024-01-01 00:00:00.123,2023-12-31 22:00:00]");
  }

  @Test
  void keepsMalformedLines() throws IOException {
    String path =
        file("e.csv", "u,i,q", "a,b,1", "a,b", "a,b,1,2", "\"a,b,1", "\"a \"\"x\"\", y\",b,2");
    Dataset<Row> rows = read(csv(path, "user_id", "u", "item_id", "i", "order_id", "q"));
    assertThat(texts(rows.filter(col("_malformed").isNull()), "user_id", "item_id"))
        .containsExactly("[a \"x\", y,b]", "[a,b]");
    assertThat(
            sorted(rows.filter(col("_malformed").isNotNull()).select(to_json(col("_source_row")))))
        .containsExactly(
            "[{\"line\":\"\\\"a,b,1\"}]", "[{\"line\":\"a,b\"}]", "[{\"line\":\"a,b,1,2\"}]");
  }

  @Test
  void readsHeaderlessFilesWithLongSeparatorsAndOtherEncodings() throws IOException {
    Path path = folder.resolve("m.dat");
    Files.write(path, "1::Caf\u00e9::A|B\n2::X::\n".getBytes(Charset.forName("ISO-8859-1")));
    Map<String, ColumnMapping> columns = mapping("item_id", "id", "text", "title");
    columns.put("category", new ColumnMapping("genres", null, null, null, "UTC", "|"));
    Source items =
        with(
            Sample.source("csv", path.toString(), columns),
            Map.of("sep", "::", "encoding", "ISO-8859-1"),
            "id",
            "title",
            "genres");
    Source events = csv(file("e.csv", "u,i", "a,1"), "user_id", "u", "item_id", "i");
    Dataset<Row> rows =
        Ingest.read(spark, configuration(new Sources(null, items, List.of(events), null, null)))
            .items();

    assertThat(texts(rows, Items.ITEM_ID, Items.TEXT, Items.CATEGORY))
        .containsExactly("[1,Caf\u00e9,[A, B]]", "[2,X,null]");

    Source short2 = with(items, Map.of("sep", "::", "encoding", "ISO-8859-1"), "id", "title");
    assertThat(
            Ingest.check(
                spark, configuration(new Sources(null, short2, List.of(events), null, null))))
        .singleElement()
        .asString()
        .contains("header names 2 columns but the first line has 3", "Fix sources.items.header");
    assertThat(
            Ingest.check(
                spark,
                configuration(
                    new Sources(
                        null,
                        with(items, Map.of("sep", "::"), "id", "title", "genres"),
                        List.of(events),
                        null,
                        null))))
        .singleElement()
        .asString()
        .contains("holds bytes that are not UTF-8", "sources.items.options.encoding");
  }

  @Test
  void takesHeadersWithNamelessAndRepeatedColumns() throws IOException {
    String path = file("e.csv", ",u,x,i,x", "0,a,1,b,2");
    assertThat(
            texts(
                read(csv(path, "user_id", "u", "item_id", "i", "quantity", "x4")),
                "user_id",
                "item_id",
                "quantity"))
        .containsExactly("[a,b,2.0]");
  }

  @Test
  void leavesSingleBadValuesOfSparseColumnsToCleaning() throws IOException {
    String path = file("e.csv", "u,i,q", "a,b,x", "a,b,");
    assertThat(problems(csv(path, "user_id", "u", "item_id", "i", "quantity", "q"))).isEmpty();
  }

  @Test
  void readsJsonNestedAndTyped() throws IOException {
    String path =
        file(
            "e.jsonl",
            "{\"who\":{\"id\":12},\"sku\":\"i1\",\"n\":1.5,\"tags\":[\"x\",\"y\"]}",
            "{\"who\":{\"id\":\"13\"},\"sku\":\"i2\",\"n\":\"two\"}",
            "{broken");
    Dataset<Row> rows =
        read(
            Sample.source(
                "json", path, mapping("user_id", "who.id", "item_id", "sku", "quantity", "n")));

    assertThat(texts(rows, "user_id", "item_id", "quantity", "_problems"))
        .containsExactlyInAnyOrder(
            "[12,i1,1.5,[]]",
            "[13,i2,null,[{quantity, 'two' is not a number}]]",
            "[null,null,null,[]]");
    assertThat(
            sorted(rows.filter(col("_malformed").isNotNull()).select(to_json(col("_source_row")))))
        .containsExactly("[{\"line\":\"{broken\"}]");
  }

  @Test
  void castsTypedColumnsWhenSane() throws IOException {
    String path = folder.resolve("p").toString();
    spark
        .sql(
            "SELECT 17850.0D AS u, 7L AS i, timestamp'2024-01-01 00:00:00' AS t, 'x' AS q, X'00' AS b,"
                + " 5 AS n")
        .write()
        .parquet(path);
    Dataset<Row> rows =
        read(
            Sample.source(
                "parquet",
                path,
                mapping("user_id", "u", "item_id", "i", "event_at", "t", "order_id", "q")));
    assertThat(texts(rows, "user_id", "item_id", "event_at", "order_id"))
        .containsExactly("[17850,7,2024-01-01 00:00:00,x]");

    assertThat(
            problems(
                Sample.source(
                    "parquet",
                    path,
                    mapping("user_id", "b", "item_id", "i", "event_at", "n", "quantity", "t"))))
        .containsExactlyInAnyOrder(
            "Cannot use '"
                + path
                + "' as events: 'b' has type binary, which cannot be read as text"
                + " (mapped to user_id). Fix sources.events.columns.user_id.",
            "Cannot use '"
                + path
                + "' as events: 'n' has type int, which cannot be read as a time"
                + " (mapped to event_at); for a number give format: epoch-seconds or epoch-millis."
                + " Fix sources.events.columns.event_at.",
            "Cannot use '"
                + path
                + "' as events: 't' has type timestamp, which cannot be read as a"
                + " number (mapped to quantity). Fix sources.events.columns.quantity.");
  }

  @Test
  void evaluatesExpressionsWithoutFailing() throws IOException {
    String path = file("e.csv", "u,i,q,p", "17850.0,b,2,1.25", "c,d,x,1");
    Map<String, ColumnMapping> columns = mapping("item_id", "i");
    columns.put("user_id", expr("regexp_replace(u, '[.]0$', '')"));
    columns.put("amount", expr("q * p"));
    columns.put("event_type", Sample.value("rating"));
    String before = spark.conf().get("spark.sql.ansi.enabled");
    Dataset<Row> rows = read(Sample.source("csv", path, columns));

    assertThat(texts(rows, "user_id", "event_type", "amount"))
        .containsExactly("[17850,rating,2.5]", "[c,rating,null]");
    assertThat(spark.conf().get("spark.sql.ansi.enabled")).isEqualTo(before);
  }

  @Test
  void unitesEventSources() throws IOException {
    Source first = csv(file("a.csv", "u,i", "a,b"), "user_id", "u", "item_id", "i").named("shop");
    Source second =
        csv(file("b.csv", "x,y,z", "c,d,5"), "user_id", "x", "item_id", "y", "value", "z")
            .named("ratings");
    assertThat(texts(read(first, second), "_source", "user_id", "value"))
        .containsExactly("[ratings,c,5.0]", "[shop,a,null]");
  }

  @Test
  void reportsEveryProblemOfEverySource() throws IOException {
    String events = file("purchases.csv", "user,item,ts", "a,b,2024-01-01");
    Map<String, ColumnMapping> columns = mapping("user_id", "usr", "quantity", "qty");
    columns.put("item_id", expr("upper(itm"));
    columns.put("amount", expr("price * 2"));
    columns.put("quantty", ColumnMapping.of("user"));
    columns.put("event_at", time("ts", "yyyy-QQQQQQQQ", "Mars"));
    Sources sources =
        new Sources(
            Sample.csv(folder + "/userz.csv", "user_id", "u"),
            null,
            List.of(Sample.source("csv", events, columns)),
            null,
            Sample.source("nosuchformat", events, mapping("user_id", "a", "item_id", "b")));
    file("users.csv", "u", "a");

    List<String> problems = Ingest.check(spark, configuration(sources));

    String cannot = "Cannot use '" + events + "' as events: ";
    assertThat(problems)
        .contains(
            "Cannot use '"
                + folder
                + "/userz.csv' as users: there is no file '"
                + folder
                + "/userz.csv'; did you mean 'users.csv'?. Fix sources.users.path.",
            cannot
                + "column 'usr' is missing (mapped to user_id); found: user, item, ts (did you mean"
                + " 'user'?). Fix sources.events.columns.user_id.",
            cannot
                + "column 'qty' is missing (mapped to quantity); found: user, item, ts. Fix"
                + " sources.events.columns.quantity.",
            cannot
                + "column 'price' is missing (mapped to amount); found: user, item, ts. Fix"
                + " sources.events.columns.amount.expr.",
            cannot
                + "'Mars' is no time zone such as UTC or Europe/London. Fix"
                + " sources.events.columns.event_at.zone.",
            cannot
                + "'yyyy-QQQQQQQQ' is no datetime pattern such as yyyy-MM-dd HH:mm:ss. Fix"
                + " sources.events.columns.event_at.format.")
        .anyMatch(p -> p.contains("expression 'upper(itm' cannot be used"))
        .anyMatch(p -> p.contains("'quantty' is neither") && p.contains("did you mean 'quantity'?"))
        .anyMatch(p -> p.contains("there is no Spark data source 'nosuchformat'"));
    assertThatThrownBy(() -> Ingest.read(spark, configuration(sources)))
        .isInstanceOfSatisfying(
            InputException.class, e -> assertThat(e.problems()).isEqualTo(problems));
  }

  @Test
  void namesBadFiles() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.csv"));
    String headerOnly = file("header.csv", "u,i");
    Path binary = Files.write(folder.resolve("binary.csv"), new byte[] {'u', ',', 'i', 0, 1, 2});
    Path fake = Files.writeString(folder.resolve("fake.csv.gz"), "u,i\na,b\n".repeat(9));
    Path text = Files.writeString(folder.resolve("text.parquet"), "u,i\na,b\n");
    String dates = file("dates.csv", "u,i,t", "a,b,01/12/2010 08:26", "a,b,13/12/2010 08:26");

    assertThat(problems(csv(empty.toString(), "user_id", "u", "item_id", "i")))
        .containsExactly(
            "Cannot use '"
                + empty
                + "' as events: the file is empty (0 bytes). Fix"
                + " sources.events.path.");
    assertThat(problems(csv(headerOnly, "user_id", "u", "item_id", "i")))
        .containsExactly(
            "Cannot use '"
                + headerOnly
                + "' as events: it is empty (columns but no rows). Fix"
                + " sources.events.path.");
    assertThat(problems(csv(binary.toString(), "user_id", "u", "item_id", "i")))
        .containsExactly(
            "Cannot use '"
                + binary
                + "' as events: 'binary.csv' is a binary file, not text. Fix"
                + " sources.events.path or its format.");
    assertThat(problems(csv(fake.toString(), "user_id", "u", "item_id", "i")))
        .singleElement()
        .asString()
        .contains("'fake.csv.gz' cannot be read", "not a gzip file");
    assertThat(
            problems(
                Sample.source("parquet", text.toString(), mapping("user_id", "u", "item_id", "i"))))
        .singleElement()
        .asString()
        .startsWith("Cannot use '" + text + "' as events: it is not a file of that format (")
        .contains("not a Parquet file");
    assertThat(problems(csv(dates, "user_id", "u", "item_id", "i", "event_at", "t")))
        .containsExactly(
            "Cannot use '"
                + dates
                + "' as events: none of the first 2 values of [t] can be read as a"
                + " time in ISO-8601, for example '13/12/2010 08:26'. Fix"
                + " sources.events.columns.event_at.format.");
  }

  @Test
  void explainsAGzipCutShort() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Random random = new Random(1);
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("u,i\n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 100_000; i++) {
        gzip.write((random.nextLong() + "," + i + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    Path cut = folder.resolve("cut.csv.gz");
    Files.write(cut, Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    Configuration configuration =
        configuration(events(csv(cut.toString(), "user_id", "u", "item_id", "i")));
    Dataset<Row> rows = Ingest.read(spark, configuration).events();

    Throwable failure =
        org.assertj.core.api.Assertions.catchThrowable(
            () -> rows.select(Users.USER_ID, Events.ITEM_ID).collectAsList());

    assertThat(Ingest.explain(failure, configuration).orElseThrow().getMessage())
        .isEqualTo(
            "Cannot use '"
                + cut
                + "' as events: the file is cut short, its data end too early. Fix"
                + " sources.events.path or replace the file.");
    Files.write(cut, Arrays.copyOf(bytes.toByteArray(), 2000));
    assertThat(Ingest.check(spark, configuration))
        .containsExactly(
            "Cannot use '"
                + cut
                + "' as events: 'cut.csv.gz' is cut short: its compressed data end too"
                + " early. Fix sources.events.path.");
  }

  @Test
  void explainsOnlyFailuresOfSources() throws IOException {
    String first = file("a.csv", "u,i", "a,b");
    Configuration configuration =
        configuration(events(csv(folder + "/*.csv", "user_id", "u", "item_id", "i")));
    Dataset<Row> rows = Ingest.read(spark, configuration).events();
    Files.delete(Path.of(first));
    Throwable failure = org.assertj.core.api.Assertions.catchThrowable(rows::collectAsList);
    assertThat(Ingest.explain(failure, configuration).orElseThrow().getMessage())
        .contains("a.csv", "the file went missing during the run");

    file("a.csv", "u,i", "a,b");
    file("b.csv", "i,u", "b,a");
    Throwable swapped =
        org.assertj.core.api.Assertions.catchThrowable(
            () -> Ingest.read(spark, configuration).events().collectAsList());
    assertThat(Ingest.explain(swapped, configuration).orElseThrow().getMessage())
        .contains("header differs");

    assertThat(Ingest.explain(new IllegalStateException("bug"), configuration)).isEmpty();
    assertThat(Ingest.explain(new IOException("file:/tmp/elsewhere/x.parquet"), configuration))
        .isEmpty();
  }
}
