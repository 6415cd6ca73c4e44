package org.nightjar.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.nightjar.report.HistoryData.Night;
import org.nightjar.report.Sheet.Cell;

/**
 * {@link HistoryData} arranged for the template. Public only because the template engine reads it.
 */
public record HistoryView(
    List<Release> releases, List<Sheet> charts, String kind, String id, List<Found> found) {

  /** A line of the table of releases; its page is at {@code releases/RUN/report.html}. */
  public record Release(
      String runId,
      String cutoff,
      boolean current,
      boolean passed,
      List<String> reasons,
      String took,
      List<ReportData.Fact> counts,
      List<ReportData.Fact> metrics) {}

  /** What a release says about what was looked up. */
  public record Found(String runId, String note, List<ListsView.Line> rows) {}

  static HistoryView of(HistoryData data) {
    List<Release> newestFirst = new ArrayList<>();
    data.nights().forEach(night -> newestFirst.add(0, release(night)));
    List<Sheet> charts = new ArrayList<>();
    chart(charts, data.nights(), "metric-history", "Metrics", HistoryView::metrics);
    chart(
        charts,
        data.nights(),
        "time-history",
        "Run time, seconds",
        night -> Map.of("Run time", night.seconds()));
    chart(charts, data.nights(), "volume-history", "Volumes", HistoryView::counts);
    return new HistoryView(
        newestFirst,
        charts,
        data.answer().map(HistoryData.Answer::kind).orElse(""),
        data.answer().map(answer -> tame(answer.id())).orElse(""),
        data.answer().map(HistoryData.Answer::releases).orElse(List.of()).stream()
            .map(
                of ->
                    new Found(
                        of.runId(),
                        tame(of.note()),
                        of.rows().stream().map(ListsView::line).toList()))
            .toList());
  }

  private static Release release(Night night) {
    List<ReportData.Fact> metrics = new ArrayList<>();
    metrics(night)
        .forEach((name, value) -> metrics.add(new ReportData.Fact(name, Text.metric(value))));
    List<ReportData.Fact> counts = new ArrayList<>();
    night
        .counts()
        .forEach((name, value) -> counts.add(new ReportData.Fact(name, Text.count(value))));
    return new Release(
        night.runId(),
        Text.time(night.cutoff()),
        night.current(),
        night.passed(),
        night.reasons().stream().map(HistoryView::tame).toList(),
        Text.duration(night.seconds()),
        counts,
        metrics);
  }

  /** The headline's metrics by their names for people. */
  private static Map<String, Double> metrics(Night night) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    ModelsView.HEADLINE_METRICS.forEach(
        metric -> {
          if (night.metrics().containsKey(metric)) {
            metrics.put(Titles.metric(metric), night.metrics().get(metric));
          }
        });
    return metrics;
  }

  private static Map<String, Double> counts(Night night) {
    Map<String, Double> counts = new LinkedHashMap<>();
    night.counts().forEach((name, value) -> counts.put(Titles.sentence(name), (double) value));
    return counts;
  }

  private static void chart(
      List<Sheet> charts,
      List<Night> nights,
      String id,
      String title,
      Function<Night, Map<String, Double>> figures) {
    Set<String> names = new LinkedHashSet<>();
    nights.forEach(night -> names.addAll(figures.apply(night).keySet()));
    if (names.isEmpty()) {
      return;
    }
    List<Sheet.Column> columns = new ArrayList<>(List.of(Sheet.words("Run")));
    names.forEach(name -> columns.add(Sheet.number(name)));
    Sheet.Draft draft =
        new Sheet.Draft(id, title, columns.toArray(Sheet.Column[]::new)).chart("lines");
    for (Night night : nights) {
      Map<String, Double> values = figures.apply(night);
      draft.line(
          night.runId(),
          names.stream()
              .map(values::get)
              .map(
                  value ->
                      value == null
                          ? Cell.none()
                          : Cell.figure(org.nightjar.NumberText.of(value), value))
              .toArray(Cell[]::new));
    }
    charts.add(draft.sheet());
  }

  private static String tame(String text) {
    return Text.tame(text, ReportView.MAX_TEXT);
  }
}
