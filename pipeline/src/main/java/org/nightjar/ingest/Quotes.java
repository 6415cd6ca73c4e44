package org.nightjar.ingest;

import java.util.Map;

/**
 * How a CSV source quotes its values.
 *
 * @param separator between values
 * @param quote around values
 * @param escape before a quote within quotes
 */
record Quotes(String separator, char quote, char escape) {

  /**
   * The quoting of read options with Spark's names; null where nothing is quoted, where a line may
   * end within quotes, or where lines are told apart in another way.
   */
  static Quotes of(Map<String, String> options) {
    String quote = options.getOrDefault("quote", "\"");
    boolean usual =
        quote.length() == 1
            && !Boolean.parseBoolean(options.getOrDefault("multiLine", "false"))
            && !options.containsKey("lineSep")
            && !options.containsKey("comment");
    if (!usual) {
      return null;
    }
    String escape = options.getOrDefault("escape", quote);
    return new Quotes(
        separator(options), quote.charAt(0), escape.length() == 1 ? escape.charAt(0) : '\\');
  }

  /** The separator of read options with Spark's names. */
  static String separator(Map<String, String> options) {
    return options.getOrDefault("sep", options.getOrDefault("delimiter", ","));
  }

  /**
   * Whether the first line that is not blank opens a quote at the beginning of a value and does not
   * close it.
   *
   * @param head the beginning of the file; when it holds no line end, the answer is no
   */
  boolean openInFirstLine(String head) {
    String text = head.replaceFirst("^\ufeff?[\\r\\n]*", "");
    int end = text.indexOf('\n');
    if (end < 0) {
      return false;
    }
    String line = text.substring(0, end);
    boolean begins = true;
    boolean open = false;
    for (int i = 0; i < line.length(); i++) {
      char here = line.charAt(i);
      if (open) {
        boolean escaped = here == escape && i + 1 < line.length() && line.charAt(i + 1) == quote;
        if (escaped) {
          i++;
        } else if (here == quote) {
          open = false;
        }
      } else if (begins && here == quote) {
        open = true;
        begins = false;
      } else {
        boolean separates = line.startsWith(separator, i);
        i += separates ? separator.length() - 1 : 0;
        begins = separates;
      }
    }
    return open;
  }
}
