package org.nightjar.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nightjar.NumberText;
import org.nightjar.report.Sheet.Cell;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

/** The data in pictures. Public only because the template engine reads it. */
public record ExploreView(
    List<Group> distributions,
    List<Sheet> clock,
    List<Sheet> retention,
    List<Sheet> associations,
    List<Sheet> tastes,
    List<Sheet> pairs) {
  /** Pictures of one group; further columns are in the table only. */
  private static final int MAX_PICTURES = 60;

  private static final Map<String, String> GROUPS = groups();

  /** Pictures of one kind. */
  public record Group(String id, String title, List<Sheet> sheets) {}

  private static Map<String, String> groups() {
    Map<String, String> groups = new LinkedHashMap<>();
    groups.put("users", "Who the users are");
    groups.put("per_user", "What users do");
    groups.put("events", "Purchases and other events");
    groups.put("items", "The catalogue");
    return groups;
  }

  static ExploreView of(Pictures pictures) {
    return new ExploreView(
        distributions(pictures),
        clock(pictures),
        retention(pictures),
        associations(pictures),
        matrices(pictures, Section.TASTE, "tastes", "pairs of user and item"),
        matrices(pictures, Section.PAIR, "pair", "users"));
  }

  private static List<Group> distributions(Pictures pictures) {
    Map<String, List<Figure>> quantiles = pictures.bySubject(Section.QUANTILES);
    Map<String, List<Figure>> bySubject = pictures.bySubject(Section.DISTRIBUTION);
    List<Group> groups = new ArrayList<>();
    GROUPS.forEach(
        (table, title) -> {
          List<Sheet> sheets =
              bySubject.entrySet().stream()
                  .filter(entry -> entry.getKey().startsWith(table + "."))
                  .filter(entry -> says(entry.getValue()))
                  .limit(MAX_PICTURES)
                  .map(
                      entry ->
                          distribution(
                              entry.getKey(),
                              entry.getValue(),
                              quantiles.getOrDefault(entry.getKey(), List.of())))
                  .toList();
          if (!sheets.isEmpty()) {
            groups.add(new Group(table, title, sheets));
          }
        });
    return groups;
  }

  /** Whether there is anything to see: more than one bar. */
  private static boolean says(List<Figure> figures) {
    return figures.stream().filter(figure -> figure.value() > 0).limit(2).count() > 1;
  }

  private static Sheet distribution(String subject, List<Figure> figures, List<Figure> quantiles) {
    double all = figures.stream().mapToDouble(Figure::value).sum();
    Sheet.Draft draft =
        new Sheet.Draft(
                Sheet.id("distribution", subject),
                Titles.subject(subject),
                Sheet.words("Value"),
                Sheet.number(Titles.sentence(figures.get(0).measure())),
                Sheet.number("Share"))
            .note(quantileText(quantiles))
            .chart("bars")
            .option("column", "1");
    if (figures.stream().allMatch(figure -> figure.series().equals(Section.BIN))) {
      draft.option("histogram", "yes");
    } else if (figures.size() > 7) {
      draft.option("horizontal", "yes");
    }
    figures.forEach(
        figure ->
            draft.line(
                figure.label(),
                Cell.count(figure.value()),
                Cell.figure(Text.percent(figure.value() / all), figure.value() / all)));
    return draft.sheet();
  }

  /** {@code Half are below 12; 5 % below 2, 95 % below 80, the highest is 700.} */
  private static String quantileText(List<Figure> quantiles) {
    Map<Integer, String> byPercent =
        quantiles.stream()
            .collect(Collectors.toMap(Figure::position, figure -> NumberText.of(figure.value())));
    return byPercent.keySet().containsAll(Set.of(5, 50, 95, 100))
        ? String.format(
            "Median %s; 5 %% below %s, 95 %% below %s, highest %s (of values rounded to four"
                + " digits)",
            byPercent.get(50), byPercent.get(5), byPercent.get(95), byPercent.get(100))
        : "";
  }

  private static List<Sheet> clock(Pictures pictures) {
    List<Figure> figures = pictures.of(Section.CLOCK);
    double most = figures.stream().mapToDouble(Figure::value).max().orElse(0);
    if (most == 0) {
      return List.of();
    }
    Sheet.Draft draft =
        new Sheet.Draft(
                "clock", "Events by weekday and hour, UTC", Pictures.columns("Day", figures))
            .chart("heat");
    Pictures.matrix(draft, figures, figure -> most);
    return List.of(draft.sheet());
  }

  private static List<Sheet> retention(Pictures pictures) {
    List<Figure> figures = pictures.of(Section.RETENTION);
    if (figures.isEmpty()) {
      return List.of();
    }
    String period = figures.get(0).subject();
    Map<String, List<Figure>> cohorts = Pictures.grouped(figures, Figure::series);
    int longest = cohorts.values().stream().mapToInt(List::size).max().orElse(0);
    List<Sheet.Column> columns =
        new ArrayList<>(List.of(Sheet.words("First event from"), Sheet.number("Users")));
    for (int at = 1; at < longest; at++) {
      columns.add(Sheet.number("+" + at));
    }
    Sheet.Draft draft =
        new Sheet.Draft(
                "retention", "Cohorts: who comes again", columns.toArray(Sheet.Column[]::new))
            .note(
                "Users by when their first event was (periods of "
                    + period
                    + "), and the share of them who came again so many periods later.")
            .chart("heat");
    cohorts.forEach(
        (cohort, line) -> {
          double users = line.get(0).value();
          List<Cell> cells = new ArrayList<>(List.of(Cell.count(users)));
          for (int at = 1; at < longest; at++) {
            cells.add(
                at < line.size() && users > 0
                    ? Cell.figure(
                            Math.round(100 * line.get(at).value() / users) + " %",
                            line.get(at).value())
                        .tinted(line.get(at).value() / users)
                    : new Cell("", "", "", "", "", false, "", ""));
          }
          draft.line(cohort, cells.toArray(Cell[]::new));
        });
    return List.of(draft.sheet());
  }

  private static List<Sheet> associations(Pictures pictures) {
    Map<List<String>, List<Figure>> tests =
        Pictures.grouped(
            pictures.of(Section.ASSOCIATION),
            figure -> List.of(figure.subject(), figure.against(), figure.series()));
    Sheet.Draft draft =
        new Sheet.Draft(
                "associations",
                "What has to do with what",
                Sheet.words("Of a user"),
                Sheet.words("Against"),
                Sheet.words("Test"),
                Sheet.number("Effect"),
                Sheet.number("p"),
                Sheet.number("Statistic"),
                Sheet.number("Degrees"),
                Sheet.number("Users"))
            .note(
                "Strongest first. Effect: Cramér's V for two attributes (χ² test), ε² for a number"
                    + " over the levels of an attribute (Kruskal–Wallis, values rounded to two"
                    + " digits); 0 is nothing, 1 is all. With many users tiny effects have tiny p,"
                    + " and so many tests find some by chance: trust the effect.");
    tests.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -of(entry.getValue(), "effect")))
        .forEach(
            entry -> {
              List<Figure> test = entry.getValue();
              double p = of(test, "p_value");
              double effect = of(test, "effect");
              draft.line(
                  Titles.subject(entry.getKey().get(0)),
                  Cell.text(Titles.subject(entry.getKey().get(1))),
                  Cell.text(entry.getKey().get(2).equals("kruskal") ? "Kruskal–Wallis" : "χ²"),
                  Cell.figure(Text.decimals(effect, 3), effect).tinted(effect),
                  Cell.figure(p < 0.001 ? "< 0.001" : Text.decimals(p, 3), p),
                  Cell.figure(NumberText.of(of(test, "statistic")), of(test, "statistic")),
                  Cell.count(of(test, "degrees")),
                  Cell.count(of(test, "users")));
            });
    return draft.isEmpty() ? List.of() : List.of(draft.sheet());
  }

  private static double of(List<Figure> test, String measure) {
    return test.stream()
        .filter(figure -> figure.measure().equals(measure))
        .mapToDouble(Figure::value)
        .findFirst()
        .orElse(0);
  }

  /** One sheet per pair of subjects; each line is tinted by its own shares. */
  private static List<Sheet> matrices(
      Pictures pictures, String section, String id, String counted) {
    List<Sheet> sheets = new ArrayList<>();
    Pictures.grouped(pictures.of(section), figure -> List.of(figure.subject(), figure.against()))
        .forEach(
            (pair, figures) -> {
              Map<String, Double> perLine =
                  figures.stream()
                      .collect(
                          Collectors.groupingBy(
                              Figure::series, Collectors.summingDouble(Figure::value)));
              String first = Titles.subject(pair.get(0));
              String second = Titles.subject(pair.get(1));
              Sheet.Draft draft =
                  new Sheet.Draft(
                          Sheet.id(id, pair.get(0), pair.get(1)),
                          first + " × " + second.toLowerCase(java.util.Locale.ROOT),
                          Pictures.columns(first, figures))
                      .note(
                          "Number of "
                              + counted
                              + ". The darker a cell, the larger its share of the line.")
                      .chart("heat");
              double darkest =
                  figures.stream()
                      .mapToDouble(f -> f.value() / Math.max(1, perLine.get(f.series())))
                      .max()
                      .orElse(1);
              Pictures.matrix(draft, figures, f -> perLine.get(f.series()) * darkest);
              sheets.add(draft.sheet());
            });
    return sheets;
  }
}
