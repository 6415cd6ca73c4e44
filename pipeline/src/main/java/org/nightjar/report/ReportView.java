package org.nightjar.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nightjar.report.ReportData.Check;
import org.nightjar.report.ReportData.Fact;
import org.nightjar.report.ReportData.Figure;
import org.nightjar.report.Sheet.Cell;

/**
 * {@link ReportData} arranged for the template: every figure formatted, every foreign text tamed.
 * Public only because the template engine reads it.
 */
public record ReportView(
    String name,
    String runId,
    String before,
    String cutoff,
    String started,
    String took,
    boolean passed,
    List<Check> checks,
    List<String> warnings,
    List<Fact> tiles,
    List<Sheet> stages,
    List<Sheet> volumes,
    List<Sheet> changes,
    HealthView health,
    ExploreView explore,
    ModelsView models,
    ListsView lists,
    List<Fact> facts,
    String configuration,
    String command) {

  static final int MAX_TEXT = 160;
  private static final int MAX_MESSAGE = 1_000;
  private static final int MAX_CONFIGURATION = 200_000;

  static ReportView of(ReportData data) {
    Pictures pictures = Pictures.of(data.summaries());
    double seconds = Duration.between(data.startedAt(), data.finishedAt()).toMillis() / 1000.0;
    return new ReportView(
        Text.tame(data.name(), MAX_TEXT),
        data.runId(),
        data.before(),
        Text.time(data.cutoff()),
        Text.time(data.startedAt()),
        Text.duration(seconds),
        data.passed(),
        data.checks().stream().map(ReportView::tamed).toList(),
        data.warnings().stream().map(text -> Text.tame(text, MAX_MESSAGE)).toList(),
        data.sizes().stream().map(ReportView::tile).toList(),
        stages(data),
        volumes(data),
        changes(data),
        HealthView.of(data, pictures),
        ExploreView.of(pictures),
        ModelsView.of(data, pictures),
        ListsView.of(data, pictures),
        data.facts().stream().map(ReportView::tamed).toList(),
        data.configuration().length() > MAX_CONFIGURATION
            ? data.configuration().substring(0, MAX_CONFIGURATION) + "…"
            : data.configuration(),
        data.command());
  }

  private static Fact tile(ReportData.Size size) {
    return new Fact(
        Titles.sentence(size.name()),
        Text.count(size.value()),
        size.before() == null ? "" : Text.change(size.value() - size.before()));
  }

  private static List<Sheet> stages(ReportData data) {
    boolean compared = data.stages().stream().anyMatch(stage -> stage.before() != null);
    List<Sheet.Column> columns =
        new ArrayList<>(List.of(Sheet.words("Stage"), Sheet.number("Tonight")));
    if (compared) {
      columns.add(Sheet.number("Before"));
    }
    Sheet.Draft draft =
        new Sheet.Draft("stages", "Run time", columns.toArray(Sheet.Column[]::new))
            .chart("bars")
            .option("horizontal", "yes")
            .option("unit", "s");
    for (ReportData.StageTime stage : data.stages()) {
      List<Cell> cells =
          new ArrayList<>(List.of(Cell.figure(Text.duration(stage.seconds()), stage.seconds())));
      if (compared) {
        cells.add(
            stage.before() == null
                ? Cell.none()
                : Cell.figure(Text.duration(stage.before()), stage.before()));
      }
      draft.line(stage.stage(), cells.toArray(Cell[]::new));
    }
    return draft.isEmpty() ? List.of() : List.of(draft.sheet());
  }

  private static List<Sheet> volumes(ReportData data) {
    boolean compared = data.volumes().stream().anyMatch(volume -> volume.readBefore() != null);
    List<Sheet.Column> columns =
        new ArrayList<>(
            List.of(
                Sheet.words("Source"),
                Sheet.number("Read"),
                Sheet.number("Kept"),
                Sheet.number("Lost")));
    if (compared) {
      columns.add(2, Sheet.number("Before"));
    }
    Sheet.Draft draft =
        new Sheet.Draft("volumes", "Rows in and out", columns.toArray(Sheet.Column[]::new));
    for (ReportData.Volume volume : data.volumes()) {
      long lost = volume.read() - volume.kept();
      List<Cell> cells =
          new ArrayList<>(
              List.of(
                  Cell.count((double) volume.read()),
                  Cell.count((double) volume.kept()),
                  Cell.count((double) lost).withSmall(Text.share(lost, volume.read()))));
      if (compared) {
        cells.add(
            1,
            volume.readBefore() == null
                ? Cell.none()
                : Cell.count(volume.readBefore())
                    .withSmall(Text.change(volume.read() - volume.readBefore())));
      }
      draft.line(volume.source(), cells.toArray(Cell[]::new));
    }
    return draft.isEmpty() ? List.of() : List.of(draft.sheet());
  }

  /** The published lists' metrics, tonight and before. */
  private static List<Sheet> changes(ReportData data) {
    List<Figure> now = ModelsView.overall(data.metrics());
    Map<String, Figure> then = new HashMap<>();
    List<Figure> before = ModelsView.overall(data.metricsBefore());
    before.stream()
        .filter(f -> f.model().equals(ModelsView.ranking(before)) && f.k() == data.headlineK())
        .forEach(f -> then.put(f.metric(), f));
    Sheet.Draft draft =
        new Sheet.Draft(
                "changes",
                "Metrics of the published lists against " + data.before(),
                Sheet.words("Metric"),
                Sheet.number("Tonight"),
                Sheet.number("Before"),
                Sheet.number("Change"))
            .note(
                "Held-out users differ from night to night; a change within both intervals may be"
                    + " chance.");
    for (String metric : ModelsView.metrics(now, data.headlineK())) {
      Figure old = then.get(metric);
      now.stream()
          .filter(f -> f.model().equals(ModelsView.ranking(now)) && f.k() == data.headlineK())
          .filter(f -> f.metric().equals(metric) && old != null)
          .forEach(
              f ->
                  draft.line(
                      Titles.metric(metric, data.headlineK()),
                      figure(f),
                      figure(old),
                      Cell.figure(Text.signed(f.value() - old.value()), f.value() - old.value())));
    }
    return draft.isEmpty() ? List.of() : List.of(draft.sheet());
  }

  private static Cell figure(Figure figure) {
    return Cell.figure(Text.metric(figure.value()), figure.value())
        .withSmall(Text.interval(figure.ciLow(), figure.ciHigh()));
  }

  private static Check tamed(Check check) {
    return new Check(
        Text.tame(check.name(), MAX_TEXT),
        check.level(),
        Text.tame(check.value(), MAX_TEXT),
        Text.tame(check.bound(), MAX_TEXT),
        Text.tame(check.message(), MAX_MESSAGE));
  }

  private static Fact tamed(Fact fact) {
    return new Fact(
        Text.tame(fact.label(), MAX_TEXT),
        Text.tame(fact.value(), MAX_TEXT),
        Text.tame(fact.note(), MAX_TEXT));
  }
}
