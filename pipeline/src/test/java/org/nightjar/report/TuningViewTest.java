package org.nightjar.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TuningViewTest {
  @Test
  void onlyTrialsThatAllUsersJudgedAreCompared() {
    List<Sheet> sheets = TuningView.of(SampleReport.passed().trials());

    assertThat(sheets).extracting(Sheet::id).containsExactly("trials", "tuned");
    assertThat(values(sheets.get(0)))
        .as("trial, best so far, MAP; trial 1 did not reach the last rung")
        .containsExactly(List.of("", "0", "0.1", "0.1"), List.of("", "2", "0.13", "0.13"));
    assertThat(sheets.get(1).lines().get(0).cells())
        .extracting(Sheet.Cell::text)
        .containsExactly("{\"rank\":64}", "taken", "3", "0.1000", "0.1300", "3,000", "5");
  }

  @Test
  void aWorseTrialLeavesTheBestAsItWas() {
    List<Sheet> sheets =
        TuningView.of(
            List.of(
                new ReportData.Trial("als", 0, 0, "{}", 0.2, 10, 1, false),
                new ReportData.Trial("als", 1, 0, "{\"rank\":8}", 0.1, 10, 1, false)));

    assertThat(values(sheets.get(0)))
        .containsExactly(List.of("", "0", "0.2", "0.2"), List.of("", "1", "0.2", "0.1"));
    assertThat(sheets.get(1).lines().get(0).cells())
        .extracting(Sheet.Cell::text)
        .startsWith("none", "as configured", "2");
  }

  @Test
  void withoutTrialsThereIsNothingToShow() {
    assertThat(TuningView.of(List.of())).isEmpty();
  }

  private static List<List<String>> values(Sheet sheet) {
    return sheet.lines().stream()
        .map(line -> line.cells().stream().map(Sheet.Cell::value).toList())
        .toList();
  }
}
