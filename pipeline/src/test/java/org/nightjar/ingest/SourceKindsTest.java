package org.nightjar.ingest;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nightjar.ingest.Sample.configuration;
import static org.nightjar.ingest.Sample.events;
import static org.nightjar.ingest.Sample.expr;
import static org.nightjar.ingest.Sample.mapping;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.SparkTest;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.Source;
import org.nightjar.config.Sources;

/** Sources as people have them: late fields, partition folders, encodings, types beyond Spark's. */
class SourceKindsTest extends SparkTest {
  @TempDir Path folder;

  private Path file(String name, Charset charset, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, (String.join("\n", lines) + "\n").getBytes(charset));
  }

  private Path file(String name, String... lines) throws IOException {
    return file(name, StandardCharsets.UTF_8, lines);
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

  private static Source json(Path path, String... columns) {
    return Sample.source("json", path.toString(), mapping(columns));
  }

  private static List<String> problems(Source source) {
    return Ingest.check(spark, configuration(events(source)));
  }

  private static Ingested ingested(Source source) {
    return Ingest.read(spark, configuration(events(source)));
  }

  private static List<String> read(Source source, String... columns) {
    return texts(ingested(source).events(), columns);
  }

  private static List<String> texts(Dataset<Row> rows, String... columns) {
    return sorted(
        rows.select(
            Arrays.stream(columns)
                .map(c -> col(c).cast("string"))
                .toArray(org.apache.spark.sql.Column[]::new)));
  }

  /** So many rows of u and i, then others. */
  private Path manyThen(String name, int rows, String... last) throws IOException {
    String[] lines = new String[rows + last.length];
    Arrays.fill(lines, 0, rows, "{\"u\":\"a\",\"i\":\"b\"}");
    System.arraycopy(last, 0, lines, rows, last.length);
    return file(name, lines);
  }

  @Test
  void readsJsonFieldsThatFirstOccurLate() throws IOException {
    Path path =
        manyThen(
            "late.json",
            10_000,
            "{\"u\":\"a\",\"i\":\"b\",\"order\":\"o1\",\"paid\":{\"sum\":{\"eur\":2.5}},\"n\":3}");
    Map<String, ColumnMapping> columns =
        mapping("user_id", "u", "item_id", "i", "order_id", "order", "amount", "paid.sum.eur");
    columns.put("quantity", expr("n * 2"));
    columns.put("session_id", expr("context.session"));
    Source source = Sample.source("json", path.toString(), columns);

    assertThat(problems(source)).isEmpty();
    Ingested ingested = ingested(source);
    assertThat(
            texts(
                ingested.events().filter("order_id IS NOT NULL"), "order_id", "amount", "quantity"))
        .containsExactly("[o1,2.5,6.0]");
    assertThat(ingested.events().count()).isEqualTo(10_001);
    assertThat(ingested.unseen())
        .extracting(UnseenColumn::column)
        .containsExactlyInAnyOrder("order_id", "amount", "quantity", "session_id");
    UnseenColumn session =
        ingested.unseen().stream()
            .filter(u -> u.column().equals("session_id"))
            .findFirst()
            .orElseThrow();
    assertThat(ingested.events().agg(session.valueCount()).head().getLong(0)).isZero();
    assertThat(session.isMistyped()).isFalse();
    assertThat(session.message())
        .isEqualTo(
            "Cannot use '"
                + path
                + "' as events: no row has column 'context.session' (mapped to session_id); found:"
                + " i, u. Fix sources.events.columns.session_id.");
  }

  @Test
  void stillFindsMistypedJsonFields() throws IOException {
    Path small = file("small.json", "{\"user\":\"a\",\"item\":\"b\",\"order\":\"o\"}");
    assertThat(problems(json(small, "user_id", "usr", "item_id", "item")))
        .singleElement()
        .asString()
        .contains("column 'usr' is missing", "did you mean 'user'?");
    assertThat(problems(json(small, "user_id", "user", "item_id", "item", "order_id", "ordr")))
        .singleElement()
        .asString()
        .contains(
            "column 'ordr' is missing (mapped to order_id); found: item, order, user (did you mean"
                + " 'order'?); where all rows may leave it out, map it with expr: ordr");
    Path large = manyThen("large.json", 10_000);
    assertThat(problems(json(large, "user_id", "usr", "item_id", "i")))
        .singleElement()
        .asString()
        .contains("column 'usr' is missing");
    UnseenColumn unseen =
        ingested(json(large, "user_id", "u", "item_id", "i", "order_id", "ii")).unseen().get(0);
    assertThat(unseen.isMistyped()).isTrue();
    assertThat(unseen.message()).contains("no row has column 'ii'", "did you mean 'i'?");
  }

  @Test
  void readsJsonFieldsWhoseTypeDiffersFromRowToRow() throws IOException {
    Path path =
        file(
            "drift.json",
            "{\"u\":{\"id\":1},\"i\":5,\"o\":{\"x\":1},\"cat\":[\"A\",\"B\"]}",
            "{\"u\":\"bob\",\"i\":\"6\",\"o\":7,\"cat\":\"C\"}",
            "{\"u\":{\"id\":\"3\"},\"i\":7.5,\"o\":[1,2],\"cat\":null}");
    assertThat(read(json(path, "user_id", "u.id", "item_id", "i"), "user_id", "item_id"))
        .containsExactlyInAnyOrder("[1,5]", "[null,6]", "[3,7.5]");
    Path events = file("e.json", "{\"u\":\"a\",\"i\":\"5\"}");
    Source items = json(path, "item_id", "i", "category", "cat");
    assertThat(
            texts(
                Ingest.read(
                        spark,
                        configuration(
                            new Sources(
                                null,
                                items,
                                List.of(json(events, "user_id", "u", "item_id", "i")),
                                null,
                                null)))
                    .items(),
                "item_id",
                "category",
                "_malformed"))
        .containsExactlyInAnyOrder("[5,[A, B],null]", "[6,[C],null]", "[7.5,null,null]");

    // Unmapped fields may hold anything, beyond the rows that tell the fields as well.
    Path late = manyThen("other.json", 10_000, "{\"u\":\"z\",\"i\":\"b\",\"x\":{\"y\":[1]}}");
    assertThat(
            ingested(json(late, "user_id", "u", "item_id", "i"))
                .events()
                .filter("user_id IS NULL")
                .count())
        .isZero();
  }

  @Test
  void readsJsonAndCsvInPartitionFolders() throws IOException {
    file("j/month=01/a.json", "{\"u\":\"a\",\"i\":\"b\"}");
    file("j/month=2024-02/a.json", "{\"u\":\"c\",\"i\":\"d\"}");
    Source json = json(folder.resolve("j"), "user_id", "u", "item_id", "i", "order_id", "month");
    assertThat(problems(json)).isEmpty();
    assertThat(read(json, "user_id", "item_id", "order_id"))
        .containsExactly("[a,b,01]", "[c,d,2024-02]");
    assertThat(read(json(folder.resolve("j"), "user_id", "u", "item_id", "i"), "user_id"))
        .containsExactly("[a]", "[c]");
    assertThat(
            problems(
                json(folder.resolve("j"), "user_id", "u", "item_id", "i", "order_id", "months")))
        .singleElement()
        .asString()
        .contains("found: i, u, month (did you mean 'month'?)");

    file("c/month=01/a.csv", "a,b");
    file("c/month=2024-02/a.csv", "c,d");
    Source csv =
        Sample.csv(
            folder.resolve("c").toString(), "user_id", "u", "item_id", "i", "order_id", "month");
    for (Source headerless :
        List.of(with(csv, Map.of(), "u", "i"), with(csv, Map.of(), "u", "i", "month"))) {
      assertThat(problems(headerless)).isEmpty();
      assertThat(read(headerless, "user_id", "item_id", "order_id"))
          .containsExactly("[a,b,01]", "[c,d,2024-02]");
    }
    assertThat(problems(with(csv, Map.of(), "u", "i", "x")))
        .singleElement()
        .asString()
        .contains("header names 3 columns but the first line has 2 (separator ',')");
  }

  @Test
  void infersJsonWithTheReadOptions() throws IOException {
    file("o/a.json", "{\"u\":\"a\",\"i\":\"b\",\"q\":1}");
    file("o/a.other", "{\"u\":{\"x\":1},\"i\":[1],\"w\":1}");
    Source globbed =
        with(
            json(folder.resolve("o"), "user_id", "u", "item_id", "i"),
            Map.of("pathGlobFilter", "*.json"));
    assertThat(problems(globbed)).isEmpty();
    assertThat(read(globbed, "user_id", "item_id")).containsExactly("[a,b]");

    Path utf16 =
        file(
            "u16.json",
            StandardCharsets.UTF_16LE,
            "{\"u\":\"Ren\u00e9\",\"i\":\"b\"}",
            "{\"u\":\"c\",\"i\":\"d\"}");
    Source source = json(utf16, "user_id", "u", "item_id", "i");
    assertThat(read(with(source, Map.of("encoding", "UTF-16LE")), "user_id", "item_id"))
        .containsExactly("[Ren\u00e9,b]", "[c,d]");
    assertThat(problems(with(source, Map.of("encoding", "UTF-16"))))
        .singleElement()
        .asString()
        .contains(
            "only if the order of its bytes is named", "options.encoding (UTF-16LE or UTF-16BE)");
    Path latin = file("l1.json", StandardCharsets.ISO_8859_1, "{\"u\":\"Ren\u00e9\",\"i\":\"b\"}");
    assertThat(
            read(
                with(json(latin, "user_id", "u", "item_id", "i"), Map.of("encoding", "ISO-8859-1")),
                "user_id"))
        .containsExactly("[Ren\u00e9]");
  }

  @Test
  void marksWhatIsNotInItsEncodingHoweverLate() throws IOException {
    String[] lines = new String[6000];
    Arrays.fill(lines, "anna,product-1,2024-01-01,plain");
    lines[0] = "u,i,t,c";
    lines[5990] = "Ren\u00e9,product-1,2024-01-01,plain";
    lines[5991] = "Ren\u00e8,product-1,2024-01-01,plain";
    lines[5992] = "anna,caf\u00e9,2024-01-01,plain";
    lines[5993] = "anna,product-1,2024-01-01,caf\u00e9";
    Path csv = file("late.csv", StandardCharsets.ISO_8859_1, lines);
    Map<String, ColumnMapping> columns =
        mapping("item_id", "i", "event_at", "t", "session_id", "c");
    columns.put("user_id", expr("sha2(u, 256)"));
    Source source = Sample.source("csv", csv.toString(), columns);
    assertThat(problems(source)).isEmpty();
    assertThat(texts(ingested(source).events().filter("size(_undecoded) > 0"), "_undecoded"))
        .containsExactly("[[item_id]]", "[[session_id]]", "[[user_id]]", "[[user_id]]");

    for (int i = 0; i < lines.length; i++) {
      String[] cells = lines[i].split(",", -1);
      lines[i] = "{\"u\":\"" + cells[0] + "\",\"i\":\"" + cells[1] + "\"}";
    }
    Path json = file("late.json", StandardCharsets.ISO_8859_1, lines);
    Source ofJson = json(json, "user_id", "u", "item_id", "i");
    assertThat(
            texts(
                ingested(ofJson).events().filter("size(_undecoded) > 0"),
                "_undecoded",
                "_source_row"))
        .containsExactly(
            "[[line],{line -> {\"u\":\"Ren\ufffd\",\"i\":\"product-1\"}}]",
            "[[line],{line -> {\"u\":\"Ren\ufffd\",\"i\":\"product-1\"}}]",
            "[[line],{line -> {\"u\":\"anna\",\"i\":\"caf\ufffd\"}}]");
    // JSON in UTF-8 tells a replacement character that stands in it from others.
    Path written = file("u8.json", "{\"u\":\"x\ufffd\",\"i\":\"\\ufffd\"}");
    assertThat(read(json(written, "user_id", "u", "item_id", "i"), "user_id", "_undecoded"))
        .containsExactly("[x\ufffd,[]]");
  }

  @Test
  void namesAnOpenQuoteInTheFirstLine() throws IOException {
    Path path = file("quote.csv", "\"u,i", "a,b", "c,d");
    Source source = Sample.csv(path.toString(), "user_id", "u", "item_id", "i");
    String expected = "the first line of 'quote.csv' opens a quote and does not close it";
    assertThat(problems(source)).singleElement().asString().contains(expected);
    assertThat(problems(with(source, Map.of(), "u", "i")))
        .singleElement()
        .asString()
        .contains(expected);
    assertThat(problems(with(source, Map.of("quote", ""), "u", "i"))).isEmpty();
    Path sound = file("sound.csv", "\"u\",\"i \"\"x\"\", y\",5\"", "a,b,c");
    assertThat(problems(Sample.csv(sound.toString(), "user_id", "u", "item_id", "i \"x\", y")))
        .isEmpty();
  }

  private Path parquet(String name, String schema, java.util.function.Consumer<SimpleGroup> fill)
      throws IOException {
    MessageType type = MessageTypeParser.parseMessageType(schema);
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (var writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toString()))
            .withType(type)
            .build()) {
      SimpleGroup row = new SimpleGroup(type);
      fill.accept(row);
      writer.write(row);
    }
    return file;
  }

  @Test
  void readsParquetBesideColumnsOfTypesThatSparkCannotRead() throws IOException {
    Path path =
        parquet(
            "p/day=05/n.parquet",
            "message m { required binary u (STRING); required binary i (STRING);"
                + " required int64 ts (TIMESTAMP(NANOS,true));"
                + " required fixed_len_byte_array(16) id (UUID);"
                + " required group g { required int64 x (TIMESTAMP(NANOS,false)); } }",
            row -> {
              row.append("u", "a").append("i", "b").append("ts", 1_700_000_000_123_456_789L);
              row.append("id", Binary.fromConstantByteArray(new byte[16]));
              row.addGroup("g").append("x", 5L);
            });
    String folders = path.getParent().getParent().toString();
    Source source =
        Sample.source(
            "parquet", folders, mapping("user_id", "u", "item_id", "i", "quantity", "day"));
    assertThat(problems(source)).isEmpty();
    assertThat(read(source, "user_id", "item_id", "quantity")).containsExactly("[a,b,5.0]");
    assertThat(
            problems(
                Sample.source(
                    "parquet",
                    folders,
                    mapping("user_id", "id", "item_id", "i", "event_at", "ts"))))
        .hasSize(2)
        .anyMatch(
            p ->
                p.contains("column 'id' (mapped to user_id) is of a type that Spark cannot read")
                    && p.contains("UUID"))
        .anyMatch(
            p ->
                p.contains(
                    "set spark.sql.legacy.parquet.nanosAsLong to true in the section 'spark', and map"
                        + " it with expr: timestamp_micros(ts DIV 1000)"));
    // The advice.
    spark.conf().set("spark.sql.legacy.parquet.nanosAsLong", "true");
    try {
      Map<String, ColumnMapping> columns = mapping("user_id", "u", "item_id", "i");
      columns.put("event_at", expr("timestamp_micros(ts DIV 1000)"));
      assertThat(read(Sample.source("parquet", folders, columns), "event_at"))
          .containsExactly("[2023-11-14 22:13:20.123456]");
    } finally {
      spark.conf().unset("spark.sql.legacy.parquet.nanosAsLong");
    }
  }

  @Test
  void readsParquetFilesOfDifferentColumns() {
    String path = folder.resolve("d").toString();
    spark.sql("SELECT 'a' AS u, 'b' AS i").write().parquet(path);
    spark.sql("SELECT 'c' AS u, 'd' AS i, 'o' AS late").write().mode("append").parquet(path);
    for (String column : List.of("late", "LATE")) {
      assertThat(
              read(
                  Sample.source(
                      "parquet", path, mapping("user_id", "u", "item_id", "i", "order_id", column)),
                  "user_id",
                  "order_id"))
          .containsExactly("[a,null]", "[c,o]");
    }
    assertThat(
            problems(
                Sample.source(
                    "parquet", path, mapping("user_id", "u", "item_id", "i", "order_id", "latte"))))
        .singleElement()
        .asString()
        .contains("column 'latte' is missing", "did you mean 'late'?");
  }

  @Test
  void namesTheRemedyForFieldsThatDifferByCase() {
    String path = folder.resolve("cs").toString();
    spark.conf().set("spark.sql.caseSensitive", "true");
    try {
      spark.sql("SELECT 'a' AS u, 'b' AS i, 'c' AS U").write().parquet(path);
      Source source = Sample.source("parquet", path, mapping("user_id", "U", "item_id", "i"));
      spark.conf().set("spark.sql.caseSensitive", "false");
      assertThat(problems(source))
          .singleElement()
          .asString()
          .contains(
              "names differ by letter case only",
              "set spark.sql.caseSensitive to true in the section 'spark'");
      spark.conf().set("spark.sql.caseSensitive", "true");
      assertThat(read(source, "user_id", "item_id")).containsExactly("[c,b]");
    } finally {
      spark.conf().unset("spark.sql.caseSensitive");
    }
  }
}
