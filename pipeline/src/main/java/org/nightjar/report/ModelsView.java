package org.nightjar.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.nightjar.NumberText;
import org.nightjar.report.ReportData.Figure;
import org.nightjar.report.Sheet.Cell;
import org.nightjar.table.Fallback;
import org.nightjar.table.Metrics;
import org.nightjar.table.Summaries;
import org.nightjar.table.Summaries.Section;

/**
 * How good the models and the ways of ranking are. Public only because the template engine reads
 * it.
 */
public record ModelsView(
    List<Sheet> headline,
    List<Sheet> comparisons,
    List<Length> overall,
    List<Sheet> curves,
    List<Group> segments,
    List<Sheet> weights,
    List<Sheet> choices,
    List<Sheet> contributions,
    List<Sheet> gains,
    List<Sheet> tuning) {

  /** The metrics of the headline, in this order; others follow in the tables. */
  static final List<String> HEADLINE_METRICS = List.of("map", "f1");

  /** Metrics that count hits; the others tell what the lists are like. */
  private static final List<String> ACCURACY =
      List.of("map", "f1", "ndcg", "mrr", "precision", "recall", "hit_rate");

  private static final int MAX_GAINS = 25;

  /** Segments of one kind, such as activity. */
  public record Group(String title, List<Sheet> sheets) {}

  /**
   * All metrics of lists of one length: how accurate they are, and what else they are, if measured.
   */
  public record Length(String title, Sheet accuracy, List<Sheet> further) {}

  static ModelsView of(ReportData data, Pictures pictures) {
    return new ModelsView(
        headline(data),
        comparisons(data, pictures),
        overall(data),
        curves(data),
        segments(data),
        weights(data),
        choices(data),
        contributions(pictures),
        gains(pictures),
        TuningView.of(data.trials()));
  }

  /** The way of ranking whose lists are the final ones: the last there is. */
  static String ranking(List<Figure> figures) {
    return models(figures).stream().reduce((first, second) -> second).orElse(Metrics.BLEND);
  }

  /** Models in the order of the data, the ways of ranking last. */
  static List<String> models(List<Figure> figures) {
    Set<String> models = new LinkedHashSet<>();
    figures.forEach(figure -> models.add(figure.model()));
    return Stream.concat(
            models.stream().filter(model -> !Metrics.RANKINGS.contains(model)),
            Metrics.RANKINGS.stream().filter(models::contains))
        .toList();
  }

  /** Metrics at a list length, the headline's first. */
  static List<String> metrics(List<Figure> figures, int k) {
    return figures.stream()
        .filter(figure -> figure.k() == k)
        .map(Figure::metric)
        .distinct()
        .sorted(
            Comparator.comparingInt(
                    (String metric) ->
                        isAccuracy(metric) ? ACCURACY.indexOf(metric) : ACCURACY.size())
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** Whether the metric counts hits. */
  static boolean isAccuracy(String metric) {
    return ACCURACY.contains(metric);
  }

  static List<Figure> overall(List<Figure> figures) {
    return figures.stream().filter(f -> f.segment().equals(Fallback.EVERYONE)).toList();
  }

  private static List<Sheet> headline(ReportData data) {
    List<Sheet> sheets = new ArrayList<>();
    for (String metric : HEADLINE_METRICS) {
      List<Figure> figures =
          overall(data.metrics()).stream()
              .filter(f -> f.metric().equals(metric) && f.k() == data.headlineK())
              .filter(figure -> Double.isFinite(figure.value()))
              .sorted(
                  Comparator.comparingDouble(Figure::value).reversed().thenComparing(Figure::model))
              .toList();
      if (!figures.isEmpty()) {
        String title = Titles.metric(metric, data.headlineK());
        Sheet.Draft draft =
            new Sheet.Draft(
                    Sheet.id("headline", metric), title, Sheet.words("Model"), Sheet.number(title))
                .chart("intervals");
        figures.forEach(
            figure ->
                draft.line(
                    figure.model(),
                    "",
                    figure.model().equals(ranking(figures)),
                    List.of(cell(figure, null))));
        sheets.add(draft.sheet());
      }
    }
    return sheets;
  }

  /** The published ranking against each other one, the largest lead first. */
  private static List<Sheet> comparisons(ReportData data, Pictures pictures) {
    Sheet.Draft draft =
        new Sheet.Draft(
                "comparisons",
                "Published against the others: difference of "
                    + Titles.metric("map", data.headlineK()),
                Sheet.words("Against"),
                Sheet.number("Difference"),
                Sheet.number("Published"),
                Sheet.number("The other"),
                Sheet.number("Users"))
            .note(
                "Mean difference over the same held-out users, with its bootstrap interval; where"
                    + " the interval holds 0 it may be chance. Another release is compared on the"
                    + " users held out in both.")
            .chart("intervals");
    Pictures.grouped(pictures.of(Section.COMPARISON), Summaries.Figure::against).entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -entry.getValue().get(0).value()))
        .forEach(
            entry -> {
              Summaries.Figure difference = entry.getValue().get(0);
              List<Cell> cells = new ArrayList<>();
              cells.add(
                  Cell.figure(Text.signed(difference.value()), difference.value())
                      .withSmall(signed(difference.low(), difference.high()))
                      .withInterval(difference.low(), difference.high()));
              entry.getValue().stream()
                  .skip(1)
                  .forEach(
                      figure ->
                          cells.add(
                              figure.measure().equals(Metrics.USERS)
                                  ? Cell.count(figure.value())
                                  : Cell.figure(Text.metric(figure.value()), figure.value())));
              draft.line(
                  difference.series().equals("release")
                      ? "release " + difference.against()
                      : difference.against(),
                  "",
                  difference.series().equals("release"),
                  cells);
            });
    return draft.isEmpty() ? List.of() : List.of(draft.sheet());
  }

  private static String signed(Double low, Double high) {
    return low == null || high == null ? "" : Text.signed(low) + " to " + Text.signed(high);
  }

  /** All metrics by list length, the headline's first. */
  private static List<Length> overall(ReportData data) {
    List<Figure> figures = overall(data.metrics());
    return figures.stream()
        .map(Figure::k)
        .distinct()
        .sorted(
            Comparator.comparing((Integer k) -> k != data.headlineK())
                .thenComparing(Comparator.naturalOrder()))
        .map(
            k ->
                new Length(
                    "Lists of " + k,
                    overall(figures, k, "Accuracy, lists of " + k, true),
                    Stream.of(overall(figures, k, "What else the lists are, lists of " + k, false))
                        .filter(sheet -> sheet.columns().size() > 1)
                        .toList()))
        .toList();
  }

  private static Sheet overall(List<Figure> figures, int k, String title, boolean accuracy) {
    List<String> models = models(figures);
    List<String> metrics =
        metrics(figures, k).stream().filter(metric -> isAccuracy(metric) == accuracy).toList();
    Map<List<String>, Figure> byPlace = new HashMap<>();
    figures.stream()
        .filter(figure -> figure.k() == k)
        .forEach(f -> byPlace.put(List.of(f.model(), f.metric()), f));
    List<Sheet.Column> columns = new ArrayList<>(List.of(Sheet.words("Model")));
    metrics.forEach(metric -> columns.add(Sheet.number(Titles.metric(metric, k))));
    Sheet.Draft draft =
        new Sheet.Draft(
            (accuracy ? "metrics-" : "further-metrics-") + k,
            title,
            columns.toArray(Sheet.Column[]::new));
    for (String model : models) {
      draft.line(
          model,
          "",
          model.equals(ranking(figures)),
          metrics.stream()
              .map(
                  metric ->
                      cell(
                          byPlace.get(List.of(model, metric)),
                          accuracy
                              ? best(models.stream().map(m -> byPlace.get(List.of(m, metric))))
                              : null))
              .toList());
    }
    return draft.sheet();
  }

  /** Precision against recall, a point per list length. */
  private static List<Sheet> curves(ReportData data) {
    List<Figure> figures = overall(data.metrics());
    List<Integer> ks = figures.stream().map(Figure::k).distinct().sorted().toList();
    Map<List<Object>, Figure> byPlace = new HashMap<>();
    figures.forEach(f -> byPlace.put(List.of(f.model(), f.metric(), f.k()), f));
    Sheet.Draft draft =
        new Sheet.Draft(
                "precision-recall",
                "Precision and recall over the list length",
                Sheet.words("Model"),
                Sheet.number("Length"),
                Sheet.number("Recall"),
                Sheet.number("Precision"))
            .chart("curve");
    for (String model : models(figures)) {
      for (int k : ks) {
        Figure recall = byPlace.get(List.<Object>of(model, "recall", k));
        Figure precision = byPlace.get(List.<Object>of(model, "precision", k));
        if (recall != null && precision != null) {
          draft.line(
              model,
              "",
              model.equals(ranking(figures)),
              List.of(Cell.count(k), cell(recall, null), cell(precision, null)));
        }
      }
    }
    return draft.isEmpty() || ks.size() < 2 ? List.of() : List.of(draft.sheet());
  }

  /** Per kind of segment and headline metric a sheet: segments by models. */
  private static List<Group> segments(ReportData data) {
    Map<String, List<Figure>> byKind = new LinkedHashMap<>();
    data.metrics().stream()
        .filter(f -> !f.segment().equals(Fallback.EVERYONE) && f.k() == data.headlineK())
        .forEach(f -> byKind.computeIfAbsent(kind(f.segment()), k -> new ArrayList<>()).add(f));
    return byKind.entrySet().stream()
        .map(
            entry ->
                new Group(
                    Text.tame(Titles.sentence(entry.getKey()), ReportView.MAX_TEXT),
                    HEADLINE_METRICS.stream()
                        .map(metric -> segments(entry.getKey(), entry.getValue(), metric, data))
                        .filter(sheet -> !sheet.lines().isEmpty())
                        .toList()))
        .filter(group -> !group.sheets().isEmpty())
        .toList();
  }

  private static Sheet segments(String kind, List<Figure> ofKind, String metric, ReportData data) {
    List<Figure> figures = ofKind.stream().filter(f -> f.metric().equals(metric)).toList();
    List<String> models = models(figures);
    Map<String, Map<String, Figure>> bySegment = new LinkedHashMap<>();
    figures.forEach(
        f -> bySegment.computeIfAbsent(f.segment(), s -> new HashMap<>()).put(f.model(), f));
    List<Sheet.Column> columns = new ArrayList<>(List.of(Sheet.words(Titles.sentence(kind))));
    models.forEach(model -> columns.add(Sheet.number(model)));
    Sheet.Draft draft =
        new Sheet.Draft(
            Sheet.id("segment", kind, metric),
            Titles.metric(metric, data.headlineK()) + " by " + kind.replace('_', ' '),
            columns.toArray(Sheet.Column[]::new));
    bySegment.forEach(
        (segment, byModel) -> {
          Figure best = best(models.stream().map(byModel::get));
          long users = byModel.values().stream().mapToLong(Figure::users).max().orElse(0);
          draft.line(
              segment.substring(segment.indexOf('=') + 1),
              Text.count(users) + " users",
              false,
              models.stream().map(model -> cell(byModel.get(model), best)).toList());
        });
    return draft.sheet();
  }

  private static List<Sheet> weights(ReportData data) {
    Set<String> models = new LinkedHashSet<>();
    data.blendWeights().values().forEach(weights -> models.addAll(weights.keySet()));
    List<Sheet.Column> columns = new ArrayList<>(List.of(Sheet.words("Activity")));
    models.forEach(model -> columns.add(Sheet.number(model)));
    Sheet.Draft draft =
        new Sheet.Draft("weights", "Weights of the blend", columns.toArray(Sheet.Column[]::new))
            .note("Learned on held-out users of each activity segment.")
            .chart("bars")
            .option("stack", "yes")
            .option("horizontal", "yes");
    data.blendWeights()
        .forEach(
            (segment, weights) ->
                draft.line(
                    segment,
                    models.stream()
                        .map(model -> weights.getOrDefault(model, 0.0))
                        .map(weight -> Cell.figure(Text.decimals(weight, 3), weight))
                        .toArray(Cell[]::new)));
    return draft.isEmpty() || models.isEmpty() ? List.of() : List.of(draft.sheet());
  }

  private static List<Sheet> choices(ReportData data) {
    Sheet.Draft draft =
        new Sheet.Draft(
                "choices",
                "The learned order against the blend",
                Sheet.words("Activity"),
                Sheet.words("Use"),
                Sheet.number("Difference of MAP"),
                Sheet.number("Users"))
            .note(
                "Used where the whole interval of the difference, over the same held-out users, is"
                    + " above 0.");
    data.choices()
        .forEach(
            choice ->
                draft.line(
                    choice.segment(),
                    choice.used() ? Cell.chip("used", "good") : Cell.chip("not used", "plain"),
                    Cell.figure(Text.signed(choice.difference()), choice.difference())
                        .withSmall(signed(choice.low(), choice.high())),
                    Cell.count((double) choice.users())));
    return draft.isEmpty() ? List.of() : List.of(draft.sheet());
  }

  private static List<Sheet> contributions(Pictures pictures) {
    List<Summaries.Figure> figures = pictures.of(Section.CONTRIBUTION);
    if (figures.isEmpty()) {
      return List.of();
    }
    Map<String, List<Summaries.Figure>> byModel =
        Pictures.grouped(figures, Summaries.Figure::series);
    List<Sheet.Column> columns = new ArrayList<>(List.of(Sheet.words("Rank")));
    byModel.keySet().forEach(model -> columns.add(Sheet.number(model)));
    Sheet.Draft draft =
        new Sheet.Draft(
                "contributions",
                "Which model put the items there",
                columns.toArray(Sheet.Column[]::new))
            .note("Published rows by rank and by the model that spoke for the item most.")
            .chart("bars")
            .option("stack", "yes");
    figures.stream()
        .map(Summaries.Figure::position)
        .distinct()
        .sorted()
        .forEach(
            rank ->
                draft.line(
                    Integer.toString(rank),
                    byModel.values().stream()
                        .map(
                            model ->
                                model.stream()
                                    .filter(figure -> figure.position() == rank)
                                    .mapToDouble(Summaries.Figure::value)
                                    .sum())
                        .map(Cell::count)
                        .toArray(Cell[]::new)));
    return List.of(draft.sheet());
  }

  private static List<Sheet> gains(Pictures pictures) {
    Sheet.Draft draft =
        new Sheet.Draft(
                "gains",
                "What the learned order looks at",
                Sheet.words("Feature"),
                Sheet.number("Gain"))
            .note("Total gain of the splits on each feature; the largest ones.")
            .chart("bars")
            .option("horizontal", "yes");
    pictures.of(Section.RANKER).stream()
        .sorted(Comparator.comparingDouble(figure -> -figure.value()))
        .limit(MAX_GAINS)
        .forEach(
            figure ->
                draft.line(
                    figure.label(), Cell.figure(NumberText.of(figure.value()), figure.value())));
    return draft.isEmpty() ? List.of() : List.of(draft.sheet());
  }

  /** The highest of the figures; null when there is none or they are all the same. */
  private static Figure best(Stream<Figure> figures) {
    List<Figure> ascending =
        figures
            .filter(figure -> figure != null && Double.isFinite(figure.value()))
            .sorted(Comparator.comparingDouble(Figure::value))
            .toList();
    int last = ascending.size() - 1;
    return last < 0 || ascending.get(0).value() == ascending.get(last).value()
        ? null
        : ascending.get(last);
  }

  private static Cell cell(Figure figure, Figure best) {
    return figure == null
        ? Cell.none()
        : Cell.figure(
                figure.value() > 1 ? NumberText.of(figure.value()) : Text.metric(figure.value()),
                figure.value())
            .withSmall(Text.interval(figure.ciLow(), figure.ciHigh()))
            .withInterval(figure.ciLow(), figure.ciHigh())
            .strong(best != null && figure.value() == best.value());
  }

  private static String kind(String segment) {
    int equals = segment.indexOf('=');
    return equals < 0 ? segment : segment.substring(0, equals);
  }
}
