package org.nightjar.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  /** Where pages are kept for looking at; not part of the test's verdict. */
  private static final Path PAGES = Path.of("target", "report-pages");

  private static String keep(String name, String page) throws IOException {
    Files.createDirectories(PAGES);
    Files.writeString(PAGES.resolve(name + ".html"), page);
    return page;
  }

  @Test
  void showsEverySection() throws IOException {
    String page = keep("passed", HtmlReport.render(SampleReport.passed()));
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("<b>Passed.</b>")
        .contains("248,391")
        .contains("exact-duplicate")
        .contains(">0.2310<")
        .contains("0.2190–0.2430")
        .contains("MAP@10 by activity")
        .contains("because you bought Greek yoghurt")
        .contains("VectorBLAS")
        .contains("1 min 12 s in all");
  }

  @Test
  void needsNoNetworkAndNoScript() {
    String page = HtmlReport.render(SampleReport.passed());
    assertThat(page).doesNotContainPattern("(?i)<script|https?://|@import|url\\(|\\son[a-z]+=");
    Matcher link = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(page);
    while (link.find()) {
      assertThat(link.group(1)).matches("#[a-z]+|data:,");
    }
  }

  @Test
  void everyTableHasCaptionAndScopes() {
    String page = HtmlReport.render(SampleReport.passed());
    assertThat(count(page, "<table>")).isPositive().isEqualTo(count(page, "<caption>"));
    assertThat(count(page, "<th[ >]")).isEqualTo(count(page, "<th scope="));
  }

  @Test
  void aRefusalSaysWhy() throws IOException {
    String page = keep("refused", HtmlReport.render(SampleReport.refused()));
    assertThat(page)
        .contains("<b>Refused.</b>")
        .contains("3 users have an item twice")
        .contains("The previous release stays current.");
  }

  @Test
  void hostileTextIsShownAsText() throws IOException {
    String hostile = "<script>alert(1)</script><img src=x onerror=\"alert('2')\">${1+1}</bdi>&amp;";
    String page =
        keep(
            "hostile",
            HtmlReport.render(
                SampleReport.of(
                    "</title>" + hostile,
                    true,
                    SampleReport.lists(hostile, "مرحبا\u202eabc 🦉👩‍🌾"))));
    assertThat(page)
        .doesNotContain("<script")
        .doesNotContain("<img")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
        .contains("${1+1}")
        .contains("&lt;/bdi&gt;&amp;amp;")
        .contains("مرحبا�abc 🦉👩‍🌾");
    assertThat(count(page, "</title>")).isEqualTo(1);
  }

  @Test
  void veryLongTextIsCutAtAWholeCharacter() throws IOException {
    String page =
        keep(
            "long",
            HtmlReport.render(
                SampleReport.of(
                    "n".repeat(5_000),
                    true,
                    SampleReport.lists("W".repeat(3_000), "🦉".repeat(3_000)))));
    assertThat(page)
        .contains("W".repeat(ReportView.MAX_TEXT) + "…")
        .contains("🦉".repeat(ReportView.MAX_TEXT) + "…")
        .doesNotContain("W".repeat(ReportView.MAX_TEXT + 1));
  }

  @Test
  void anEmptyNightIsAPageToo() {
    ReportData full = SampleReport.passed();
    String page =
        HtmlReport.render(
            new ReportData(
                "empty",
                full.runId(),
                full.cutoff(),
                full.startedAt(),
                full.finishedAt(),
                true,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                10,
                List.of(),
                List.of(),
                List.of(),
                "",
                ""));
    assertThat(page)
        .contains("No cleaning rule touched a row.")
        .contains("Nothing was held out")
        .doesNotContain("warning");
  }

  @Test
  void theSameDataGivesTheSamePage() {
    assertThat(HtmlReport.render(SampleReport.passed()))
        .isEqualTo(HtmlReport.render(SampleReport.passed()));
  }

  private static long count(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }
}
