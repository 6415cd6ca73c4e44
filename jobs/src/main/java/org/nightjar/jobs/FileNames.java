package org.nightjar.jobs;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Optional;

/**
 * What this JVM makes of names of files and of arguments. Their encoding is the locale's when it
 * starts, which scripts/nightjar sees to; under a plain spark-submit without a locale, letters
 * beyond ASCII turn into question marks.
 */
final class FileNames {
  private static final String REMEDY =
      "Start it with a UTF-8 locale, such as LC_ALL=C.UTF-8, or by scripts/nightjar.";

  private FileNames() {}

  /** A warning where arguments may not be what was typed. */
  static Optional<String> warning(List<String> arguments) {
    return warning(arguments, encoding());
  }

  static Optional<String> warning(List<String> arguments, String encoding) {
    boolean odd = arguments.stream().anyMatch(text -> text.matches("(?s).*[?\\uFFFD].*"));
    return odd && !isUtf8(encoding)
        ? Optional.of(
            String.format(
                "Warning: this JVM reads arguments and names of files as %s; letters beyond ASCII may have turned into"
                    + " '?'. %s",
                encoding, REMEDY))
        : Optional.empty();
  }

  /** What is wrong if a failure comes from a path that this JVM cannot name. */
  static Optional<String> problem(Throwable failure) {
    return problem(failure, encoding());
  }

  static Optional<String> problem(Throwable failure, String encoding) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof InvalidPathException path) {
        return Optional.of(
            String.format(
                "Cannot use the path '%s': %s.%s",
                path.getInput(),
                path.getReason(),
                isUtf8(encoding)
                    ? " Use another."
                    : " This JVM names files in " + encoding + ". " + REMEDY));
      }
    }
    return Optional.empty();
  }

  private static boolean isUtf8(String encoding) {
    return encoding.equalsIgnoreCase(StandardCharsets.UTF_8.name());
  }

  private static String encoding() {
    return System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name());
  }
}
