package org.nightjar.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.nightjar.report.ReportData.ExampleList;
import org.nightjar.report.ReportData.ExampleRow;
import org.nightjar.report.ReportData.Fact;
import org.nightjar.report.ReportData.Figure;
import org.nightjar.table.Fallback;
import org.nightjar.table.Metrics;

/**
 * {@link ReportData} arranged for the template: every figure formatted, every foreign text tamed,
 * bars as shares of their track. Public only because the template engine reads it.
 */
public record ReportView(
    String name,
    String runId,
    String cutoff,
    String started,
    String finished,
    String took,
    boolean passed,
    List<String> reasons,
    List<String> warnings,
    List<Bar> stages,
    List<VolumeRow> volumes,
    List<Fact> outputs,
    List<RejectRow> rejects,
    List<Chart> charts,
    List<Grid> overall,
    List<Group> segments,
    List<Fact> coverage,
    List<ExampleList> lists,
    List<Fact> facts,
    String configuration,
    String command) {

  static final int MAX_TEXT = 160;
  private static final int MAX_MESSAGE = 1_000;
  private static final int MAX_CONFIGURATION = 200_000;

  /** The metrics of the headline, in this order; others follow in the tables. */
  private static final List<String> HEADLINE_METRICS = List.of("map", "f1");

  private static final List<String> METRIC_ORDER =
      List.of("map", "f1", "ndcg", "mrr", "precision", "recall", "hit_rate", "coverage");

  /** A bar: label, value in words, share of its track in percent. */
  public record Bar(String label, String value, String percent) {}

  /** A source's rows. */
  public record VolumeRow(
      String source, String read, String kept, String lost, String lostShare, String percent) {}

  /** What a rule did. */
  public record RejectRow(String source, String rule, String action, String rows, String percent) {}

  /** One metric of all models, with intervals. */
  public record Chart(String title, List<Mark> marks, String axisEnd) {}

  /** One model in a chart; low and high are empty without an interval. */
  public record Mark(
      String model,
      boolean blend,
      String value,
      String interval,
      String percent,
      String lowPercent,
      String spanPercent) {}

  /** Models by metrics at one list length. */
  public record Grid(String title, List<String> columns, List<Line> lines) {}

  /** One row of a grid. */
  public record Line(String label, String note, boolean blend, List<Cell> cells) {}

  /** One cell; a text of {@code –} when there is no such figure. */
  public record Cell(String value, String interval, boolean best) {}

  /** Segments of one kind, such as activity, as grids. */
  public record Group(String title, List<Grid> grids) {}

  static ReportView of(ReportData data) {
    return new ReportView(
        Text.tame(data.name(), MAX_TEXT),
        data.runId(),
        Text.time(data.cutoff()),
        Text.time(data.startedAt()),
        Text.time(data.finishedAt()),
        Text.duration(Duration.between(data.startedAt(), data.finishedAt()).toMillis() / 1000.0),
        data.passed(),
        data.reasons().stream().map(text -> Text.tame(text, MAX_MESSAGE)).toList(),
        data.warnings().stream().map(text -> Text.tame(text, MAX_MESSAGE)).toList(),
        stages(data),
        volumes(data),
        tamed(data.outputs()),
        rejects(data),
        charts(data),
        overall(data),
        segments(data),
        tamed(data.coverage()),
        data.lists().stream().map(ReportView::tamed).toList(),
        tamed(data.facts()),
        data.configuration().length() > MAX_CONFIGURATION
            ? data.configuration().substring(0, MAX_CONFIGURATION) + "…"
            : data.configuration(),
        data.command());
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
                        METRIC_ORDER.contains(metric)
                            ? METRIC_ORDER.indexOf(metric)
                            : METRIC_ORDER.size())
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** {@code MAP@10}. */
  static String title(String metric, int k) {
    String name =
        switch (metric) {
          case "map", "f1", "ndcg", "mrr" -> metric.toUpperCase(Locale.ROOT);
          default ->
              metric.isEmpty()
                  ? metric
                  : metric.substring(0, 1).toUpperCase(Locale.ROOT)
                      + metric.substring(1).replace('_', ' ').replace('-', ' ');
        };
    return name + "@" + k;
  }

  static List<Figure> overallFigures(ReportData data) {
    return data.metrics().stream()
        .filter(figure -> figure.segment().equals(Fallback.EVERYONE))
        .toList();
  }

  private static List<Bar> stages(ReportData data) {
    double longest =
        data.stages().stream().mapToDouble(ReportData.StageTime::seconds).max().orElse(0);
    return data.stages().stream()
        .map(
            stage ->
                new Bar(
                    stage.stage(),
                    Text.duration(stage.seconds()),
                    percent(stage.seconds(), longest)))
        .toList();
  }

  private static List<VolumeRow> volumes(ReportData data) {
    return data.volumes().stream()
        .map(
            volume -> {
              long lost = volume.read() - volume.kept();
              return new VolumeRow(
                  Text.tame(volume.source(), MAX_TEXT),
                  Text.count(volume.read()),
                  Text.count(volume.kept()),
                  Text.count(lost),
                  Text.share(lost, volume.read()),
                  percent((double) volume.kept(), (double) volume.read()));
            })
        .toList();
  }

  private static List<RejectRow> rejects(ReportData data) {
    long most = data.rejects().stream().mapToLong(ReportData.Rejected::rows).max().orElse(0);
    return data.rejects().stream()
        .map(
            reject ->
                new RejectRow(
                    Text.tame(reject.source(), MAX_TEXT),
                    Text.tame(reject.rule(), MAX_TEXT),
                    reject.action(),
                    Text.count(reject.rows()),
                    percent((double) reject.rows(), (double) most)))
        .toList();
  }

  private static List<Chart> charts(ReportData data) {
    List<Chart> charts = new ArrayList<>();
    for (String metric : HEADLINE_METRICS) {
      List<Figure> figures =
          overallFigures(data).stream()
              .filter(f -> f.metric().equals(metric) && f.k() == data.headlineK())
              .filter(figure -> Double.isFinite(figure.value()))
              .sorted(
                  Comparator.comparingDouble(Figure::value).reversed().thenComparing(Figure::model))
              .toList();
      if (!figures.isEmpty()) {
        double end = figures.stream().mapToDouble(ReportView::highest).max().orElse(0);
        charts.add(
            new Chart(
                title(metric, data.headlineK()),
                figures.stream().map(figure -> mark(figure, end, ranking(figures))).toList(),
                Text.metric(end)));
      }
    }
    return charts;
  }

  private static double highest(Figure figure) {
    return figure.ciHigh() == null ? figure.value() : Math.max(figure.value(), figure.ciHigh());
  }

  private static Mark mark(Figure figure, double end, String ranking) {
    boolean interval = figure.ciLow() != null && figure.ciHigh() != null;
    return new Mark(
        Text.tame(figure.model(), MAX_TEXT),
        figure.model().equals(ranking),
        Text.metric(figure.value()),
        Text.interval(figure.ciLow(), figure.ciHigh()),
        percent(figure.value(), end),
        interval ? percent(figure.ciLow(), end) : "",
        interval ? percent(figure.ciHigh() - figure.ciLow(), end) : "");
  }

  /** One grid per list length, the headline's first. */
  private static List<Grid> overall(ReportData data) {
    List<Figure> figures = overallFigures(data);
    List<String> models = models(figures);
    return figures.stream()
        .map(Figure::k)
        .distinct()
        .sorted(
            Comparator.comparing((Integer k) -> k != data.headlineK())
                .thenComparing(Comparator.naturalOrder()))
        .map(
            k -> {
              List<String> metrics = metrics(figures, k);
              Map<List<String>, Figure> byPlace = new HashMap<>();
              figures.stream()
                  .filter(figure -> figure.k() == k)
                  .forEach(f -> byPlace.put(List.of(f.model(), f.metric()), f));
              return new Grid(
                  "Lists of " + k,
                  metrics.stream().map(metric -> title(metric, k)).toList(),
                  models.stream()
                      .map(
                          model ->
                              new Line(
                                  Text.tame(model, MAX_TEXT),
                                  "",
                                  model.equals(ranking(figures)),
                                  metrics.stream()
                                      .map(
                                          metric ->
                                              cell(
                                                  byPlace.get(List.of(model, metric)),
                                                  best(
                                                      models.stream()
                                                          .map(m -> List.of(m, metric))
                                                          .map(byPlace::get))))
                                      .toList()))
                      .toList());
            })
        .toList();
  }

  /** Per kind of segment and headline metric a grid: segments by models. */
  private static List<Group> segments(ReportData data) {
    Map<String, List<Figure>> byKind = new LinkedHashMap<>();
    data.metrics().stream()
        .filter(f -> !f.segment().equals(Fallback.EVERYONE) && f.k() == data.headlineK())
        .forEach(f -> byKind.computeIfAbsent(kind(f.segment()), k -> new ArrayList<>()).add(f));
    return byKind.entrySet().stream()
        .map(
            entry ->
                new Group(
                    Text.tame(entry.getKey(), MAX_TEXT),
                    HEADLINE_METRICS.stream()
                        .map(metric -> segmentGrid(entry.getValue(), metric, data.headlineK()))
                        .filter(grid -> !grid.lines().isEmpty())
                        .toList()))
        .filter(group -> !group.grids().isEmpty())
        .toList();
  }

  private static Grid segmentGrid(List<Figure> ofKind, String metric, int k) {
    List<Figure> figures = ofKind.stream().filter(f -> f.metric().equals(metric)).toList();
    List<String> models = models(figures);
    Map<String, Map<String, Figure>> bySegment = new LinkedHashMap<>();
    figures.forEach(
        f -> bySegment.computeIfAbsent(f.segment(), s -> new HashMap<>()).put(f.model(), f));
    return new Grid(
        title(metric, k),
        models.stream().map(model -> Text.tame(model, MAX_TEXT)).toList(),
        bySegment.entrySet().stream()
            .map(
                segment -> {
                  Map<String, Figure> byModel = segment.getValue();
                  Figure best = best(models.stream().map(byModel::get));
                  long users = byModel.values().stream().mapToLong(Figure::users).max().orElse(0);
                  return new Line(
                      Text.tame(value(segment.getKey()), MAX_TEXT),
                      Text.count(users) + " users",
                      false,
                      models.stream().map(model -> cell(byModel.get(model), best)).toList());
                })
            .toList());
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
        ? new Cell("–", "", false)
        : new Cell(
            Text.metric(figure.value()),
            Text.interval(figure.ciLow(), figure.ciHigh()),
            best != null && figure.value() == best.value());
  }

  private static String kind(String segment) {
    int equals = segment.indexOf('=');
    return equals < 0 ? segment : segment.substring(0, equals);
  }

  private static String value(String segment) {
    return segment.substring(segment.indexOf('=') + 1);
  }

  private static List<Fact> tamed(List<Fact> facts) {
    return facts.stream()
        .map(
            fact ->
                new Fact(
                    Text.tame(fact.label(), MAX_TEXT),
                    Text.tame(fact.value(), MAX_TEXT),
                    Text.tame(fact.note(), MAX_TEXT)))
        .toList();
  }

  private static ExampleList tamed(ExampleList list) {
    return new ExampleList(
        Text.tame(list.user(), MAX_TEXT),
        Text.tame(list.profile(), MAX_TEXT),
        list.rows().stream()
            .map(
                row ->
                    new ExampleRow(
                        row.rank(),
                        Text.tame(row.item(), MAX_TEXT),
                        Text.tame(row.detail(), MAX_TEXT),
                        Text.tame(row.source(), MAX_TEXT),
                        Text.tame(row.reason(), MAX_TEXT)))
            .toList());
  }

  /** A share of a track, two decimals, from 0 to 100. */
  private static String percent(double part, double whole) {
    double share = whole > 0 && Double.isFinite(part) ? part / whole : 0;
    return String.format(Locale.ROOT, "%.2f", 100 * Math.max(0, Math.min(1, share)));
  }
}
