package org.nightjar.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one rule for names that users choose (models, sources, the configuration itself, runs given
 * on a command line) and that become folders, keys of JSON or values of columns: 1 to {@value
 * #LONGEST} letters, digits, '.', '_' and '-' of ASCII, the first a letter or a digit, the last no
 * dot. So a name never leaves its folder, is not hidden from readers ({@code _x}, {@code .x}), is
 * not a pattern for Hadoop ({@code []{}*?\,}) and is not read as a partition ({@code a=b}). Names
 * that differ only by case would share a folder on some file systems and are refused as well.
 */
public final class Names {
  /** Most characters of a name. */
  public static final int LONGEST = 64;

  private static final String RULE =
      "must be 1 to "
          + LONGEST
          + " letters, digits, '.', '_' and '-', start with a letter or digit, and not end with '.'";
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0," + (LONGEST - 2) + "}[A-Za-z0-9_-])?");
  private static final Pattern COLUMN =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0," + (LONGEST - 1) + "}");
  private static final Pattern GLOB = Pattern.compile("[\\[\\]{}*?\\\\]");

  private Names() {}

  /** Whether the text may be a name. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * Whether the text may name an attribute, which is a column: a letter or '_', then letters,
   * digits and '_' of ASCII, since it stands in expressions as well.
   */
  static boolean isColumn(String text) {
    return COLUMN.matcher(text).matches();
  }

  /** What is wrong with a name, as a predicate behind its place; empty if nothing is. */
  static Optional<String> problem(String name) {
    return isName(name) ? Optional.empty() : Optional.of("is '" + name + "' but " + RULE);
  }

  /** Which characters of a path Spark and Hadoop would read as a pattern; empty if none. */
  public static String globCharacters(String path) {
    return GLOB.matcher(path)
        .results()
        .map(match -> match.group())
        .distinct()
        .reduce("", String::concat);
  }

  /** Those names that differ from an earlier one only by case, each with that one. */
  static Map<String, String> twins(Collection<String> names) {
    Map<String, String> first = new LinkedHashMap<>();
    Map<String, String> twins = new LinkedHashMap<>();
    for (String name : names) {
      String earlier = first.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
      if (earlier != null && !earlier.equals(name)) {
        twins.put(name, earlier);
      }
    }
    return twins;
  }
}
