package org.nightjar.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.NumberText;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.config.GateSettings;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Releases;
import org.nightjar.report.Mask;
import org.nightjar.report.ReportData;
import org.nightjar.table.Fallback;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.RejectExamples;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Summaries;
import org.nightjar.table.Table;
import org.nightjar.table.Trials;

/**
 * Reads what a report shows from the published tables and the manifest of a release, and from
 * nothing else, so that the page can be made anew at any time. A table that an older release lacks
 * counts as empty.
 */
public final class ReleaseReport {
  private static final int MAX_SUMMARIES = 100_000;
  private static final int MAX_TRIALS = 2_000;

  private final SparkSession spark;
  private final Releases releases;
  private final Manifest manifest;
  private final Optional<Manifest> before;

  private ReleaseReport(
      SparkSession spark, Releases releases, Manifest manifest, Optional<Manifest> before) {
    this.spark = spark;
    this.releases = releases;
    this.manifest = manifest;
    this.before = before;
  }

  /**
   * What the report of a release shows.
   *
   * @param manifest of the release, whose tables are written
   * @param before of the release that it is held against
   */
  public static ReportData of(
      SparkSession spark, Releases releases, Manifest manifest, Optional<Manifest> before) {
    return new ReleaseReport(spark, releases, manifest, before).read();
  }

  /**
   * What the report of a release shows when it is held against any other one: the paired difference
   * of MAP and the churn of the lists are computed for the two.
   *
   * @param settings replicates and confidence of the interval
   */
  public static ReportData compared(
      SparkSession spark,
      Releases releases,
      Manifest release,
      Manifest other,
      EvaluationSettings settings) {
    ReportData data = of(spark, releases, release, Optional.of(other));
    List<Summaries.Figure> summaries =
        new ArrayList<>(
            data.summaries().stream()
                .filter(figure -> !Comparisons.isAgainstRelease(figure))
                .toList());
    summaries.addAll(
        Comparisons.of(spark, releases, release, other, data.headlineK(), settings)
            .figures(release.runId(), other.runId()));
    return data.with(summaries);
  }

  /** A user's published list, with names and explanations; empty if the user has no row. */
  public static List<ReportData.ExampleRow> listOf(
      SparkSession spark, Releases releases, String runId, String userId) {
    return over(spark, releases, releases.manifest(runId)).lists().of(userId);
  }

  static ReleaseReport over(SparkSession spark, Releases releases, Manifest release) {
    return new ReleaseReport(spark, releases, release, Optional.empty());
  }

  /** A table of the release; empty if it has none. */
  Optional<Dataset<Row>> table(Table table) {
    return table(manifest, table);
  }

  /** The lists of the release. */
  ReleaseLists lists() {
    return new ReleaseLists(this::table);
  }

  /** The last release before one that the gate let pass. */
  public static Optional<Manifest> before(Releases releases, String runId) {
    return releases.list().stream()
        .filter(release -> release.verdict().passed() && release.runId().compareTo(runId) < 0)
        .reduce((first, second) -> second)
        .map(release -> releases.manifest(release.runId()));
  }

  private ReportData read() {
    List<ReportData.Figure> metrics = metrics(manifest);
    List<Summaries.Figure> summaries = summaries();
    ReleaseLists lists = lists();
    return new ReportData(
        manifest.name(),
        manifest.runId(),
        manifest.cutoff(),
        manifest.startedAt(),
        manifest.finishedAt(),
        manifest.verdict().passed(),
        checks(),
        manifest.warnings().stream()
            .filter(warning -> !manifest.verdict().warnings().contains(warning))
            .toList(),
        stages(),
        volumes(),
        sizes(),
        before.map(Manifest::runId).orElse(""),
        metrics,
        before.map(this::metrics).orElse(List.of()),
        headlineK(metrics, summaries),
        manifest.blendWeights(),
        choices(),
        trials(),
        summaries,
        rejects(),
        lists.ofSample(() -> new Mask(releases.maskKey())),
        lists.similarToPopular(),
        facts(),
        manifest.configuration(),
        manifest.command());
  }

