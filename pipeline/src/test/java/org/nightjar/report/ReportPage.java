package org.nightjar.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A written page as its reader finds it: tables by id, each as its lines, a line as its head and
 * its exact figures.
 */
public record ReportPage(Map<String, List<Line>> tables) {
  private static final Pattern TABLE = Pattern.compile("(?s)<table id=\"([^\"]*)\".*?</table>");
  private static final Pattern LINE =
      Pattern.compile("(?s)<th scope=\"row\"><bdi>(.*?)</bdi>(.*?)</tr>");
  private static final Pattern FIGURE = Pattern.compile("data-v=\"([^\"]*)\"");

  /** A line of a table. */
  public record Line(String head, List<Double> figures) {}

  /** Reads a page. */
  public static ReportPage of(String html) {
    Map<String, List<Line>> tables = new LinkedHashMap<>();
    Matcher table = TABLE.matcher(html);
    while (table.find()) {
      List<Line> lines = new ArrayList<>();
      Matcher line = LINE.matcher(table.group());
      while (line.find()) {
        lines.add(
            new Line(
                line.group(1),
                FIGURE
                    .matcher(line.group(2))
                    .results()
                    .map(found -> Double.valueOf(found.group(1)))
                    .toList()));
      }
      tables.put(table.group(1), lines);
    }
    return new ReportPage(tables);
  }

  /** The first figure of each line. */
  public List<Double> column(String table) {
    return tables.get(table).stream().map(line -> line.figures().get(0)).toList();
  }

  /** All figures of a line, by its head. */
  public List<Double> line(String table, String head) {
    return tables.get(table).stream()
        .filter(line -> line.head().equals(head))
        .findFirst()
        .orElseThrow()
        .figures();
  }
}
