package org.nightjar.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nightjar.NumberText;
import org.nightjar.report.ReportData.Bought;
import org.nightjar.report.ReportData.ExampleList;
import org.nightjar.report.ReportData.ExampleRow;
import org.nightjar.report.ReportData.Fact;
import org.nightjar.report.ReportData.HeldOut;
import org.nightjar.report.ReportData.SimilarItem;
import org.nightjar.report.ReportData.SimilarList;
import org.nightjar.report.Sheet.Cell;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

/**
 * What people will be shown: examples, and figures about all lists. Public only because the
 * template engine reads it.
 */
public record ListsView(
    List<Fact> coverage, List<Sheet> tail, List<ExampleList> users, List<SimilarList> similar) {

  private static final String HELD_OUT = "published lists of held-out users";

  static ListsView of(ReportData data, Pictures pictures) {
    return new ListsView(
        coverage(data, pictures),
        tail(pictures),
        data.lists().stream().map(ListsView::tamed).toList(),
        data.similar().stream().map(ListsView::tamed).toList());
  }

  private static List<Fact> coverage(ReportData data, Pictures pictures) {
    List<ReportData.Figure> figures = ModelsView.overall(data.metrics());
    String ranking = ModelsView.ranking(figures);
    Stream<Fact> measured =
        figures.stream()
        .filter(f -> f.model().equals(ranking) && f.k() == data.headlineK())
        .filter(f -> !ModelsView.isAccuracy(f.metric()) && Double.isFinite(f.value()))
        .map(f -> new Fact(Titles.metric(f.metric(), f.k()), NumberText.of(f.value()), HELD_OUT));
    Stream<Fact> change =
        pictures.of(Section.CHURN).stream()
            .map(
                f ->
                    new Fact(
                        Titles.sentence(f.measure()),
                        Text.percent(f.value()),
                        "against the last release"));
    return Stream.concat(measured, change).toList();
  }

  private static List<Sheet> tail(Pictures pictures) {
    Map<Integer, Map<String, Figure>> byPoint = new TreeMap<>();
    pictures
        .of(Section.TAIL)
        .forEach(
            figure ->
                byPoint
                    .computeIfAbsent(figure.position(), at -> new TreeMap<>())
                    .put(figure.subject(), figure));
    Sheet.Draft draft =
        new Sheet.Draft(
                "tail",
                "The long tail: do lists go beyond the most popular items?",
                Sheet.words("Most popular items, % of all"),
                Sheet.number("Their share of the events"),
                Sheet.number("Their share of the lists"))
            .chart("curve")
            .option("x", "head");
    byPoint
        .values()
        .forEach(
            point -> {
              List<Cell> cells = new ArrayList<>();
              for (String subject : List.of("events", "lists")) {
                Figure figure = point.get(subject);
                cells.add(
                    figure == null
                        ? Cell.none()
                        : Cell.figure(Text.percent(figure.value()), figure.value()));
              }
              draft.line(point.values().iterator().next().label(), cells.toArray(Cell[]::new));
            });
    return draft.isEmpty() ? List.of() : List.of(draft.sheet());
  }

  private static ExampleList tamed(ExampleList list) {
    return new ExampleList(
        tame(list.user()),
        tame(list.profile()),
        list.rows().stream()
            .map(
                row ->
                    new ExampleRow(
                        row.rank(),
                        tame(row.item()),
                        tame(row.detail()),
                        tame(row.source()),
                        tame(row.reason())))
            .toList(),
        list.bought().stream().map(item -> new Bought(tame(item.item()), item.times())).toList(),
        list.heldOut().stream().map(item -> new HeldOut(tame(item.item()), item.hit())).toList());
  }

  private static SimilarList tamed(SimilarList list) {
    return new SimilarList(
        tame(list.item()),
        tame(list.detail()),
        list.buyers(),
        list.items().stream()
            .map(item -> new SimilarItem(tame(item.item()), item.score()))
            .toList());
  }

  private static String tame(String text) {
    return Text.tame(text, ReportView.MAX_TEXT);
  }
}
