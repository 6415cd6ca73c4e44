package org.nightjar.jobs;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Rows for people: columns two spaces apart, numbers to the right, fractions with four digits, the
 * rest to the left.
 */
final class TextTable {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();
  private final boolean[] numeric;

  TextTable(String... header) {
    this.header = List.of(header);
    this.numeric = new boolean[header.length];
    Arrays.fill(numeric, true);
  }

  /** Adds a row of as many values as the header has; null is shown as a dash. */
  TextTable add(Object... values) {
    if (values.length != header.size()) {
      throw new IllegalArgumentException(
          String.format("%s values for %s columns", values.length, header.size()));
    }
    List<String> row = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      numeric[i] &= values[i] instanceof Number;
      row.add(text(values[i]));
    }
    rows.add(row);
    return this;
  }

  private static String text(Object value) {
    if (value == null) {
      return "-";
    }
    return value instanceof Double || value instanceof Float
        ? String.format(Locale.ROOT, "%.4f", ((Number) value).doubleValue())
        : value.toString();
  }

  void print(PrintWriter out) {
    int[] widths = header.stream().mapToInt(String::length).toArray();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    line(out, header, widths);
    rows.forEach(row -> line(out, row, widths));
  }

  private void line(PrintWriter out, List<String> values, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - values.get(i).length());
      line.append(i == 0 ? "" : "  ");
      line.append(numeric[i] ? padding + values.get(i) : values.get(i) + padding);
    }
    out.println(line.toString().stripTrailing());
  }
}
