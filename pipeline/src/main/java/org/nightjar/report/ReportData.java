package org.nightjar.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.nightjar.table.Summaries;

/**
 * What a report shows: small lists on the driver, read from the published tables and the manifest;
 * none of them is as long as the users or the events. Texts may hold anything; the page escapes
 * them. No user id stands in it: users are named by a {@link Mask}.
 *
 * @param name the configuration's name
 * @param runId the run
 * @param cutoff the instant that counted as now
 * @param startedAt when the run began, UTC
 * @param finishedAt when it ended, UTC
 * @param passed whether the gate let it pass
 * @param checks rules that the release breaks
 * @param warnings what else somebody should look at, each with what to do about it
 * @param stages wall time, in the order of the stages
 * @param volumes rows in and out, by source
 * @param sizes other counts, such as the rows of the published tables
 * @param before the release before, by name; empty for the first one
 * @param metrics the published metrics
 * @param metricsBefore those of the release before; empty without one
 * @param headlineK the list length shown first, one of those in the metrics
 * @param blendWeights weight by activity segment, then model
 * @param choices by activity segment, how the learned ranking did; empty where none was trained
 * @param trials of the search that the settings come from, by model and number; empty without
 * @param summaries rows of {@link Summaries}
 * @param rejects rows of {@link org.nightjar.table.RejectExamples}
 * @param lists example lists of masked users
 * @param similar similar items of popular ones
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
    List<Check> checks,
    List<String> warnings,
    List<StageTime> stages,
    List<Volume> volumes,
    List<Size> sizes,
    String before,
    List<Figure> metrics,
    List<Figure> metricsBefore,
    int headlineK,
    Map<String, Map<String, Double>> blendWeights,
    List<Choice> choices,
    List<Trial> trials,
    List<Summaries.Figure> summaries,
    List<Reject> rejects,
    List<ExampleList> lists,
    List<SimilarList> similar,
    List<Fact> facts,
    String configuration,
    String command) {

  public ReportData {
    checks = List.copyOf(checks);
    warnings = List.copyOf(warnings);
    stages = List.copyOf(stages);
    volumes = List.copyOf(volumes);
    sizes = List.copyOf(sizes);
    metrics = List.copyOf(metrics);
    metricsBefore = List.copyOf(metricsBefore);
    choices = List.copyOf(choices);
    trials = List.copyOf(trials);
    summaries = List.copyOf(summaries);
    rejects = List.copyOf(rejects);
    lists = List.copyOf(lists);
    similar = List.copyOf(similar);
    facts = List.copyOf(facts);
  }

  /**
   * What the published ranking reached over everybody at the measured list length nearest to one.
   *
   * @param figures overall ones
   */
  public static List<Figure> headline(List<Figure> figures, int length) {
    String ranking = ModelsView.ranking(figures);
    int k =
        figures.stream()
            .map(Figure::k)
            .distinct()
            .sorted()
            .min((a, b) -> Integer.compare(Math.abs(a - length), Math.abs(b - length)))
            .orElse(length);
    return figures.stream().filter(f -> f.model().equals(ranking) && f.k() == k).toList();
  }

  /** The same with other summaries. */
  public ReportData with(List<Summaries.Figure> others) {
    return new ReportData(
        name,
        runId,
        cutoff,
        startedAt,
        finishedAt,
        passed,
        checks,
        warnings,
        stages,
        volumes,
        sizes,
        before,
        metrics,
        metricsBefore,
        headlineK,
        blendWeights,
        choices,
        trials,
        others,
        rejects,
        lists,
        similar,
        facts,
        configuration,
        command);
  }

  /**
   * One check of the gate.
   *
   * @param name what was checked; may be empty
   * @param level {@link #REFUSED} or {@link #WARNING}
   * @param value what was found; may be empty
   * @param bound what is permitted; may be empty
   * @param message a full sentence
   */
  public record Check(String name, String level, String value, String bound, String message) {
    /** It keeps the release from being published. */
    public static final String REFUSED = "refused";

    /** It does not. */
    public static final String WARNING = "warning";
  }

  /**
   * Wall time of a stage.
   *
   * @param before that of the release before; null when it had no such stage
   */
  public record StageTime(String stage, double seconds, Double before) {}

  /**
   * Rows read from a source and rows kept.
   *
   * @param readBefore rows read by the release before; null when it had no such source
   */
  public record Volume(String source, long read, long kept, Long readBefore) {}

  /**
   * A count.
   *
   * @param before that of the release before; null when it had none
   */
  public record Size(String name, long value, Long before) {}

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
   * The learned ranking against the blend, for the users of a segment.
   *
   * @param used whether they get the learned order
   * @param difference of mean average precision, learned minus blend
   * @param low lower end of its interval; null without one
   * @param high upper end; null without one
   */
  public record Choice(
      String segment, boolean used, long users, double difference, Double low, Double high) {}

  /**
   * One row of {@link org.nightjar.table.Trials}.
   *
   * @param number 0: as configured
   * @param settings what was changed, as JSON
   * @param map null if it failed
   */
  public record Trial(
      String model,
      int number,
      int rung,
      String settings,
      Double map,
      long users,
      double seconds,
      boolean taken) {}

  /** A row that cleaning touched, see {@link org.nightjar.table.RejectExamples}. */
  public record Reject(String source, String rule, String action, String detail, String row) {}

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
   * @param user a label that says nothing about the id
   * @param profile what is known about the user, in a few words; may be empty
   * @param rows best first
   * @param bought what the user bought, latest first
   * @param heldOut what the user bought in the weeks that were held out
   */
  public record ExampleList(
      String user,
      String profile,
      List<ExampleRow> rows,
      List<Bought> bought,
      List<HeldOut> heldOut) {
    public ExampleList {
      rows = List.copyOf(rows);
      bought = List.copyOf(bought);
      heldOut = List.copyOf(heldOut);
    }

    /** Without purchases. */
    public ExampleList(String user, String profile, List<ExampleRow> rows) {
      this(user, profile, rows, List.of(), List.of());
    }
  }

  /**
   * One recommended item.
   *
   * @param item name for people, or the id
   * @param detail such as its category; may be empty
   * @param score that the source gives the item
   * @param because the largest parts of that score, largest first; empty if the source cannot tell
   */
  public record ExampleRow(
      int rank,
      String item,
      String detail,
      String source,
      String reason,
      double score,
      List<Because> because) {
    public ExampleRow {
      because = List.copyOf(because);
    }

    /** Without parts. */
    public ExampleRow(int rank, String item, String detail, String source, String reason) {
      this(rank, item, detail, source, reason, 0, List.of());
    }
  }

  /**
   * A part of a score, see {@link org.nightjar.table.Explanations}.
   *
   * @param what the name of a past purchase, or {@code attribute=level}
   * @param itself whether the past purchase is the recommended item
   */
  public record Because(String kind, String what, double value, boolean itself) {}

  /** An item that a user bought so many times. */
  public record Bought(String item, long times) {}

  /** A held-out purchase, and whether the list that was made before held it. */
  public record HeldOut(String item, boolean hit) {}

  /**
   * What is similar to a popular item.
   *
   * @param detail such as its category; may be empty
   * @param items most similar first
   */
  public record SimilarList(String item, String detail, long buyers, List<SimilarItem> items) {
    public SimilarList {
      items = List.copyOf(items);
    }
  }

  /** A similar item with its score. */
  public record SimilarItem(String item, double score) {}
}
