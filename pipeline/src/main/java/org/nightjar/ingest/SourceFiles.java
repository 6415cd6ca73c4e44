package org.nightjar.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Looks at a source's files without reading them through: do they exist, hold anything, look right.
 * What it cannot see, in further files and beyond their heads, is found when the rows are read.
 */
final class SourceFiles {
  /** How many files of one source are opened, beside the first of each further suffix. */
  private static final int MAX_OPENED_FILES = 20;

  /** How much of each is read. */
  private static final int HEAD_BYTES = 1 << 16;

  private static final Pattern ARCHIVE =
      Pattern.compile("(?i).*\\.(tar|tar\\.[a-z0-9]+|tgz|tbz2?|txz|zip|7z|rar)");

  private final Configuration hadoop;
  private final Place place;
  private final List<String> problems = new ArrayList<>();
  private final List<String> openQuotes = new ArrayList<>();

  /**
   * What the files look like.
   *
   * @param problems full sentences; empty when all is well
   * @param needsCodecs whether a name ends in a way that Spark knows only by {@link
   *     Compression#CODECS}
   * @param hasFolderValues whether files lie in folders named like {@code month=2024-01}
   * @param openQuotes names of opened CSV files whose first line has a quote that is not closed
   */
  record Look(
      List<String> problems,
      boolean needsCodecs,
      boolean hasFolderValues,
      List<String> openQuotes) {
    /** Of a source without files. */
    static final Look NOWHERE = new Look(List.of(), false, false, List.of());
  }

  private SourceFiles(Configuration hadoop, Place place) {
    this.hadoop = hadoop;
    this.place = place;
  }

  /**
   * Looks at the files of a source that has paths.
   *
   * @param encoding the encoding that text files must have, or null when the format is binary
   * @param quotes how CSV files are quoted, or null for other formats and where a line may end
   *     within quotes
   */
  static Look at(Configuration hadoop, Place place, String encoding, Quotes quotes) {
    SourceFiles files = new SourceFiles(hadoop, place);
    List<LocatedFileStatus> found = new ArrayList<>();
    boolean matched = true;
    for (String path : place.source().path()) {
      try {
        matched &= files.list(path, found);
      } catch (IOException | IllegalArgumentException e) {
        matched = false;
        files.problem("'" + path + "' cannot be reached (" + ReadFailures.brief(e) + ")", ".path");
      } catch (RuntimeException e) {
        // Hadoop wraps the class of a file system whose jar is not there.
        if (!(e.getCause() instanceof ClassNotFoundException)) {
          throw e;
        }
        matched = false;
        files.problem(
            "'" + path + "' is on a file system whose jar is not there",
            ".path, or give the jar: NIGHTJAR_JARS of scripts/nightjar, --jars of spark-submit");
      }
    }
    if (matched && found.stream().allMatch(f -> f.getLen() == 0) && !place.mayBeEmpty()) {
      files.problem(
          (found.isEmpty() ? "the folder holds no files" : "the file is empty (0 bytes)")
              + place.emptyMeans(),
          ".path");
    }
    if (encoding != null) {
      files.openSome(found, encoding, quotes);
    }
    boolean needsCodecs =
        encoding != null
            && found.stream().anyMatch(f -> Compression.needsCodecs(f.getPath().getName()));
    boolean hasFolderValues =
        found.stream().anyMatch(f -> f.getPath().getParent().getName().contains("="));
    return new Look(files.problems, needsCodecs, hasFolderValues, files.openQuotes);
  }

  private void openSome(List<LocatedFileStatus> found, String encoding, Quotes quotes) {
    Set<String> suffixes = new HashSet<>();
    int opened = 0;
    for (LocatedFileStatus file : found) {
      String name = file.getPath().getName();
      boolean isNew = suffixes.add(name.substring(name.lastIndexOf('.') + 1));
      if (file.getLen() > 0 && (opened < MAX_OPENED_FILES || isNew)) {
        readHead(file, encoding, quotes);
        opened++;
      }
    }
  }

