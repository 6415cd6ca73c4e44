package org.nightjar.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.nightjar.table.Summaries;
import org.nightjar.table.Summaries.Section;

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
    for (String section : List.of("tonight", "health", "explore", "models", "lists", "reproduce")) {
      assertThat(page).contains("<section id=\"" + section + "\"");
    }
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("<b>Passed.</b>")
        .contains("248,391")
        .contains("exact-duplicate")
        .contains(">0.2310<")
        .contains("0.2190–0.2430")
        .contains("MAP@10 by activity")
        .contains(
            "Because you bought Sparkling water 12 × 330 ml (50\u00a0%) and Oat flakes (25\u00a0%)")
        .contains(
            "Weil Sie Sparkling water 12 × 330 ml (50\u00a0%) und Oat flakes (25\u00a0%) gekauft haben")
        .contains("VectorBLAS")
        .contains("1 min 12 s in all");
  }

  @Test
  void needsNoNetwork() {
    String page = withoutScripts(HtmlReport.render(SampleReport.passed()));
    assertThat(page).doesNotContainPattern("(?i)https?://|@import|url\\(|\\son[a-z]+=");
    Matcher link = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(page);
    while (link.find()) {
      assertThat(link.group(1)).matches("#[a-z]+|data:,");
    }
  }

  @Test
  void letsNoScriptRunButItsOwn() throws NoSuchAlgorithmException {
    String page = HtmlReport.render(SampleReport.passed());
    Matcher policy = Pattern.compile("script-src ([^;]*);").matcher(page);
    assertThat(policy.find()).isTrue();
    List<String> hashes = new ArrayList<>();
    Matcher script = Pattern.compile("(?s)<script>(.*?)</script>").matcher(page);
    while (script.find()) {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(script.group(1).getBytes(StandardCharsets.UTF_8));
      hashes.add("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
    }
    assertThat(hashes).hasSize(3);
    assertThat(policy.group(1)).isEqualTo(String.join(" ", hashes));
  }

  @Test
  void everySummaryStandsOnThePageWithItsExactValue() {
    List<String> figures = figures(HtmlReport.render(SampleReport.passed()));
    for (Summaries.Figure figure : SampleReport.summaries("35-44")) {
      boolean shown =
          !figure.measure().equals("read")
              && !figure.measure().equals("rows")
              && !figure.measure().equals("new_level");
      if (shown) {
        assertThat(figures).as("%s", figure).contains(Sheet.Cell.raw(figure.value()));
      }
    }
    for (ReportData.Figure figure : SampleReport.figures()) {
      if (figure.segment().equals("all")) {
        assertThat(figures).as("%s", figure).contains(Sheet.Cell.raw(figure.value()));
      }
    }
  }

  private static List<String> figures(String page) {
    return Pattern.compile("data-v=\"([^\"]*)\"")
        .matcher(page)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static String withoutScripts(String page) {
    return page.replaceAll("(?s)<script>.*?</script>", "");
  }

  @Test
  void everyTableHasCaptionAndScopes() {
    String page = withoutScripts(HtmlReport.render(SampleReport.passed()));
    assertThat(count(page, "<table ")).isPositive().isEqualTo(count(page, "<caption>"));
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
                    SampleReport.lists(hostile, "مرحبا\u202eabc 🦉👩‍🌾"),
                    SampleReport.summaries(hostile))));
    assertThat(count(page, "<script>")).isEqualTo(3);
    assertThat(withoutScripts(page))
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
                "",
                List.of(),
                List.of(),
                10,
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "",
                ""));
    assertThat(page)
        .contains("No cleaning rule touched a row.")
        .contains("Nothing was held out")
        .contains("No earlier release");
    assertThat(withoutScripts(page)).doesNotContain("1 warning");
  }

  @Test
  void theSameDataGivesTheSamePage() {
    assertThat(HtmlReport.render(SampleReport.passed()))
        .isEqualTo(HtmlReport.render(SampleReport.passed()));
  }

  @Test
  void staysSmallWithManyCategoriesOfLongNames() {
    List<Summaries.Figure> summaries = new ArrayList<>();
    for (int attribute = 0; attribute < 100; attribute++) {
      for (int level = 0; level < 42; level++) {
        summaries.add(
            Summaries.Figure.of(
                Section.DISTRIBUTION,
                "users.attribute" + attribute,
                "",
                "users",
                Section.LEVEL,
                level,
                "<&\"'>".repeat(100) + level,
                level));
      }
    }
    for (int pair = 0; pair < 28; pair++) {
      for (int cell = 0; cell < 169; cell++) {
        String line = "<&\"'>".repeat(100) + cell / 13;
        String column = "<&\"'>".repeat(100) + cell % 13;
        summaries.add(
            Summaries.Figure.of(
                Section.PAIR, "users.a" + pair, "users.b", "users", line, cell, column, cell));
      }
    }
    String page =
        HtmlReport.render(SampleReport.of("many", true, SampleReport.lists("a", "b"), summaries));
    assertThat(page.getBytes(StandardCharsets.UTF_8).length).isLessThan(5_000_000);
  }

  private static long count(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }
}
