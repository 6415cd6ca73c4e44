package org.nightjar.run;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.Source;
import org.nightjar.ingest.Compression;

/**
 * How large sources are, told cheaply: text files by the length of the lines at their beginning,
 * other formats by Spark's count, which for Parquet and ORC reads the footers alone.
 */
final class InputVolumes {
  private static final String CSV = "csv";
  private static final Set<String> TEXT = Set.of(CSV, "json", "text");
  private static final String HEADER = "header";

  /** Of each of at most so many files, so much is read, uncompressed. */
  private static final int HEADS = 5;

  private static final int HEAD_BYTES = 1 << 20;

  private final SparkSession spark;
  private final Configuration hadoop;

  InputVolumes(SparkSession spark) {
    this.spark = spark;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  Plan.Input of(String name, Source source) {
    try {
      List<FileStatus> files = files(source);
      long bytes = files.stream().mapToLong(FileStatus::getLen).sum();
      if (isLines(source)) {
        long lines = linesByHeads(files, bytes) - (hasHeader(source) ? files.size() : 0);
        return new Plan.Input(
            name, files.size(), bytes, Math.max(0, lines), "estimated from heads of files");
      }
      return new Plan.Input(
          name, files.size(), bytes, rows(source), files.isEmpty() ? "counted" : "from footers");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLines(Source source) {
    return source.table() == null
        && TEXT.contains(source.format().toLowerCase(Locale.ROOT))
        && !source.options().containsKey("multiLine");
  }

  /** As ingest reads CSV: there is a header unless the names are given. */
  private static boolean hasHeader(Source source) {
    return source.format().equalsIgnoreCase(CSV)
        && Boolean.parseBoolean(
            source.options().getOrDefault(HEADER, Boolean.toString(source.header().isEmpty())));
  }

  private long rows(Source source) {
    return (source.table() != null
            ? spark.table(source.table())
            : spark
                .read()
                .format(source.format())
                .options(source.options())
                .load(source.path().toArray(String[]::new)))
        .count();
  }

  private List<FileStatus> files(Source source) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    for (String path : source.path()) {
      Path glob = new Path(path);
      FileSystem system = glob.getFileSystem(hadoop);
      FileStatus[] matches = system.globStatus(glob);
      for (FileStatus match : matches == null ? new FileStatus[0] : matches) {
        RemoteIterator<LocatedFileStatus> inside = system.listFiles(match.getPath(), true);
        while (inside.hasNext()) {
          LocatedFileStatus file = inside.next();
          String name = file.getPath().getName();
          if (!name.startsWith("_") && !name.startsWith(".")) {
            files.add(file);
          }
        }
      }
    }
    return files;
  }

  private long linesByHeads(List<FileStatus> files, long bytes) throws IOException {
    long lines = 0;
    long read = 0;
    int step = Math.max(1, files.size() / HEADS);
    for (int at = 0; at < files.size(); at += step) {
      Head head = head(files.get(at));
      lines += head.lines();
      read += head.bytes();
    }
    return read == 0 ? 0 : Math.round((double) lines / read * bytes);
  }

  /**
   * The beginning of a file.
   *
   * @param lines in it
   * @param bytes that it takes as stored
   */
  private record Head(long lines, long bytes) {}

  private Head head(FileStatus file) throws IOException {
    if (Compression.mismatch(hadoop, file).isPresent()) { // ingest refuses it
      return new Head(0, file.getLen());
    }
    try (FSDataInputStream raw = file.getPath().getFileSystem(hadoop).open(file.getPath())) {
      Optional<InputStream> unpacked = Compression.unpacked(hadoop, file.getPath(), raw);
      InputStream plain = unpacked.orElseGet(() -> new BufferedInputStream(raw));
      byte[] head = plain.readNBytes(HEAD_BYTES);
      boolean whole = head.length < HEAD_BYTES;
      long lines = whole && head.length > 0 && head[head.length - 1] != '\n' ? 1 : 0;
      for (byte one : head) {
        lines += one == '\n' ? 1 : 0;
      }
      long stored = unpacked.isEmpty() ? head.length : raw.getPos();
      return new Head(lines, whole ? file.getLen() : Math.min(stored, file.getLen()));
    }
  }
}
