package org.nightjar.ingest;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * Looks at a source's files without reading them through: do they exist, hold anything, look right.
 */
final class SourceFiles {
  /** How many files of one source are opened. */
  private static final int MAX_OPENED_FILES = 20;

  /** How much of each is read. */
  private static final int HEAD_BYTES = 1 << 16;

  private final Configuration hadoop;
  private final Place place;
  private final List<String> problems = new ArrayList<>();

  private SourceFiles(Configuration hadoop, Place place) {
    this.hadoop = hadoop;
    this.place = place;
  }

  /**
   * Every problem of the files of a source that has paths.
   *
   * @param encoding the encoding that text files must have, or null when the format is binary
   */
  static List<String> problems(Configuration hadoop, Place place, String encoding) {
    SourceFiles files = new SourceFiles(hadoop, place);
    List<LocatedFileStatus> found = new ArrayList<>();
    boolean matched = true;
    for (String path : place.source().path()) {
      try {
        matched &= files.list(path, found);
      } catch (IOException | IllegalArgumentException e) {
        matched = false;
        files.problem("'" + path + "' cannot be reached (" + ReadFailures.brief(e) + ")", ".path");
      }
    }
    if (matched && found.stream().allMatch(f -> f.getLen() == 0)) {
      files.problem(
          found.isEmpty() ? "the folder holds no files" : "the file is empty (0 bytes)", ".path");
    }
    if (encoding != null) {
      found.stream()
          .filter(f -> f.getLen() > 0)
          .limit(MAX_OPENED_FILES)
          .forEach(f -> files.readHead(f.getPath(), encoding));
    }
    return files.problems;
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

  private void readHead(Path file, String encoding) {
    byte[] head;
    try {
      head = head(file);
    } catch (EOFException e) {
      problem("'" + file.getName() + "' is cut short: its compressed data end too early", ".path");
      return;
    } catch (IOException | IllegalArgumentException e) {
      problem("'" + file.getName() + "' cannot be read (" + ReadFailures.brief(e) + ")", ".path");
      return;
    }
    Charset charset;
    try {
      charset = Charset.forName(encoding);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      problem("encoding '" + encoding + "' is not known", ".options.encoding");
      return;
    }
    if (charset.newEncoder().maxBytesPerChar() < 4 && indexOfZero(head) >= 0) {
      problem("'" + file.getName() + "' is a binary file, not text", ".path or its format");
    } else if (!decodes(head, charset)) {
      problem(
          "'" + file.getName() + "' holds bytes that are not " + encoding,
          ".options.encoding (such as ISO-8859-1)");
    }
  }

  private byte[] head(Path file) throws IOException {
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
    try (InputStream raw = file.getFileSystem(hadoop).open(file);
        InputStream plain = codec == null ? raw : codec.createInputStream(raw)) {
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

  /** Whether the bytes are text in the charset; a character cut off at the end does not count. */
  private static boolean decodes(byte[] bytes, Charset charset) {
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer text = CharBuffer.allocate((int) (bytes.length * decoder.maxCharsPerByte()) + 1);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, false);
    return !result.isError();
  }

  private void problem(String what, String subkey) {
    problems.add(place.problem(what, subkey));
  }
}