  /**
   * Whether a source whose files have no {@link #problems} holds no row, whatever its format: no
   * file, files of 0 bytes, or texts of nothing but blanks and brackets, as an empty JSON array is.
   *
   * @param encoding as above
   */
  static boolean holdNothing(Configuration hadoop, Place place, String encoding) {
    SourceFiles files = new SourceFiles(hadoop, place);
    List<LocatedFileStatus> found = new ArrayList<>();
    try {
      for (String path : place.source().path()) {
        files.list(path, found);
      }
      for (LocatedFileStatus file : found) {
        if (file.getLen() > 0 && (encoding == null || !files.isBlank(file, encoding))) {
          return false;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }

  private boolean isBlank(LocatedFileStatus file, String encoding) throws IOException {
    return file.getLen() <= HEAD_BYTES
        && new String(head(file.getPath()), Charset.forName(encoding))
            .chars()
            .allMatch(c -> Character.isWhitespace(c) || "[]\uFEFF".indexOf(c) >= 0);
  }

  private boolean list(String path, List<LocatedFileStatus> found) throws IOException {
    Path glob = new Path(path);
    FileSystem system = glob.getFileSystem(hadoop);
    FileStatus[] matches = system.globStatus(glob);
    if (matches == null || matches.length == 0) {
      problem("there is no file '" + path + "'" + closest(system, glob), ".path");
      return false;
    }
    for (FileStatus match : matches) {
      RemoteIterator<LocatedFileStatus> inside = system.listFiles(match.getPath(), true);
      while (inside.hasNext()) {
        LocatedFileStatus file = inside.next();
        String name = file.getPath().getName();
        if (!name.startsWith("_") && !name.startsWith(".")) {
          found.add(file);
        }
      }
    }
    return true;
  }

  private static String closest(FileSystem system, Path path) {
    try {
      FileStatus[] siblings =
          path.getParent() == null ? null : system.globStatus(new Path(path.getParent(), "*"));
      if (siblings == null) {
        return "";
      }
      List<String> names = Arrays.stream(siblings).map(s -> s.getPath().getName()).toList();
      return Suggestion.of(path.getName(), names)
          .map(s -> "; did you mean '" + s + "'?")
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private void readHead(FileStatus file, String encoding, Quotes quotes) {
    String name = file.getPath().getName();
    if (ARCHIVE.matcher(name).matches()) {
      problem("'" + name + "' is an archive of files, which Spark cannot read; unpack it", ".path");
      return;
    }
    byte[] head;
    try {
      Optional<String> mismatch = Compression.mismatch(hadoop, file);
      if (mismatch.isPresent()) {
        problem("'" + name + "' " + mismatch.get(), ".path");
        return;
      }
      head = head(file.getPath());
    } catch (IOException | IllegalArgumentException e) {
      problem(
          ReadFailures.isCutShort(e)
              ? "'" + name + "' is cut short: its compressed data end too early"
              : "'" + name + "' cannot be read (" + ReadFailures.brief(e) + ")",
          ".path");
      return;
    } catch (RuntimeException | LinkageError e) {
      // A codec whose native library or whose jar is not there.
      problem(
          String.format(
              Locale.ROOT,
              "'%s' is compressed with %s, which this installation of Spark cannot read (%s); %s",
              name,
              Compression.named(hadoop, file.getPath()).orElse("an unknown codec"),
              ReadFailures.brief(e),
              Compression.repack()),
          ".path");
      return;
    }
    Charset charset;
    try {
      charset = Charset.forName(encoding);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      problem("encoding '" + encoding + "' is not known", ".options.encoding");
      return;
    }
    if (indexOfZero("A".getBytes(charset)) < 0 && indexOfZero(head) >= 0) {
      problem("'" + name + "' is a binary file, not text", ".path or its format");
      return;
    }
    Optional<String> text = decoded(head, charset);
    if (text.isEmpty()) {
      problem(
          "'" + name + "' holds bytes that are not " + encoding,
          ".options.encoding (such as ISO-8859-1)");
    } else if (quotes != null && quotes.openInFirstLine(text.get())) {
      openQuotes.add(name);
    }
  }

  private byte[] head(Path file) throws IOException {
    try (InputStream plain = Compression.open(hadoop, file)) {
      return plain.readNBytes(HEAD_BYTES);
    }
  }

  private static int indexOfZero(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The bytes as text; empty if they are not in the charset. A character cut off at the end does
   * not count.
   */
  private static Optional<String> decoded(byte[] bytes, Charset charset) {
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer text = CharBuffer.allocate((int) (bytes.length * decoder.maxCharsPerByte()) + 1);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, false);
    return result.isError() ? Optional.empty() : Optional.of(text.flip().toString());
  }

  private void problem(String what, String subkey) {
    problems.add(place.problem(what, subkey));
  }
}
