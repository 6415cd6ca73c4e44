package org.nightjar.run;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.nightjar.publish.Manifest;

/**
 * A finished run in the text format of Prometheus, for the textfile collector of its node exporter:
 * when it ended, whether it published, how long its stages took, how many rows came in and went
 * out, and how good the lists were. Every line bears the configuration's name. No ids.
 */
final class PrometheusText {
  private final StringBuilder text = new StringBuilder();
  private final String name;

  private PrometheusText(String name) {
    this.name = name;
  }

  /**
   * The text.
   *
   * @param map MAP of the published lists on the held-out users; null where nobody is held out
   */
  static String of(Manifest manifest, boolean published, Instant finishedAt, Double map) {
    PrometheusText out = new PrometheusText(manifest.name());
    out.gauge(
        "finished_timestamp_seconds",
        "When the last run ended.",
        (double) finishedAt.getEpochSecond());
    out.gauge("published", "Whether it became the current release.", published ? 1 : 0);
    out.gauge(
        "cutoff_timestamp_seconds", "Its cutoff.", (double) manifest.cutoff().getEpochSecond());
    out.family(
        "stage_seconds",
        "Wall time by stage.",
        lines ->
            manifest.stageSeconds().forEach((stage, s) -> lines.accept("stage=\"" + stage, s)));
    out.family(
        "source_rows",
        "Rows by source, as read and as kept by cleaning.",
        lines ->
            manifest
                .counts()
                .sources()
                .forEach(
                    (source, rows) -> {
                      lines.accept("source=\"" + source + "\",rows=\"read", (double) rows.read());
                      lines.accept("source=\"" + source + "\",rows=\"kept", (double) rows.kept());
                    }));
    out.family(
        "table_rows",
        "Rows by published table.",
        lines ->
            manifest
                .tables()
                .forEach((table, rows) -> lines.accept("table=\"" + table, (double) rows.rows())));
    Map<String, Double> findings = new LinkedHashMap<>();
    manifest
        .verdict()
        .findings()
        .forEach(
            finding ->
                findings.merge(finding.level().name().toLowerCase(Locale.ROOT), 1.0, Double::sum));
    findings.putIfAbsent("warn", 0.0);
    findings.putIfAbsent("refuse", 0.0);
    out.family(
        "gate_findings",
        "Rules of the quality gate that it broke, by level.",
        lines -> findings.forEach((level, count) -> lines.accept("level=\"" + level, count)));
    out.gauge("warnings", "Warnings of the run.", manifest.warnings().size());
    if (map != null) {
      out.gauge("map", "Mean average precision of its lists on held-out users.", map);
    }
    return out.text.toString();
  }

  private void gauge(String metric, String help, double value) {
    head(metric, help);
    line(metric, "", value);
  }

  private void family(String metric, String help, Consumer<BiConsumer<String, Double>> lines) {
    head(metric, help);
    lines.accept((label, value) -> line(metric, "," + label + "\"", value));
  }

  private void head(String metric, String help) {
    text.append("# HELP nightjar_").append(metric).append(' ').append(help).append('\n');
    text.append("# TYPE nightjar_").append(metric).append(" gauge\n");
  }

  private void line(String metric, String labels, double value) {
    text.append("nightjar_").append(metric);
    text.append("{name=\"").append(name).append('"').append(labels).append("} ");
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    text.append(whole ? Long.toString((long) value) : Double.toString(value)).append('\n');
  }
}
