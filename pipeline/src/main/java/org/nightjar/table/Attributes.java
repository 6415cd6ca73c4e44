package org.nightjar.table;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Under which columns our tables carry the attributes that a configuration declares. Attributes of
 * users, items and events stand under a prefix of their own from ingest on, features made of them
 * under another one, so that whatever somebody calls an attribute, it is never one of our own
 * columns: none of those begins with either prefix. People see the name as they wrote it: {@link
 * #name}.
 */
public final class Attributes {
  /** Begins every column that holds an attribute's values. */
  static final String COLUMN = "attribute_";

  /** Begins every column that holds a feature made of an attribute. */
  static final String FEATURE = "feature_";

  /** What Spark would not take for a part of a column's name, and the mark that stands for it. */
  private static final Pattern ESCAPED = Pattern.compile("[^\\p{L}\\p{N}_]");

  private static final Pattern ESCAPE = Pattern.compile("\\$([0-9a-f]+)\\$");

  private Attributes() {}

  /** The column of an attribute's values: letters, digits, {@code _} and {@code $} only. */
  public static String column(String attribute) {
    return COLUMN + escaped(attribute);
  }

  /**
   * The column of a feature made of an attribute.
   *
   * @param what the kind of feature, such as {@code scaled}
   */
  static String feature(String attribute, String what) {
    return FEATURE + escaped(attribute) + "_" + what;
  }

  /**
   * What people call a column: an attribute's own name, a feature's as name and kind ({@code
   * age_scaled}); our own columns as they are.
   */
  public static String name(String column) {
    String own =
        column.startsWith(COLUMN)
            ? column.substring(COLUMN.length())
            : column.startsWith(FEATURE) ? column.substring(FEATURE.length()) : column;
    return ESCAPE
        .matcher(own)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
  }

  private static String escaped(String attribute) {
    return ESCAPED
        .matcher(attribute)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    "$" + Integer.toHexString(found.group().codePointAt(0)) + "$"));
  }
}
