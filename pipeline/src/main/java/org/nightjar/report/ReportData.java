package org.nightjar.report;

import java.time.Instant;
import java.util.List;

/**
 * What a report shows: small lists on the driver, none of them as long as the users, items or
 * events. Texts may hold anything; the page escapes them. No user id stands in it: users are named
 * by a label such as {@code User A}.
 *
 * @param name the configuration's name
 * @param runId the run
 * @param cutoff the instant that counted as now
 * @param startedAt when the run began, UTC
 * @param finishedAt when it ended, UTC
 * @param passed whether the gate let it pass
 * @param reasons why not; empty when it passed
 * @param warnings what somebody should look at, each with what to do about it
 * @param stages wall time, in the order of the stages
 * @param volumes rows in and out, by source
 * @param outputs rows of the published tables and other sizes worth a tile
 * @param rejects rows dropped, mended or quarantined, by source, rule and action
 * @param metrics the published metrics
 * @param headlineK the list length shown first, one of those in the metrics
 * @param coverage figures about all lists together, such as distinct items
 * @param lists example lists of masked users
 * @param facts versions, seed, fingerprints
 * @param configuration the rendered configuration
 * @param command the command that repeats the run
 */
public record ReportData(
    String name,
    String runId,
    Instant cutoff,
    Instant startedAt,
    Instant finishedAt,
    boolean passed,
    List<String> reasons,
    List<String> warnings,
    List<StageTime> stages,
    List<Volume> volumes,
    List<Fact> outputs,
    List<Rejected> rejects,
    List<Figure> metrics,
    int headlineK,
    List<Fact> coverage,
    List<ExampleList> lists,
    List<Fact> facts,
    String configuration,
    String command) {

  public ReportData {
    reasons = List.copyOf(reasons);
    warnings = List.copyOf(warnings);
    stages = List.copyOf(stages);
    volumes = List.copyOf(volumes);
    outputs = List.copyOf(outputs);
    rejects = List.copyOf(rejects);
    metrics = List.copyOf(metrics);
    coverage = List.copyOf(coverage);
    lists = List.copyOf(lists);
    facts = List.copyOf(facts);
  }

  /** Wall time of a stage, in seconds. */
  public record StageTime(String stage, double seconds) {}

  /** Rows read from a source and rows kept. */
  public record Volume(String source, long read, long kept) {}

  /** Rows that a cleaning rule touched; the action as in {@link org.nightjar.table.Rejects}. */
  public record Rejected(String source, String rule, String action, long rows) {}

  /**
   * One row of {@link org.nightjar.table.Metrics}.
   *
   * @param ciLow lower end of the interval; null when the metric has none
   * @param ciHigh upper end; null when the metric has none
   */
  public record Figure(
      String model,
      String segment,
      String metric,
      int k,
      double value,
      Double ciLow,
      Double ciHigh,
      long users) {}

  /**
   * A label with a value, both ready to be read.
   *
   * @param note a few words more; may be empty
   */
  public record Fact(String label, String value, String note) {
    /** Without a note. */
    public Fact(String label, String value) {
      this(label, value, "");
    }
  }

  /**
   * What one masked user gets.
   *
   * @param user a label that says nothing about the id, such as {@code User A}
   * @param profile what is known about the user, in a few words; may be empty
   * @param rows best first
   */
  public record ExampleList(String user, String profile, List<ExampleRow> rows) {
    public ExampleList {
      rows = List.copyOf(rows);
    }
  }

  /**
   * One recommended item.
   *
   * @param item name for people, or the id
   * @param detail such as its category; may be empty
   */
  public record ExampleRow(int rank, String item, String detail, String source, String reason) {}
}
