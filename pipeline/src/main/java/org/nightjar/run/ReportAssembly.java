package org.nightjar.run;

import java.util.List;
import java.util.Map;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.report.ReportData;

/** What is shown of a run while it goes on, whether or not it publishes. */
final class ReportAssembly {
  private ReportAssembly() {}

  /** The list length shown first: the published one if it is measured, else the nearest. */
  static int headlineK(RunContext context) {
    EvaluationSettings settings = context.configuration().evaluation();
    int length = context.configuration().rank().listLength();
    return settings.ks().stream()
        .min((a, b) -> Integer.compare(Math.abs(a - length), Math.abs(b - length)))
        .orElse(length);
  }

  static long rows(Map<String, Long> counts, String rule) {
    return counts.getOrDefault(rule + " " + rule, 0L);
  }

  /** The metrics table; empty before it is written. */
  static List<ReportData.Figure> figures(RunContext context) {
    if (!context.workspace().has("evaluate", "metrics")) {
      return List.of();
    }
    return ReleaseReport.figures(context.workspace().read("evaluate", "metrics"));
  }
}
