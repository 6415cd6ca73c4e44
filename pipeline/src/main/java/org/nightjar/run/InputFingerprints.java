package org.nightjar.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.nightjar.config.Names;
import org.nightjar.config.Source;
import org.nightjar.config.Sources;

/**
 * What tells one state of a source from another without reading it: SHA-256 over the paths (below
 * the configured one, so with partition folders), sizes and modification times of its files, every
 * file for itself, in the order of their paths; for tables, over their name.
 */
final class InputFingerprints {
  /** Between entries and their fields: no name of a file holds it. */
  private static final String SEPARATOR = "\0";

  private InputFingerprints() {}

  /**
   * Fingerprint in hexadecimal by source name. Files that cannot be listed count as absent; ingest
   * names them.
   */
  static Map<String, String> of(
      org.nightjar.config.Configuration configuration, Configuration hadoop) {
    Sources sources = configuration.sources();
    Map<String, String> prints = new LinkedHashMap<>();
    put(prints, "users", sources.users(), hadoop);
    put(prints, "items", sources.items(), hadoop);
    sources.events().forEach(source -> put(prints, source.named("events").name(), source, hadoop));
    put(prints, "requested", sources.requested(), hadoop);
    put(prints, "denied", sources.denied(), hadoop);
    put(prints, "consent", configuration.privacy().consent(), hadoop);
    put(prints, "test", configuration.evaluation().test(), hadoop);
    return prints;
  }

  /**
   * Whether the fingerprints tell every change: those of files do, a table's or a query's do not.
   */
  static boolean tellChanges(org.nightjar.config.Configuration configuration) {
    Sources sources = configuration.sources();
    return Stream.concat(
            Stream.of(
                sources.users(),
                sources.items(),
                sources.requested(),
                sources.denied(),
                configuration.privacy().consent(),
                configuration.evaluation().test()),
            sources.events().stream())
        .filter(Objects::nonNull)
        .noneMatch(source -> source.path().isEmpty());
  }

  private static void put(
      Map<String, String> prints, String name, Source source, Configuration hadoop) {
    if (source == null) {
      return;
    }
    prints.put(
        name, source.table() != null ? sha256(source.table()) : ofFiles(source.path(), hadoop));
  }

  /**
   * Fingerprint of the files at or below paths, which may be patterns.
   *
   * @param paths each counts with its place in the list
   */
  static String ofFiles(List<String> paths, Configuration hadoop) {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      list(i, new Path(paths.get(i)), hadoop, files);
    }
    Collections.sort(files);
    return sha256(String.join(SEPARATOR, files));
  }

  private static void list(int place, Path pattern, Configuration hadoop, List<String> files) {
    try {
      FileSystem system = pattern.getFileSystem(hadoop);
      String root = system.makeQualified(literal(pattern)).toUri().getPath();
      FileStatus[] matches = system.globStatus(pattern);
      if (matches == null) {
        return;
      }
      for (FileStatus match : matches) {
        RemoteIterator<LocatedFileStatus> found = system.listFiles(match.getPath(), true);
        while (found.hasNext()) {
          LocatedFileStatus file = found.next();
          String path = file.getPath().toUri().getPath();
          files.add(
              String.join(
                  SEPARATOR,
                  Integer.toString(place),
                  path.startsWith(root) ? path.substring(root.length()) : path,
                  Long.toString(file.getLen()),
                  Long.toString(file.getModificationTime())));
        }
      }
    } catch (IOException e) {
      files.add(String.join(SEPARATOR, Integer.toString(place), "unreadable", pattern.toString()));
    }
  }

  /** The deepest folder above which nothing is a pattern; the path itself where none is in it. */
  private static Path literal(Path pattern) {
    Path path = pattern;
    while (path.getParent() != null && !Names.globCharacters(path.toString()).isEmpty()) {
      path = path.getParent();
    }
    return path;
  }

  /** SHA-256 of a text, in hexadecimal. */
  static String sha256(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
