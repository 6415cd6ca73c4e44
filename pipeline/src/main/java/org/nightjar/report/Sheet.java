package org.nightjar.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A table of the page. A chart, where there is one, is drawn by the page's script from the very
 * cells of the table, so both always say the same, and the page is whole without script. Public
 * only because the template engine reads it.
 *
 * @param id unique on the page
 * @param title heading or caption
 * @param note a sentence below the title; may be empty
 * @param chart {@code bars}, {@code lines}, {@code intervals} or {@code curve}; {@code heat} tints
 *     the cells; empty for a plain table
 * @param options of the chart, by name
 * @param columns in order, the line's head first
 * @param lines in order
 */
public record Sheet(
    String id,
    String title,
    String note,
    String chart,
    Map<String, String> options,
    List<Column> columns,
    List<Line> lines) {
  private static final int MAX_TEXT = 80;

  /** A column; figures stand to the right. */
  public record Column(String title, boolean number) {}

  /** A row: its head, a few words more, whether it stands out, and its cells. */
  public record Line(String head, String note, boolean marked, List<Cell> cells) {}

  /**
   * A cell.
   *
   * @param text as people read it
   * @param small a second line; may be empty
   * @param value the figure as the table has it, for charts and sorting; empty for text
   * @param low lower end of its interval; empty without
   * @param high upper end; empty without
   * @param strong whether it stands out
   * @param tint share of the strongest colour of a heat map, 0 to 1; empty without
   * @param chip a class that colours a word, such as {@code good}; empty without
   */
  public record Cell(
      String text,
      String small,
      String value,
      String low,
      String high,
      boolean strong,
      String tint,
      String chip) {
    static Cell text(String text) {
      return new Cell(Text.tame(text, MAX_TEXT), "", "", "", "", false, "", "");
    }

    static Cell chip(String text, String kind) {
      return new Cell(Text.tame(text, MAX_TEXT), "", "", "", "", false, "", kind);
    }

    static Cell figure(String text, double value) {
      return new Cell(text, "", raw(value), "", "", false, "", "");
    }

    static Cell count(double rows) {
      return figure(Text.count(Math.round(rows)), rows);
    }

    static Cell none() {
      return new Cell("–", "", "", "", "", false, "", "");
    }

    Cell withSmall(String more) {
      return new Cell(text, more, value, low, high, strong, tint, chip);
    }

    Cell withInterval(Double from, Double to) {
      return from == null || to == null
          ? this
          : new Cell(text, small, value, raw(from), raw(to), strong, tint, chip);
    }

    Cell strong(boolean standsOut) {
      return new Cell(text, small, value, low, high, standsOut, tint, chip);
    }

    Cell tinted(double share) {
      double bounded = Double.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0;
      return new Cell(
          text, small, value, low, high, strong, String.format(Locale.ROOT, "%.3f", bounded), chip);
    }

    /** As JavaScript reads it; the same number to the last bit. */
    static String raw(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  static Column words(String title) {
    return new Column(Text.tame(title, MAX_TEXT), false);
  }

  static Column number(String title) {
    return new Column(Text.tame(title, MAX_TEXT), true);
  }

  /** A sheet in the making; columns and lines are added in order. */
  static final class Draft {
    private final String id;
    private final String title;
    private String note = "";
    private String chart = "";
    private final Map<String, String> options = new LinkedHashMap<>();
    private final List<Column> columns = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();

    Draft(String id, String title, Column... columns) {
      this.id = id;
      this.title = Text.tame(title, MAX_TEXT);
      this.columns.addAll(List.of(columns));
    }

    Draft note(String sentence) {
      this.note = sentence;
      return this;
    }

    Draft chart(String kind) {
      this.chart = kind;
      return this;
    }

    Draft option(String name, String value) {
      options.put(name, value);
      return this;
    }

    Draft line(String head, Cell... cells) {
      return line(head, "", false, List.of(cells));
    }

    Draft line(String head, String more, boolean marked, List<Cell> cells) {
      lines.add(new Line(Text.tame(head, MAX_TEXT), Text.tame(more, MAX_TEXT), marked, cells));
      return this;
    }

    boolean isEmpty() {
      return lines.isEmpty();
    }

    Sheet sheet() {
      return new Sheet(id, title, note, chart, options, columns, lines);
    }
  }

  /** An id of letters, digits and hyphens from foreign words. */
  static String id(String... words) {
    return String.join("-", words).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }
}
