package org.nightjar.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nightjar.report.ReportData.ExampleList;
import org.nightjar.report.ReportData.ExampleRow;
import org.nightjar.report.ReportData.Figure;
import org.nightjar.table.Fallback;

/**
 * The same figures for the terminal: aligned columns, plain characters, nothing that moves the
 * cursor.
 */
public final class TextReport {
  private static final int MAX_CELL = 48;
  private static final String GAP = "  ";

  private TextReport() {}

  /** Both parts, with headings and a blank line between. */
  public static String render(List<Figure> metrics, int k, List<ExampleList> lists) {
    return metrics(metrics, k) + (lists.isEmpty() ? "" : "\n" + lists(lists));
  }

  /** The whole report: the tables of the page, the long ones of the exploration left out. */
  public static String page(ReportData data) {
    ReportView view = ReportView.of(data);
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%s, run %s: %s%n", view.name(), view.runId(), view.passed() ? "passed" : "refused"));
    view.checks()
        .forEach(check -> text.append(GAP + check.level() + ": " + check.message() + "\n"));
    view.warnings().forEach(warning -> text.append(GAP + "warning: " + warning + "\n"));
    text.append('\n').append(facts(view.tiles()));
    Stream.of(
            view.stages(),
            view.volumes(),
            view.changes(),
            view.health().cleaning(),
            view.health().missing(),
            view.health().drift(),
            view.explore().associations(),
            view.models().comparisons(),
            view.models().overall().stream()
                .limit(1)
                .flatMap(length -> length.further().stream())
                .toList(),
            view.models().weights(),
            view.models().choices(),
            view.models().contributions(),
            view.models().tuning())
        .flatMap(List::stream)
        .forEach(sheet -> text.append('\n').append(sheet(sheet)));
    text.append('\n').append(render(data.metrics(), data.headlineK(), data.lists()));
    return text.toString();
  }

  /** What one release has and another had. */
  public static String compared(ReportData data) {
    ReportView view = ReportView.of(data);
    StringBuilder text =
        new StringBuilder(
            String.format("%s, run %s against %s%n%n", view.name(), view.runId(), view.before()));
    text.append(facts(view.tiles())).append('\n').append(facts(view.lists().coverage()));
    Stream.of(view.changes(), view.models().comparisons(), view.volumes(), view.stages())
        .flatMap(List::stream)
        .forEach(sheet -> text.append('\n').append(sheet(sheet)));
    return text.toString();
  }

  private static String facts(List<ReportData.Fact> facts) {
    return aligned(
        facts.stream().map(fact -> List.of(fact.label(), fact.value(), fact.note())).toList(),
        true);
  }

  /** One table of the page. */
  static String sheet(Sheet sheet) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(sheet.columns().stream().map(Sheet.Column::title).toList());
    for (Sheet.Line line : sheet.lines()) {
      List<String> cells = new ArrayList<>(List.of(line.head() + (line.marked() ? " *" : "")));
      line.cells()
          .forEach(
              cell ->
                  cells.add(
                      cell.small().isEmpty()
                          ? cell.text()
                          : cell.text() + " (" + cell.small() + ")"));
      lines.add(cells);
    }
    return Text.tame(sheet.title(), ReportView.MAX_TEXT)
        + "\n"
        + aligned(lines, sheet.columns().stream().map(Sheet.Column::number).toList());
  }

  /**
   * Overall metrics at one list length: a row per model, the blend last and marked, with the
   * interval of MAP when there is one. Without figures a sentence says so.
   */
  public static String metrics(List<Figure> metrics, int k) {
    List<Figure> figures =
        metrics.stream().filter(f -> f.k() == k && f.segment().equals(Fallback.EVERYONE)).toList();
    if (figures.isEmpty()) {
      return "No metrics: nothing was held out.\n";
    }
    List<String> names =
        ModelsView.metrics(figures, k).stream().filter(ModelsView::isAccuracy).toList();
    Map<List<String>, Figure> byPlace = new HashMap<>();
    figures.forEach(f -> byPlace.put(List.of(f.model(), f.metric()), f));
    String first = names.get(0);
    boolean intervals =
        figures.stream().anyMatch(f -> f.metric().equals(first) && f.ciLow() != null);
    List<List<String>> sheet = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("model"));
    names.forEach(name -> head.add(Titles.metric(name, k)));
    if (intervals) {
      head.add(2, "interval");
    }
    sheet.add(head);
    for (String model : ModelsView.models(figures)) {
      List<String> line = new ArrayList<>();
      line.add(model.equals(ModelsView.ranking(figures)) ? model + " *" : model);
      for (String name : names) {
        Figure figure = byPlace.get(List.of(model, name));
        line.add(figure == null ? "–" : Text.metric(figure.value()));
        if (intervals && name.equals(first)) {
          line.add(figure == null ? "" : Text.interval(figure.ciLow(), figure.ciHigh()));
        }
      }
      sheet.add(line);
    }
    long users = figures.stream().mapToLong(Figure::users).max().orElse(0);
    return "Held-out metrics over "
        + Text.count(users)
        + " users (* what is published)\n"
        + aligned(sheet, true);
  }

  /** Example lists of masked users: rank, item, source, reason. */
  public static String lists(List<ExampleList> lists) {
    StringBuilder text = new StringBuilder();
    for (ExampleList list : lists) {
      if (text.length() > 0) {
        text.append('\n');
      }
      text.append(Text.tame(list.user(), MAX_CELL));
      if (!list.profile().isEmpty()) {
        text.append(" (").append(Text.tame(list.profile(), ReportView.MAX_TEXT)).append(')');
      }
      text.append('\n');
      List<List<String>> sheet = new ArrayList<>();
      for (ExampleRow row : list.rows()) {
        sheet.add(List.of(Integer.toString(row.rank()), row.item(), row.source(), row.reason()));
      }
      text.append(
          sheet.isEmpty() ? GAP + "no list; see the fallback table\n" : aligned(sheet, false));
    }
    return text.toString();
  }

  /** The first column (and with {@code numbers} no other) to the left, figures to the right. */
  private static String aligned(List<List<String>> sheet, boolean numbers) {
    int columns = sheet.stream().mapToInt(List::size).max().orElse(0);
    return aligned(
        sheet, IntStream.range(0, columns).mapToObj(column -> numbers == (column > 0)).toList());
  }

  private static String aligned(List<List<String>> sheet, List<Boolean> right) {
    List<List<String>> cells =
        sheet.stream()
            .map(line -> line.stream().map(cell -> Text.tame(cell, MAX_CELL)).toList())
            .toList();
    int columns = cells.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> line : cells) {
      for (int column = 0; column < line.size(); column++) {
        widths[column] = Math.max(widths[column], width(line.get(column)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : cells) {
      StringBuilder out = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        String cell = line.get(column);
        String pad = " ".repeat(widths[column] - width(cell));
        out.append(GAP).append(right.get(column) ? pad + cell : cell + pad);
      }
      text.append(out.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Columns in a terminal: wide scripts and emoji take two, marks and joiners none. */
  private static int width(String text) {
    return text.codePoints().map(TextReport::width).sum();
  }

  private static int width(int point) {
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        Character.isIdeographic(point)
            || (point >= 0x1F300 && point <= 0x1FAFF)
            || (point >= 0x1100 && point <= 0x115F)
            || (point >= 0x3040 && point <= 0x30FF)
            || (point >= 0xAC00 && point <= 0xD7A3)
            || (point >= 0xFF01 && point <= 0xFF60);
    return wide ? 2 : 1;
  }
}
