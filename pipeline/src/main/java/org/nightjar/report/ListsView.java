package org.nightjar.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nightjar.NumberText;
import org.nightjar.report.ReportData.Because;
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
    List<Fact> coverage, List<Sheet> tail, List<UserList> users, List<SimilarList> similar) {

  /** What one user gets. */
  public record UserList(
      String user, String profile, List<Line> rows, List<Bought> bought, List<HeldOut> heldOut) {}

  /** A recommended item; without sentences the published reason says why. */
  public record Line(
      int rank, String item, String detail, String source, String reason, List<Said> sentences) {}

  /** A sentence in a language. */
  public record Said(String language, String text) {}

  private static final int MAX_NAME = 60;
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
            .map(
                f ->
                    new Fact(Titles.metric(f.metric(), f.k()), NumberText.of(f.value()), HELD_OUT));
    Stream<Fact> change =
        pictures.of(Section.CHURN).stream()
            .map(
                f ->
                    new Fact(
                        Titles.sentence(f.measure()),
                        Text.percent(f.value()),
                        "against " + f.against()));
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

  private static UserList tamed(ExampleList list) {
    return new UserList(
        tame(list.user()),
        tame(list.profile()),
        list.rows().stream().map(ListsView::line).toList(),
        list.bought().stream().map(item -> new Bought(tame(item.item()), item.times())).toList(),
        list.heldOut().stream().map(item -> new HeldOut(tame(item.item()), item.hit())).toList());
  }

  static Line line(ExampleRow row) {
    return new Line(
        row.rank(),
        tame(row.item()),
        tame(row.detail()),
        tame(row.source()),
        tame(row.reason()),
        said(row));
  }

  private static List<Said> said(ExampleRow row) {
    List<Because> tamed =
        row.because().stream()
            .map(
                part ->
                    new Because(
                        part.kind(), Text.tame(part.what(), MAX_NAME), part.value(), part.itself()))
            .toList();
    boolean repeated = tamed.stream().anyMatch(Because::itself);
    List<Said> said = new ArrayList<>();
    for (Locale language : Sentences.LANGUAGES) {
      // The published reason of a repeat is in English, and says how often.
      String text =
          repeated && language.equals(Locale.ENGLISH) && !row.reason().isEmpty()
              ? tame(row.reason())
              : Sentences.in(language).of(row.score(), tamed);
      if (!text.isEmpty()) {
        said.add(new Said(language.getLanguage(), text));
      }
    }
    return List.copyOf(said);
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
