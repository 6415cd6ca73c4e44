package org.nightjar.ingest;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.io.compress.ZStandardCodec;
import org.apache.spark.SparkConf;
import org.apache.spark.io.ZStdCompressionCodec;
import org.apache.spark.sql.execution.datasources.CodecStreams;

/**
 * How text files are compressed. Spark goes by the end of the name, whatever the letter case; the
 * first bytes of a file show what it really is.
 */
public final class Compression {
  /** Read option, and Hadoop setting, that names codecs beyond those that Hadoop finds. */
  static final String CODECS = "io.compression.codecs";

  private static final String OWN = GzipFile.class.getName() + "," + ZstdFile.class.getName();
  private static final int MAGIC_BYTES = 10;

  /** The length of a block and of its first chunk, before the chunk. */
  private static final int BLOCK_HEADER_BYTES = 8;

  /** Forms that can be told by a file's first bytes. */
  private enum Form {
    GZIP("gzip", ".gz", "\u001f\u008b"),
    BZIP2("bzip2", ".bz2", "BZh"),
    ZSTD("zstd", ".zst", "(\u00b5/\u00fd"),
    LZ4("lz4 (frames, as the tool lz4 writes them)", null, "\u0004\"M\u0018"),
    LZ4_OLD("lz4 (the tool's old format)", null, "\u0002!L\u0018"),
    SNAPPY("snappy (frames)", null, "\u00ff\u0006\u0000\u0000sNaPpY"),
    XZ("xz", null, "\u00fd7zXZ\u0000"),
    ZIP("zip", null, "PK\u0003\u0004"),
    SEVEN_ZIP("7z", null, "7z\u00bc\u00af'\u001c"),
    COMPRESS("compress (.Z)", null, "\u001f\u009d"),
    LZOP("lzop", null, "\u0089LZO");

    private final String noun;

    /** The suffix by which Spark reads it; null if it does not. */
    private final String suffix;

    /** The first bytes, as characters. */
    private final String magic;

    Form(String noun, String suffix, String magic) {
      this.noun = noun;
      this.suffix = suffix;
      this.magic = magic;
    }

    private boolean begins(byte[] start) {
      return new String(start, StandardCharsets.ISO_8859_1).startsWith(magic);
    }

    private static Optional<Form> of(byte[] start) {
      return Arrays.stream(values()).filter(form -> form.begins(start)).findFirst();
    }
  }

  private Compression() {}

  /** Whether Spark reads a file of that name only with {@link #CODECS}. */
  static boolean needsCodecs(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return folded.endsWith(".gzip") || folded.endsWith(".zstd");
  }

  /** Adds the read option by which Spark knows the codecs of {@code .gzip} and {@code .zstd}. */
  static void addCodecs(Configuration hadoop, Map<String, String> options) {
    String known = options.getOrDefault(CODECS, hadoop.get(CODECS, "")).strip();
    options.put(CODECS, known.isEmpty() ? OWN : known + "," + OWN);
  }

  private static Configuration withCodecs(Configuration hadoop) {
    Configuration with = new Configuration(hadoop);
    String known = hadoop.get(CODECS, "").strip();
    with.set(CODECS, known.isEmpty() ? OWN : known + "," + OWN);
    return with;
  }

  private static CompressionCodec codec(Configuration hadoop, Path file) {
    return new CompressionCodecFactory(withCodecs(hadoop)).getCodec(file);
  }

  /**
   * A file's text, unpacked as Spark does it.
   *
   * @throws IOException when the file cannot be read or its data are damaged
   */
  static InputStream open(Configuration hadoop, Path file) throws IOException {
    return CodecStreams.createInputStream(withCodecs(hadoop), file);
  }

  /**
   * A file's text from its opened bytes, for who asks them how far they were read. Zstandard is
   * unpacked by Spark's library, also where Spark itself does not read such files.
   *
   * @throws IOException when the data are damaged
   */
  public static Optional<InputStream> unpacked(Configuration hadoop, Path file, InputStream raw)
      throws IOException {
    CompressionCodec codec = codec(hadoop, file);
    if (codec == null) {
      return Optional.empty();
    }
    return Optional.of(
        codec instanceof ZStandardCodec
            ? new ZStdCompressionCodec(new SparkConf(false)).compressedInputStream(raw)
            : codec.createInputStream(raw));
  }

