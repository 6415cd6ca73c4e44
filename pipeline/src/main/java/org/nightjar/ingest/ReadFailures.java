package org.nightjar.ingest;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;
import org.nightjar.InputException;
import org.nightjar.config.Secrets;

/**
 * Tells failures of the user's files, as Spark and Hadoop report them, from failures of our own.
 */
final class ReadFailures {
  private static final Pattern FILE = Pattern.compile("[a-z0-9]+:/[^\\s,;'\"\\]]+");
  private static final int MAX_MESSAGE_CHARS = 300;

  private ReadFailures() {}

  /** The user's view of a failure while reading a source; empty when it is none. */
  static Optional<InputException> explain(Throwable failure, List<Place> places) {
    List<Throwable> chain = chain(failure);
    for (Throwable link : chain) {
      if (link instanceof InputException known) {
        return Optional.of(known);
      }
    }
    Optional<String> reason = reason(chain);
    if (reason.isEmpty()) {
      return Optional.empty();
    }
    List<String> files = files(chain);
    for (String file : files) {
      Optional<Place> owner = owner(file, places);
      if (owner.isPresent()) {
        return Optional.of(unusable(file, owner.get(), reason.get(), failure));
      }
    }
    if (!files.isEmpty() || chain.stream().noneMatch(ReadFailures::isCompression)) {
      return Optional.empty();
    }
    if (places.size() == 1 && places.get(0).source().path().size() == 1) { // so it must be that one
      Place only = places.get(0);
      return Optional.of(unusable(only.source().path().get(0), only, reason.get(), failure));
    }
    String message =
        String.format(Locale.ROOT, "Cannot read a source file: %s. Replace it.", reason.get());
    return Optional.of(new InputException(message, failure));
  }

  private static InputException unusable(
      String file, Place place, String reason, Throwable failure) {
    String message =
        String.format(
            Locale.ROOT,
            "Cannot use '%s' as %s: %s. Fix %s.path or replace the file.",
            file.replaceFirst("^file:/+", "/"),
            place.role(),
            reason,
            place.key());
    return new InputException(message, failure);
  }

  /** Why a source cannot be opened, as a clause. */
  static String why(Throwable failure) {
    List<Throwable> chain = chain(failure);
    return reason(chain)
        .orElseGet(() -> "it cannot be read (" + brief(chain.get(chain.size() - 1)) + ")");
  }

  /** One line that says what went wrong, for the end of a sentence; without secrets. */
  static String brief(Throwable failure) {
    String message =
        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    String line = Secrets.inMessage(message.lines().findFirst().orElse("").strip());
    line = line.replaceFirst("\\s*SQLSTATE: \\w+$", "").replaceFirst("\\.$", "");
    return line.length() > MAX_MESSAGE_CHARS ? line.substring(0, MAX_MESSAGE_CHARS) + "…" : line;
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = failure; t != null && !chain.contains(t); t = t.getCause()) {
      chain.add(t);
    }
    return chain;
  }

  private static Optional<String> reason(List<Throwable> chain) {
    for (int i = chain.size() - 1; i >= 0; i--) {
      Throwable t = chain.get(i);
      String message = t.getMessage() == null ? "" : t.getMessage();
      if (isCutShort(t)) {
        return Optional.of("the file is cut short, its data end too early");
      }
      if (isCompression(t)) {
        return Optional.of("its compressed data are damaged (" + brief(t) + ")");
      }
      if (t instanceof CharacterCodingException) {
        return Optional.of("it holds bytes that are not in its encoding; set options.encoding");
      }
      if (t instanceof FileNotFoundException || condition(t).contains("FILE_NOT_EXIST")) {
        return Optional.of("the file went missing during the run");
      }
      if (message.contains("CSV header does not conform to the schema")) {
        return Optional.of(
            "its header differs from that of the source's first file; every file needs the same"
                + " columns in the same order");
      }
      if (condition(t).equals("COLUMN_ALREADY_EXISTS")) {
        return Optional.of(
            "it has several columns whose names differ by letter case only ("
                + brief(t)
                + "); set spark.sql.caseSensitive to true in the section 'spark' and map them as they"
                + " are spelled");
      }
      if (condition(t).contains("PARQUET_COLUMN_DATA_TYPE_MISMATCH")) {
        return Optional.of(
            "a column's type differs from file to file (" + brief(t) + "); write it with one type");
      }
      if (message.contains("is not a Parquet file") || message.contains("Malformed ORC file")) {
        return Optional.of("it is not a file of that format (" + brief(t) + ")");
      }
    }
    Throwable last = chain.get(chain.size() - 1);
    boolean io = last instanceof IOException;
    return chain.stream().anyMatch(ReadFailures::saysReading) || io
        ? Optional.of("it cannot be read (" + brief(last) + ")")
        : Optional.empty();
  }

  /** Whether the data of a file end too early. */
  static boolean isCutShort(Throwable t) {
    String message = t.getMessage() == null ? "" : t.getMessage();
    return t instanceof EOFException
        || message.contains("Unexpected end of input stream")
        || message.contains("Truncated source");
  }

  private static boolean isCompression(Throwable t) {
    String message = t.getMessage() == null ? "" : t.getMessage().toLowerCase(Locale.ROOT);
    return t instanceof ZipException
        || t.getClass().getSimpleName().equals("ZstdIOException")
        || (t instanceof IOException
            && (message.contains("not a gzip file")
                || message.contains("gzip")
                || message.contains("invalid block type")
                || message.contains("incorrect data check")
                || message.contains("incorrect header check")
                || message.contains("unexpected end of input stream")));
  }

  /** Whether Spark refused a Parquet file for the type of one of its columns. */
  static boolean isParquetType(Throwable failure) {
    return chain(failure).stream().anyMatch(t -> condition(t).startsWith("PARQUET_TYPE_"));
  }

  private static boolean saysReading(Throwable t) {
    String condition = condition(t);
    return condition.startsWith("FAILED_READ_FILE")
        || condition.startsWith("CANNOT_READ_FILE_FOOTER")
        || condition.startsWith("MALFORMED_RECORD")
        || (t.getMessage() != null && t.getMessage().contains("CSV header does not conform"));
  }

  private static String condition(Throwable t) {
    String condition = t instanceof SparkThrowable spark ? SparkApi.condition(spark) : null;
    return condition == null ? "" : condition;
  }

  private static List<String> files(List<Throwable> chain) {
    List<String> named = new ArrayList<>();
    for (Throwable t : chain) {
      Matcher matcher = FILE.matcher(t.getMessage() == null ? "" : t.getMessage());
      while (matcher.find()) {
        named.add(matcher.group().replaceFirst("[.:]+$", ""));
      }
    }
    return named;
  }

  private static Optional<Place> owner(String file, List<Place> places) {
    String path = new Path(file).toUri().getPath();
    return places.stream()
        .filter(p -> p.source().path().stream().anyMatch(configured -> covers(configured, path)))
        .findFirst();
  }

  /** Whether a configured path, folder or the literal start of a glob covers a file. */
  private static boolean covers(String configured, String file) {
    String literal = configured.replaceAll("[\\[\\]{}*?].*$", "");
    boolean glob = !literal.equals(configured);
    String plain = literal.isEmpty() ? "" : new Path(literal).toUri().getPath();
    String wanted =
        plain.startsWith("/") ? plain : java.nio.file.Path.of(plain).toAbsolutePath().toString();
    return glob
        ? file.startsWith(wanted)
        : file.equals(wanted) || file.startsWith(wanted + "/") || file.endsWith("/" + plain);
  }
}
