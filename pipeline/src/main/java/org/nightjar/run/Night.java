package org.nightjar.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.ingest.Ingest;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.OutputLock;
import org.nightjar.publish.Releases;
import org.nightjar.publish.RunId;
import org.nightjar.rank.LambdaMart;
import org.nightjar.report.ReportData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole night: ingest → clean → features → models → rank → evaluate → publish → report, then,
 * if the release is sound, the swap of the pointer. One run at a time holds the output's lock.
 */
public final class Night {
  private static final Logger LOG = LoggerFactory.getLogger(Night.class);

  private static final List<Stage> MEASURING =
      List.of(
          new IngestStage(),
          new CleanStage(),
          new FeatureStage(),
          new ModelStage(),
          new RankStage(),
          new EvaluateStage());

  private Night() {}

  /**
   * Runs every stage to a published release.
   *
   * @throws InputException if the configuration or the sources cannot be used; nothing is published
   * @throws org.nightjar.publish.LockedException if another run holds the output
   */
  public static NightResult run(
      SparkSession spark, Configuration configuration, RunOptions options) {
    RunContext context = context(spark, configuration, options);
    org.apache.hadoop.conf.Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    String output = configuration.output().path();
    List<Stage> stages = new ArrayList<>(MEASURING);
    stages.add(new PublishStage());
    stages.add(new ReportStage());
    Duration expiry = Duration.ofMinutes(configuration.output().lockExpiryMinutes());
    try (OutputLock lock =
        OutputLock.acquire(output, context.runId(), expiry, hadoop, Clock.systemUTC())) {
      execute(context, stages);
      context.releases().seal(context.manifest(Instant.now()));
      if (context.verdict().orElseThrow().passed()) {
        lock.confirm();
        context.releases().promote(context.runId());
        context.workspace().delete("ingest");
        context.workspace().deleteOtherRuns();
      }
      return result(context);
    }
  }

  /**
   * Runs the stages up to the evaluation and publishes nothing. The work files are gone afterwards.
   *
   * @throws InputException if the configuration or the sources cannot be used
   */
  public static NightResult evaluate(
      SparkSession spark, Configuration configuration, RunOptions options) {
    return evaluate(spark, configuration, options, context -> {});
  }

  /** The same, with a look at the work files before they go. */
  static NightResult evaluate(
      SparkSession spark,
      Configuration configuration,
      RunOptions options,
      Consumer<RunContext> export) {
    RunContext context = context(spark, configuration, options);
    try {
      execute(context, MEASURING);
      export.accept(context);
      return result(context);
    } finally {
      context.workspace().delete();
    }
  }

  /**
   * Runs a search over model settings on the holdout. The work files are gone afterwards.
   *
   * @param configuration one whose evaluation has no test table
   */
  static void tune(
      SparkSession spark, Configuration configuration, RunOptions options, TuneStage search) {
    RunContext context = context(spark, configuration, options);
    try {
      execute(context, List.of(new IngestStage(), new CleanStage(), new FeatureStage(), search));
    } finally {
      context.workspace().delete();
    }
  }

  private static RunContext context(
      SparkSession spark, Configuration configuration, RunOptions options) {
    if (configuration.rank().learned().enabled()) {
      LambdaMart.requireNative();
    }
    Clock clock = Clock.systemUTC();
    org.apache.hadoop.conf.Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Map<String, String> inputs = InputFingerprints.of(configuration.sources(), hadoop);
    Instant startedAt = clock.instant();
    String runId =
        RunId.of(
            startedAt,
            InputFingerprints.sha256(
                ConfigurationLoader.render(configuration) + inputs + startedAt));
    Releases releases = Releases.at(configuration.output().path(), hadoop, clock);
    Optional<Manifest> last = releases.current().map(pointer -> releases.manifest(pointer.runId()));
    return new RunContext(spark, configuration, runId, startedAt, options, releases, inputs, last);
  }

  private static void execute(RunContext context, List<Stage> stages) {
    RunOptions options = context.options();
    Progress progress =
        new Progress(
            System.err,
            options.progress(),
            stages.stream().map(Stage::name).toList(),
            context.last().map(Manifest::stageSeconds).orElse(Map.of()),
            Clock.systemUTC());
    context.shownBy(progress);
    for (Stage stage : stages) {
      progress.start(stage.name());
      LOG.info("start run={} stage={}", context.runId(), stage.name());
      Map<String, Long> counts;
      try {
        counts = stage.run(context);
      } catch (InputException e) {
        throw e;
      } catch (Exception e) { // Spark throws checked ones undeclared
        throw Ingest.explain(e, context.configuration())
            .map(RuntimeException.class::cast)
            .orElseGet(() -> unchecked(stage, e));
      }
      progress.finish(stage.name(), counts);
      context.timed(progress.seconds());
      LOG.info(
          "done run={} stage={} {}",
          context.runId(),
          stage.name(),
          counts.entrySet().stream()
              .map(count -> count.getKey() + "=" + count.getValue())
              .collect(Collectors.joining(" ")));
    }
    progress.done();
  }

  private static RuntimeException unchecked(Stage stage, Exception failure) {
    return failure instanceof RuntimeException own
        ? own
        : new IllegalStateException("stage " + stage.name() + " failed", failure);
  }

  private static NightResult result(RunContext context) {
    return new NightResult(
        context.runId(),
        context.options().publish() ? context.releases().path(context.runId()) : null,
        context.verdict().orElse(null),
        context.report().map(ReportData::metrics).orElseGet(() -> ReportAssembly.figures(context)),
        ReportAssembly.headlineK(context),
        context.report().map(ReportData::lists).orElse(List.of()),
        context.weights(),
        context.choices(),
        context.gains(),
        context.seconds(),
        List.copyOf(context.warnings()));
  }
}