  /** Name of the compression that the file's name stands for; empty for a plain file. */
  static Optional<String> named(Configuration hadoop, Path file) {
    CompressionCodec codec = codec(hadoop, file);
    if (codec == null) {
      return Optional.empty();
    }
    String suffix = codec.getDefaultExtension();
    return Optional.of(
        Arrays.stream(Form.values())
            .filter(form -> suffix.equals(form.suffix))
            .findFirst()
            .map(form -> form.noun)
            .orElse(
                switch (suffix) {
                  case ".gzip" -> Form.GZIP.noun;
                  case ".zstd" -> Form.ZSTD.noun;
                  default -> suffix.substring(1);
                }));
  }

  /**
   * Why a file's name and its first bytes do not go together, as a clause with what to do; empty
   * when they do.
   *
   * @throws IOException when the file cannot be opened
   */
  public static Optional<String> mismatch(Configuration hadoop, FileStatus file)
      throws IOException {
    byte[] start;
    try (InputStream raw = file.getPath().getFileSystem(hadoop).open(file.getPath())) {
      start = raw.readNBytes(MAGIC_BYTES);
    }
    Optional<Form> form = Form.of(start);
    Optional<String> named = named(hadoop, file.getPath());
    if (named.isEmpty()) {
      return form.map(
          f ->
              f.suffix == null
                  ? "is compressed with " + f.noun + ", which Spark cannot read; " + repack()
                  : String.format(
                      Locale.ROOT,
                      "is compressed with %s, but its name does not say so; rename it to end in %s",
                      f.noun,
                      f.suffix));
    }
    boolean fits =
        switch (named.get()) {
          case "gzip", "bzip2" -> form.isPresent() && form.get().noun.equals(named.get());
          case "zstd" -> form.equals(Optional.of(Form.ZSTD)) || isSkippable(start);
          case "deflate" -> isZlib(start);
          case "lz4", "snappy" -> form.isEmpty() && isBlock(start, file.getLen());
          default -> true;
        };
    if (fits) {
      return Optional.empty();
    }
    String found = form.map(f -> ", it is " + f.noun).orElse("");
    String remedy =
        List.of("lz4", "snappy").contains(named.get())
            ? " in Hadoop's blocks, the only form of it that Spark reads" + found + "; " + repack()
            : found + "; give it the name that fits, or replace it";
    return Optional.of(
        String.format(
            Locale.ROOT,
            "cannot be read: its name says %s, but it is not a %s file%s",
            named.get(),
            named.get(),
            remedy));
  }

  /** What to do about a file in a form that cannot be read. */
  static String repack() {
    return "unpack it, or compress it with gzip (.gz) or bzip2 (.bz2)";
  }

  /** A frame of Zstandard that holds no data; others follow. */
  private static boolean isSkippable(byte[] start) {
    return start.length >= 4
        && (start[0] & 0xf0) == 0x50
        && start[1] == 0x2a
        && start[2] == 0x4d
        && start[3] == 0x18;
  }

  private static boolean isZlib(byte[] start) {
    return start.length >= 2
        && (start[0] & 0x0f) == 8
        && (((start[0] & 0xff) << 8) | (start[1] & 0xff)) % 31 == 0;
  }

  /**
   * Whether the bytes can be Hadoop's block of a length and a first chunk within the file. Its
   * codecs take other bytes for lengths and ask for that much memory.
   */
  private static boolean isBlock(byte[] start, long fileBytes) throws IOException {
    if (start.length < BLOCK_HEADER_BYTES) {
      return false;
    }
    try (DataInputStream lengths =
        new DataInputStream(new ByteArrayInputStream(start, 0, BLOCK_HEADER_BYTES))) {
      int block = lengths.readInt();
      int chunk = lengths.readInt();
      return block > 0 && chunk > 0 && chunk <= fileBytes - BLOCK_HEADER_BYTES;
    }
  }
}
