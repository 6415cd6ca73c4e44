package org.nightjar.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nightjar.table.Summaries.Figure;

/** Rows of {@link org.nightjar.table.Summaries}, found by section. */
record Pictures(Map<String, List<Figure>> bySection) {
  static Pictures of(List<Figure> figures) {
    return new Pictures(grouped(figures, Figure::section));
  }

  List<Figure> of(String section) {
    return bySection.getOrDefault(section, List.of());
  }

  /** By subject, in the order in which they come. */
  Map<String, List<Figure>> bySubject(String section) {
    return grouped(of(section), Figure::subject);
  }

  /** By the key, in the order in which they come. */
  static <K> Map<K, List<Figure>> grouped(List<Figure> figures, Function<Figure, K> key) {
    return figures.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  /**
   * A sheet with a line per series and a column per label, tinted by value; a label's column stands
   * where it comes first.
   *
   * @param whole what the tint is a share of, by figure; 0 gives no tint
   */
  static void matrix(Sheet.Draft draft, List<Figure> figures, Function<Figure, Double> whole) {
    List<String> labels = figures.stream().map(Figure::label).distinct().toList();
    grouped(figures, Figure::series)
        .forEach(
            (series, line) -> {
              Map<String, Figure> byLabel =
                  line.stream()
                      .collect(Collectors.toMap(Figure::label, f -> f, (first, second) -> first));
              draft.line(
                  series,
                  labels.stream()
                      .map(byLabel::get)
                      .map(
                          figure ->
                              figure == null
                                  ? Sheet.Cell.none()
                                  : Sheet.Cell.count(figure.value())
                                      .tinted(
                                          figure.value() / Math.max(1e-300, whole.apply(figure))))
                      .toArray(Sheet.Cell[]::new));
            });
  }

  /** The columns of {@link #matrix}. */
  static Sheet.Column[] columns(String head, List<Figure> figures) {
    List<Sheet.Column> columns = new java.util.ArrayList<>(List.of(Sheet.words(head)));
    figures.stream().map(Figure::label).distinct().map(Sheet::number).forEach(columns::add);
    return columns.toArray(Sheet.Column[]::new);
  }
}