  /** What the tables break of their contract, then the rules of the gate that are broken. */
  private List<ReportData.Check> checks() {
    return Stream.concat(
            manifest.verdict().violations().stream()
                .map(reason -> new ReportData.Check("", ReportData.Check.REFUSED, "", "", reason)),
            manifest.verdict().findings().stream()
                .map(
                    finding ->
                        new ReportData.Check(
                            finding.rule(),
                            finding.level() == GateSettings.Level.REFUSE
                                ? ReportData.Check.REFUSED
                                : ReportData.Check.WARNING,
                            NumberText.of(finding.figure()),
                            NumberText.of(finding.limit()),
                            finding.reason())))
        .toList();
  }

  private Optional<Dataset<Row>> table(Manifest of, Table table) {
    return of.tables().containsKey(table.name())
        ? Optional.of(table.conform(spark.read().parquet(releases.path(of.runId(), table.name()))))
        : Optional.empty();
  }

  private List<ReportData.Figure> metrics(Manifest of) {
    return table(of, Metrics.TABLE).map(ReleaseReport::figures).orElse(List.of());
  }

  /** The rows of {@link Metrics}. */
  static List<ReportData.Figure> figures(Dataset<Row> metrics) {
    return metrics
        .orderBy(Metrics.MODEL, Metrics.SEGMENT, Metrics.METRIC, Metrics.K)
        .collectAsList()
        .stream()
        .map(
            row ->
                new ReportData.Figure(
                    row.getAs(Metrics.MODEL),
                    row.getAs(Metrics.SEGMENT),
                    row.getAs(Metrics.METRIC),
                    row.<Integer>getAs(Metrics.K),
                    row.<Double>getAs(Metrics.VALUE),
                    row.getAs(Metrics.CI_LOW),
                    row.getAs(Metrics.CI_HIGH),
                    row.<Long>getAs(Metrics.USERS)))
        .toList();
  }

  private List<Summaries.Figure> summaries() {
    return table(manifest, Summaries.TABLE)
        .map(
            rows ->
                rows
                    .orderBy(
                        Summaries.SECTION,
                        Summaries.SUBJECT,
                        Summaries.AGAINST,
                        Summaries.POSITION,
                        Summaries.MEASURE,
                        Summaries.SERIES)
                    .limit(MAX_SUMMARIES)
                    .collectAsList()
                    .stream()
                    .map(Summaries.Figure::of)
                    .toList())
        .orElse(List.of());
  }

  /** The list length shown first: the published one if it is measured, else the nearest. */
  private static int headlineK(List<ReportData.Figure> metrics, List<Summaries.Figure> summaries) {
    int length =
        summaries.stream()
            .filter(figure -> figure.section().equals(Summaries.Section.CONTRIBUTION))
            .mapToInt(Summaries.Figure::position)
            .max()
            .orElse(10);
    return metrics.stream()
        .map(ReportData.Figure::k)
        .distinct()
        .sorted()
        .min((a, b) -> Integer.compare(Math.abs(a - length), Math.abs(b - length)))
        .orElse(length);
  }

  private List<ReportData.StageTime> stages() {
    Map<String, Double> then = before.map(Manifest::stageSeconds).orElse(Map.of());
    return manifest.stageSeconds().entrySet().stream()
        .map(
            stage ->
                new ReportData.StageTime(
                    stage.getKey(), stage.getValue(), then.get(stage.getKey())))
        .toList();
  }

  private List<ReportData.Volume> volumes() {
    Map<String, Manifest.SourceCount> then =
        before.map(last -> last.counts().sources()).orElse(Map.of());
    return manifest.counts().sources().entrySet().stream()
        .map(
            source ->
                new ReportData.Volume(
                    source.getKey(),
                    source.getValue().read(),
                    source.getValue().kept(),
                    Optional.ofNullable(then.get(source.getKey()))
                        .map(Manifest.SourceCount::read)
                        .orElse(null)))
        .toList();
  }

