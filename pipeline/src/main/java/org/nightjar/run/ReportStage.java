package org.nightjar.run;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nightjar.report.HtmlReport;
import org.nightjar.report.ReportData;

/** Writes report.html into the release. */
final class ReportStage implements Stage {
  @Override
  public String name() {
    return "report";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    ReportData data =
        ReleaseReport.of(
            context.spark(), context.releases(), context.manifest(Instant.now()), context.last());
    context.reported(data);
    String page = HtmlReport.render(data);
    context.releases().writeReport(context.runId(), page);
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("characters", (long) page.length());
    return counts;
  }

  @Override
  public boolean isRepeated() {
    return true;
  }
}
