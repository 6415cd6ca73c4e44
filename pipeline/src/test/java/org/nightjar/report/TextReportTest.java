package org.nightjar.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nightjar.report.ReportData.ExampleList;
import org.nightjar.report.ReportData.ExampleRow;
import org.nightjar.report.ReportData.Figure;

class TextReportTest {
  private static final List<Figure> FIGURES =
      List.of(
          new Figure("blend", "all", "map", 10, 0.25, 0.2, 0.3, 1234),
          new Figure("als", "all", "map", 10, 0.125, 0.1, 0.15, 1234),
          new Figure("blend", "all", "f1", 10, 0.5, null, null, 1234),
          new Figure("blend", "age=19-24", "map", 10, 0.9, null, null, 4),
          new Figure("blend", "all", "map", 5, 0.9, null, null, 1234));

  @Test
  void metricsAreAlignedAndTheBlendComesLast() {
    assertThat(TextReport.metrics(FIGURES, 10))
        .isEqualTo(
            """
            Held-out metrics over 1,234 users (* what is published)
              model    MAP@10       interval   F1@10
              als      0.1250  0.1000–0.1500       –
              blend *  0.2500  0.2000–0.3000  0.5000
            """);
  }

  @Test
  void listsAreAlignedAlsoWithWideCharacters() {
    List<ExampleList> lists =
        List.of(
            new ExampleList(
                "User A",
                "heavy",
                List.of(
                    new ExampleRow(1, "牛乳", "", "als", "popular"),
                    new ExampleRow(10, "milk 1", "", "repeat", "you often buy this"))),
            new ExampleList("User B", "", List.of()));
    assertThat(TextReport.lists(lists))
        .isEqualTo(
            """
            User A (heavy)
               1  牛乳    als     popular
              10  milk 1  repeat  you often buy this

            User B
              no list; see the fallback table
            """);
  }

  @Test
  void hostileTextCannotMoveTheCursor() {
    ExampleRow row = new ExampleRow(1, "\u001b[2Jx\r\ny\u202e", "", "als", "z".repeat(500));
    String text = TextReport.lists(List.of(new ExampleList("User A", "", List.of(row))));
    assertThat(text).doesNotContain("\u001b").doesNotContain("\r").doesNotContain("\u202e");
    assertThat(text.lines().count()).isEqualTo(2);
    assertThat(text).contains("z".repeat(48) + "…");
  }

  @Test
  void withoutFiguresASentenceSaysSo() {
    assertThat(TextReport.render(List.of(), 10, List.of()))
        .isEqualTo("No metrics: nothing was held out.\n");
  }
}
