package org.nightjar.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.nightjar.report.Sheet.Cell;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Rejects;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

/**
 * Whether the data are sound: what cleaning did, what is missing, how much came on which day, what
 * has moved since the release before. Public only because the template engine reads it.
 */
public record HealthView(
    List<Sheet> cleaning,
    List<Examples> examples,
    List<Sheet> missing,
    List<Sheet> volume,
    List<Sheet> drift) {
  private static final double STABLE = 0.1;
  private static final double SHIFT = 0.25;
  private static final int MAX_EXAMPLES = 60;
  private static final int MAX_MESSAGE = 400;

  /** Example rows of one rule. */
  public record Examples(String title, List<Example> rows) {}

  /** A row that a rule touched. */
  public record Example(String detail, List<String> row) {}

  static HealthView of(ReportData data, Pictures pictures) {
    return new HealthView(
        cleaning(pictures),
        examples(data),
        missing(pictures),
        volume(pictures),
        drift(data, pictures));
  }

  private static List<Sheet> cleaning(Pictures pictures) {
    Map<String, Double> read =
        pictures.of(Section.CLEANING).stream()
            .filter(figure -> figure.measure().equals(CleanCounts.READ))
            .collect(Collectors.toMap(Figure::subject, Figure::value, (a, b) -> a));
    Sheet.Draft draft =
        new Sheet.Draft(
            "cleaning",
            "Rows that a cleaning rule touched",
            Sheet.words("Source"),
            Sheet.words("Rule"),
            Sheet.words("Action"),
            Sheet.number("Rows"),
            Sheet.number("Of all"));
    pictures.of(Section.CLEANING).stream()
        .filter(figure -> !figure.measure().equals(CleanCounts.READ))
        .filter(figure -> !figure.measure().equals(CleanCounts.KEPT))
        .sorted(Comparator.comparing(Figure::subject).thenComparing(f -> -f.value()))
        .forEach(
            figure -> {
              double share = figure.value() / Math.max(1, read.getOrDefault(figure.subject(), 0.0));
              draft.line(
                  figure.subject(),
                  Cell.text(figure.series()),
                  Cell.chip(figure.measure(), kind(figure.measure())),
                  Cell.count(figure.value()),
                  Cell.figure(Text.percent(share), share));
            });
    return sheets(draft);
  }

  private static String kind(String action) {
    return switch (action) {
      case Rejects.DROPPED -> "bad";
      case Rejects.QUARANTINED -> "warn";
      default -> "plain";
    };
  }

  private static List<Examples> examples(ReportData data) {
    Map<String, List<Example>> byRule = new LinkedHashMap<>();
    data.rejects().stream()
        .limit(MAX_EXAMPLES)
        .forEach(
            reject ->
                byRule
                    .computeIfAbsent(
                        Text.tame(
                            reject.source() + ": " + reject.rule() + ", " + reject.action(),
                            ReportView.MAX_TEXT),
                        title -> new ArrayList<>())
                    .add(
                        new Example(
                            Text.tame(reject.detail(), MAX_MESSAGE),
                            reject
                                .row()
                                .lines()
                                .map(line -> Text.tame(line, ReportView.MAX_TEXT))
                                .toList())));
    return byRule.entrySet().stream().map(e -> new Examples(e.getKey(), e.getValue())).toList();
  }

  private static List<Sheet> missing(Pictures pictures) {
    Sheet.Draft draft =
        new Sheet.Draft(
                "missing",
                "Values that are missing after cleaning",
                Sheet.words("Table"),
                Sheet.words("Column"),
                Sheet.number("Missing"),
                Sheet.number("Of all"))
            .note(
                "Columns without missing values, and those that no source is mapped to, are left out.");
    pictures
        .bySubject(Section.MISSING)
        .forEach(
            (table, figures) -> {
              Map<String, Double> rows =
                  figures.stream()
                      .filter(figure -> figure.measure().equals(CleanCounts.ROWS))
                      .collect(Collectors.toMap(Figure::label, Figure::value));
              figures.stream()
                  .filter(figure -> !figure.measure().equals(CleanCounts.ROWS))
                  .filter(
                      figure ->
                          figure.value() > 0
                              && figure.value() < rows.getOrDefault(figure.label(), 0.0))
                  .forEach(
                      figure -> {
                        double share = figure.value() / Math.max(1, rows.get(figure.label()));
                        draft.line(
                            table,
                            Cell.text(figure.label()),
                            Cell.count(figure.value()),
                            Cell.figure(Text.percent(share), share).tinted(share));
                      });
            });
    return sheets(draft);
  }

  private static List<Sheet> volume(Pictures pictures) {
    List<Figure> figures = pictures.of(Section.VOLUME);
    if (figures.isEmpty()) {
      return List.of();
    }
    Map<String, List<Figure>> byType = Pictures.grouped(figures, Figure::series);
    String step = figures.get(0).against();
    List<Sheet.Column> columns = new ArrayList<>(List.of(Sheet.words("From")));
    byType.keySet().forEach(type -> columns.add(Sheet.number(type)));
    Sheet.Draft draft =
        new Sheet.Draft("volume", "Events per " + step, columns.toArray(Sheet.Column[]::new))
            .chart("lines")
            .option("time", "yes");
    List<List<Figure>> types = List.copyOf(byType.values());
    for (int at = 0; at < types.get(0).size(); at++) {
      int point = at;
      draft.line(
          types.get(0).get(at).label(),
          types.stream().map(type -> Cell.count(type.get(point).value())).toArray(Cell[]::new));
    }
    return sheets(draft);
  }

  private static List<Sheet> drift(ReportData data, Pictures pictures) {
    Sheet.Draft draft =
        new Sheet.Draft(
                "drift",
                "Drift since " + data.before(),
                Sheet.words("What"),
                Sheet.number("PSI"),
                Sheet.words("Judgement"),
                Sheet.words("New levels"),
                Sheet.words("Vanished levels"))
            .note(
                "Population stability index: below 0.1 is stable, above 0.25 is a shift worth"
                    + " looking into.");
    pictures.bySubject(Section.DRIFT).entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -psi(entry.getValue())))
        .forEach(
            entry -> {
              double psi = psi(entry.getValue());
              draft.line(
                  Titles.subject(entry.getKey()),
                  Cell.figure(Text.decimals(psi, 3), psi),
                  psi > SHIFT
                      ? Cell.chip("shift", "bad")
                      : psi > STABLE ? Cell.chip("moved", "warn") : Cell.chip("stable", "good"),
                  Cell.text(levels(entry.getValue(), "new_level")),
                  Cell.text(levels(entry.getValue(), "gone_level")));
            });
    return sheets(draft);
  }

  private static double psi(List<Figure> figures) {
    return figures.stream()
        .filter(figure -> figure.measure().equals("psi"))
        .mapToDouble(Figure::value)
        .findFirst()
        .orElse(0);
  }

  private static String levels(List<Figure> figures, String measure) {
    return figures.stream()
        .filter(figure -> figure.measure().equals(measure))
        .map(Figure::label)
        .collect(Collectors.joining(", "));
  }

  private static List<Sheet> sheets(Sheet.Draft draft) {
    return draft.isEmpty() ? List.of() : List.of(draft.sheet());
  }
}
