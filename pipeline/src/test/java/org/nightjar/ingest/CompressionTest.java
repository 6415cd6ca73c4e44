package org.nightjar.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.apache.spark.SparkConf;
import org.apache.spark.io.ZStdCompressionCodec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nightjar.SparkTest;
import org.nightjar.config.Source;

/** Text files by the end of their name, and what is in them. */
class CompressionTest extends SparkTest {
  private static final int ROWS = 3000;
  private static final byte[] TEXT = text();

  @TempDir Path folder;

  private static byte[] text() {
    StringBuilder text = new StringBuilder("u,i\n");
    for (int i = 0; i < ROWS; i++) {
      text.append("user").append(i).append(",item").append(i % 7).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Opens a stream that packs what is written to it. */
  private interface Packer {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] packed(Packer packer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = packer.over(bytes)) {
      out.write(TEXT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] packed(String form) {
    return switch (form) {
      case "gzip" -> packed(GZIPOutputStream::new);
      case "deflate" -> packed(DeflaterOutputStream::new);
      case "bzip2" ->
          packed(
              out -> {
                BZip2Codec codec = new BZip2Codec();
                codec.setConf(spark.sparkContext().hadoopConfiguration());
                return codec.createOutputStream(out);
              });
      case "zstd" ->
          packed(out -> new ZStdCompressionCodec(new SparkConf()).compressedOutputStream(out));
      case "plain" -> TEXT;
      default -> throw new IllegalArgumentException(form);
    };
  }

  private static String formOf(String name) {
    String folded = name.toLowerCase(java.util.Locale.ROOT);
    if (folded.endsWith("gz") || folded.endsWith("gzip")) {
      return "gzip";
    }
    if (folded.endsWith("bz2")) {
      return "bzip2";
    }
    return folded.contains("zst") ? "zstd" : folded.endsWith("deflate") ? "deflate" : "plain";
  }

  private Source source(String name, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    return Sample.csv(file.toString(), "user_id", "u", "item_id", "i");
  }

  private static List<String> problems(Source source) {
    return Ingest.check(spark, Sample.configuration(Sample.events(source)));
  }

  private static long rows(Source source) {
    return Ingest.read(spark, Sample.configuration(Sample.events(source)))
        .events()
        .filter("user_id RLIKE '^user[0-9]+$' AND _malformed IS NULL")
        .count();
  }

  @BeforeEach
  void smallSplits() {
    spark.conf().set("spark.sql.files.maxPartitionBytes", "4096");
    spark.conf().set("spark.sql.files.openCostInBytes", "0");
  }

  @org.junit.jupiter.api.AfterEach
  void usualSplits() {
    spark.conf().unset("spark.sql.files.maxPartitionBytes");
    spark.conf().unset("spark.sql.files.openCostInBytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "e.csv",
        "e.csv.gz",
        "e.csv.gzip",
        "e.csv.GZ",
        "e.csv.Gzip",
        "e.csv.bz2",
        "e.csv.zst",
        "e.csv.zstd",
        "e.csv.ZSTD",
        "e.csv.deflate",
        "e.csv.xz",
        "e.csv.Z"
      })
  void readsFilesByTheEndOfTheirName(String name) throws IOException {
    // Beyond one split, since Spark takes .gzip and .zstd for divisible. What Spark does not know
    // by
    // its name (.xz, .Z) is plain text.
    Source source = source(name, packed(formOf(name)));
    assertThat(problems(source)).isEmpty();
    assertThat(rows(source)).isEqualTo(ROWS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lz4", "snappy"})
  void readsWhatSparkItselfPacks(String codec) {
    Path written = folder.resolve(codec);
    spark
        .range(ROWS)
        .selectExpr("concat('user', id) AS u", "concat('item', id % 7) AS i")
        .coalesce(1)
        .write()
        .option("header", true)
        .option("compression", codec)
        .csv(written.toString());
    Source source = Sample.csv(written.toString(), "user_id", "u", "item_id", "i");
    assertThat(problems(source)).isEmpty();
    assertThat(rows(source)).isEqualTo(ROWS);
  }

  @Test
  void saysSoWhereNameAndContentDiffer() throws IOException {
    byte[] frame = {0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 1, 2, 3, 4, 5, 6};
    byte[] snappy = "\u00ff\u0006\u0000\u0000sNaPpY12345".getBytes(StandardCharsets.ISO_8859_1);
    byte[] xz = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 4, 1, 2, 3, 4};
    Map<String, String> expected =
        Map.ofEntries(
            Map.entry(
                "gzip e.csv",
                "'e.csv' is compressed with gzip, but its name does not say so; rename it to end in .gz"),
            Map.entry(
                "bzip2 f.csv",
                "'f.csv' is compressed with bzip2, but its name does not say so; rename it to end in .bz2"),
            Map.entry(
                "zstd g.csv",
                "'g.csv' is compressed with zstd, but its name does not say so; rename it to end in .zst"),
            Map.entry(
                "plain h.csv.gz",
                "'h.csv.gz' cannot be read: its name says gzip, but it is not a gzip file"),
            Map.entry(
                "plain h.csv.gzip",
                "'h.csv.gzip' cannot be read: its name says gzip, but it is not a gzip file"),
            Map.entry("plain h.csv.bz2", "its name says bzip2, but it is not a bzip2 file"),
            Map.entry("plain h.csv.zst", "its name says zstd, but it is not a zstd file"),
            Map.entry("plain h.csv.zstd", "its name says zstd, but it is not a zstd file"),
            Map.entry("plain h.csv.deflate", "its name says deflate, but it is not a deflate file"),
            Map.entry(
                "plain h.csv.lz4",
                "its name says lz4, but it is not a lz4 file in Hadoop's blocks"),
            Map.entry(
                "plain h.csv.snappy",
                "its name says snappy, but it is not a snappy file in Hadoop's blocks"),
            Map.entry(
                "zstd k.csv.gz",
                "its name says gzip, but it is not a gzip file, it is zstd; give it the name that fits"));
    for (var entry : expected.entrySet()) {
      String[] form = entry.getKey().split(" ", 2);
      assertThat(problems(source(form[1], packed(form[0]))))
          .as(entry.getKey())
          .singleElement()
          .asString()
          .contains(entry.getValue())
          .contains("Fix sources.events.path.");
    }
    // Their lengths would be taken for gigabytes.
    assertThat(problems(source("l.csv.lz4", frame)))
        .singleElement()
        .asString()
        .contains(
            "it is lz4 (frames, as the tool lz4 writes them); unpack it, or compress it with gzip");
    assertThat(problems(source("l.csv.snappy", snappy)))
        .singleElement()
        .asString()
        .contains("it is snappy (frames); unpack it");
    assertThat(problems(source("l.csv", xz)))
        .singleElement()
        .asString()
        .contains("'l.csv' is compressed with xz, which Spark cannot read; unpack it");
    assertThat(problems(source("m.csv.xz", xz)))
        .singleElement()
        .asString()
        .contains("is compressed with xz, which Spark cannot read");
  }

  @Test
  void saysSoOfAFileCutShort() throws IOException {
    byte[] whole = packed("zstd");
    Source source = source("cut.csv.zst", java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThat(problems(source))
        .singleElement()
        .asString()
        .contains("'cut.csv.zst'")
        .contains("cut short");
  }

  @Test
  void looksAtTheFirstFileOfEachSuffixHoweverManyThereAre() throws IOException {
    for (int i = 0; i < 25; i++) {
      Files.write(folder.resolve(String.format("a%02d.csv", i)), TEXT);
    }
    Files.write(folder.resolve("z.csv.bz2"), TEXT);
    assertThat(problems(Sample.csv(folder.toString(), "user_id", "u", "item_id", "i")))
        .singleElement()
        .asString()
        .contains("'z.csv.bz2' cannot be read: its name says bzip2");
  }
}