  private List<ReportData.Size> sizes() {
    Map<String, Long> now = sizes(manifest);
    Map<String, Long> then = before.map(ReleaseReport::sizes).orElse(Map.of());
    return now.entrySet().stream()
        .map(size -> new ReportData.Size(size.getKey(), size.getValue(), then.get(size.getKey())))
        .toList();
  }

  private static Map<String, Long> sizes(Manifest of) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("users", of.counts().users());
    sizes.put("items", of.counts().items());
    sizes.put("events", of.counts().events());
    for (Table table : List.of(Recommendations.TABLE, Fallback.TABLE, SimilarItems.TABLE)) {
      if (of.tables().containsKey(table.name())) {
        sizes.put("rows of " + table.name(), of.tables().get(table.name()).rows());
      }
    }
    return sizes;
  }

  private List<ReportData.Trial> trials() {
    return table(Trials.TABLE)
        .map(
            rows ->
                rows
                    .orderBy(Trials.MODEL, Trials.NUMBER, Trials.RUNG)
                    .limit(MAX_TRIALS)
                    .collectAsList()
                    .stream()
                    .map(
                        row ->
                            new ReportData.Trial(
                                row.getAs(Trials.MODEL),
                                row.<Integer>getAs(Trials.NUMBER),
                                row.<Integer>getAs(Trials.RUNG),
                                row.getAs(Trials.SETTINGS),
                                row.getAs(Trials.MAP),
                                row.<Long>getAs(Trials.USERS),
                                row.<Double>getAs(Trials.SECONDS),
                                row.<Boolean>getAs(Trials.TAKEN)))
                    .toList())
        .orElse(List.of());
  }

  private List<ReportData.Choice> choices() {
    return manifest.learnedRanking().entrySet().stream()
        .map(
            choice ->
                new ReportData.Choice(
                    choice.getKey(),
                    choice.getValue().used(),
                    choice.getValue().users(),
                    choice.getValue().difference(),
                    choice.getValue().low(),
                    choice.getValue().high()))
        .toList();
  }

  private List<ReportData.Reject> rejects() {
    return table(manifest, RejectExamples.TABLE)
        .map(
            rows ->
                rows
                    .orderBy(
                        RejectExamples.SOURCE,
                        RejectExamples.RULE,
                        RejectExamples.ACTION,
                        RejectExamples.POSITION)
                    .limit(MAX_SUMMARIES)
                    .collectAsList()
                    .stream()
                    .map(
                        row ->
                            new ReportData.Reject(
                                row.getAs(RejectExamples.SOURCE),
                                row.getAs(RejectExamples.RULE),
                                row.getAs(RejectExamples.ACTION),
                                row.getAs(RejectExamples.DETAIL),
                                row.getAs(RejectExamples.SOURCE_ROW)))
                    .toList())
        .orElse(List.of());
  }

  private List<ReportData.Fact> facts() {
    Manifest.Software software = manifest.software();
    List<ReportData.Fact> facts = new ArrayList<>();
    facts.add(new ReportData.Fact("Nightjar", software.code()));
    facts.add(new ReportData.Fact("Spark", software.spark()));
    facts.add(new ReportData.Fact("Java", software.java()));
    facts.add(new ReportData.Fact("Scala", software.scala()));
    facts.add(new ReportData.Fact("Hadoop", software.hadoop()));
    facts.add(new ReportData.Fact("BLAS", software.blas()));
    facts.add(new ReportData.Fact("seed", Long.toString(manifest.seed())));
    manifest
        .inputs()
        .forEach((source, print) -> facts.add(new ReportData.Fact("input " + source, print)));
    return facts;
  }
}
