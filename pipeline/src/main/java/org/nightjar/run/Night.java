package org.nightjar.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
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

  private static final List<Stage> PREPARING =
      List.of(new IngestStage(), new CleanStage(), new FeatureStage());
  private static final List<Stage> MEASURING =
      List.of(new ModelStage(), new RankStage(), new EvaluateStage());

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
    List<Stage> stages = new ArrayList<>(PREPARING);
    stages.addAll(MEASURING);
    stages.add(new PublishStage());
    stages.add(new GateStage());
    stages.add(new ReportStage());
    try (OutputLock lock = lock(context, configuration.output().path())) {
      execute(context, stages);
      return published(context, lock);
    }
  }

  private static NightResult published(RunContext context, OutputLock lock) {
    context.releases().seal(context.manifest(Instant.now()));
    if (context.verdict().orElseThrow().passed()) {
      lock.confirm();
      context.releases().promote(context.runId());
      context.workspace().delete("ingest");
      context.workspace().deleteOtherRuns();
    }
    return result(context);
  }

  /**
   * Makes new lists for the users with events since the current release, and publishes them with
   * all other rows of that release as a new one, see {@link RefreshStage}. Nothing is trained or
   * measured: models and what the ranking learned are the release's.
   *
   * @throws InputException if there is no release to refresh, or its work files are gone or of
   *     other models; nothing is published
   * @throws org.nightjar.publish.LockedException if another run holds the output
   */
  public static NightResult refresh(
      SparkSession spark, Configuration configuration, RunOptions options) {
    RunContext context = context(spark, configuration, options);
    try (OutputLock lock = lock(context, configuration.output().path())) {
      context.refreshes(RefreshStage.workOfLast(context));
      List<Stage> stages = new ArrayList<>(PREPARING);
      stages.addAll(List.of(new RefreshStage(), new RankStage(), new PublishStage()));
      execute(context, stages);
      return published(context, lock);
    }
  }

  /**
   * Runs the stages up to the evaluation and publishes nothing. The work files are gone afterwards.
   *
   * @throws InputException if the configuration or the sources cannot be used
   */
  public static NightResult evaluate(
      SparkSession spark, Configuration configuration, RunOptions options) {
    return evaluate(spark, configuration, options, Optional.empty(), context -> {});
  }

  /**
   * The same, with a look at the work files before they go.
   *
   * @param tuning a search over model settings, after which the run goes on with the better ones
   */
  static NightResult evaluate(
      SparkSession spark,
      Configuration configuration,
      RunOptions options,
      Optional<TuneStage> tuning,
      Consumer<RunContext> export) {
    RunContext context = context(spark, configuration, options);
    List<Stage> stages = new ArrayList<>(PREPARING);
    tuning.ifPresent(stages::add);
    stages.addAll(MEASURING);
    try {
      execute(context, stages);
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
   * @param home folder of the search; one process at a time works in it
   * @throws org.nightjar.publish.LockedException if another one does
   */
  static void tune(
      SparkSession spark,
      Configuration configuration,
      RunOptions options,
      Workspace home,
      TuneStage search) {
    RunContext context = context(spark, configuration, options, runId -> home.part("work"));
    try (OutputLock lock = lock(context, home.path())) {
      List<Stage> stages = new ArrayList<>(PREPARING);
      stages.add(search);
      context.workspace().delete(); // what is left of a search that was killed
      try {
        execute(context, stages);
        lock.confirm();
      } finally {
        context.workspace().delete();
      }
    }
  }

  private static OutputLock lock(RunContext context, String folder) {
    return OutputLock.acquire(
        folder,
        context.runId(),
        Duration.ofMinutes(context.configuration().output().lockExpiryMinutes()),
        context.spark().sparkContext().hadoopConfiguration(),
        Clock.systemUTC());
  }

  private static RunContext context(
      SparkSession spark, Configuration configuration, RunOptions options) {
    String output = configuration.output().path();
    return context(spark, configuration, options, runId -> Workspace.ofRun(spark, output, runId));
  }

  private static RunContext context(
      SparkSession spark,
      Configuration configuration,
      RunOptions options,
      Function<String, Workspace> workspace) {
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
    return new RunContext(
        spark,
        configuration,
        runId,
        startedAt,
        options,
        workspace.apply(runId),
        releases,
        inputs,
        last);
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
