package org.nightjar.run;

import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.Require;
import org.nightjar.config.Configuration;
import org.nightjar.ingest.Ingest;
import org.nightjar.publish.Audit;
import org.nightjar.publish.LockedException;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.OutputLock;
import org.nightjar.publish.Releases;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.report.ReportData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole night: ingest → clean → features → models → rank → evaluate → explore → publish →
 * report, then, if the release is sound, the swap of the pointer. One run at a time holds the
 * output's lock.
 */
public final class Night {
  private static final Logger LOG = LoggerFactory.getLogger(Night.class);

  private static final List<Stage> PREPARING =
      List.of(new IngestStage(), new CleanStage(), new FeatureStage());
  private static final List<Stage> MEASURING =
      List.of(new ModelStage(), new RankStage(), new EvaluateStage());

  /** Every stage, in order. */
  static final List<Stage> ALL =
      Stream.of(
              PREPARING,
              MEASURING,
              List.of(new ExploreStage(), new PublishStage(), new GateStage(), new ReportStage()))
          .flatMap(List::stream)
          .toList();

  private static final List<Stage> REFRESHING =
      Stream.concat(
              PREPARING.stream(),
              Stream.of(
                  new RefreshStage(),
                  new RankStage(),
                  new PublishStage(),
                  new RefreshGateStage(),
                  new ReportStage()))
          .toList();

  private Night() {}

  /** Names of the stages of a whole night, in order. */
  static List<String> stages() {
    return ALL.stream().map(Stage::name).toList();
  }

  /**
   * Runs every stage to a published release; see {@link #run(SparkSession, Configuration,
   * RunOptions, Extent)}.
   */
  public static NightResult run(
      SparkSession spark, Configuration configuration, RunOptions options) {
    return run(spark, configuration, options, Extent.ALL);
  }

  /**
   * Runs the stages to a published release, or up to one of them. A run that was cut off is
   * resumed, under its id: stages that were finished from the same sources, configuration and code
   * are left out. One that was cut off after its swap does again what follows the swap; one that
   * has ended is not resumed, and its end is told again.
   *
   * @throws InputException if the configuration or the sources cannot be used, or there is nothing
   *     to resume; nothing is published
   * @throws org.nightjar.publish.LockedException if another run holds the output
   */
  public static NightResult run(
      SparkSession spark, Configuration configuration, RunOptions options, Extent extent) {
    return run(spark, configuration, options, extent, ALL);
  }

  /** The same, of other stages. */
  static NightResult run(
      SparkSession spark,
      Configuration configuration,
      RunOptions options,
      Extent extent,
      List<Stage> all) {
    List<Stage> stages = upTo(extent.until(), all);
    requireUsable(spark, configuration);
    Optional<RunContext> cutOff = Beginning.cutOff(spark, configuration, options, extent, stages);
    if (cutOff.isEmpty() && extent.resume()) {
      return Beginning.ended(spark, configuration, options)
          .map(Night::ended)
          .orElseThrow(() -> nothingToResume(configuration));
    }
    RunContext context = cutOff.orElseGet(() -> Beginning.anew(spark, configuration, options));
    String output = configuration.output().path();
    Audit audit = audit(context);
    try (OutputLock lock = lock(context, output)) {
      switch (Begun.state(context.runId(), output, context.releases(), context.hadoop())) {
        case UNFINISHED, PUBLISHING -> {}
        case PUBLISHED, REFUSED, DAMAGED ->
            throw new LockedException(
                String.format(
                    "Run '%s' was finished by another process just now.", context.runId()));
      }
      new Begun(context.runId(), context.startedAt()).record(output, context.hadoop());
      return audited(
          context,
          audit,
          () -> {
            repairPointer(context);
            execute(context, stages);
            return extent.until() == null
                ? published(context, lock, audit)
                : stopped(context, audit, extent.until());
          });
    }
  }

  /** What can be told before anything is done. */
  private static void requireUsable(SparkSession spark, Configuration configuration) {
    ReleaseExport.requireUsable(configuration);
    MetricsFile.requireWritable(configuration, spark.sparkContext().hadoopConfiguration());
  }

  private static InputException nothingToResume(Configuration configuration) {
    return new InputException(
        String.format(
            "There is nothing to resume in '%s': no run was cut off. Start one by `run`.",
            configuration.output().path()));
  }

  private static NightResult ended(RunContext context) {
    LOG.info("run={} has ended before", context.runId());
    return NightResult.ended(
        context.runId(),
        context.releases().path(context.runId()),
        context.releases().manifest(context.runId()).verdict(),
        ReportAssembly.headlineK(context),
        context.releases().wasPublished(context.runId()));
  }

  private static void repairPointer(RunContext context) {
    context
        .releases()
        .repairPointer()
        .ifPresent(
            repaired -> {
              LOG.warn("{}", repaired);
              context.warnings().add(repaired);
            });
  }

  /** Records the start, and the failure if it ends in one; {@link Publication} records success. */
  private static NightResult audited(RunContext context, Audit audit, Supplier<NightResult> work) {
    String command = context.options().command();
    try {
      audit.add(Audit.Event.STARTED, command, context.runId(), context.inputs(), null);
    } catch (UncheckedIOException | IllegalStateException e) {
      throw new InputException(
          String.format(
              "Cannot write to the folder 'audit' of '%s' (%s). Let the user who runs Nightjar write there.",
              context.configuration().output().path(), e.getMessage()));
    }
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      audit.failed(command, context.runId(), context.inputs(), context.stage(), e);
      throw e;
    }
  }

  /**
   * Makes new lists for the users with events since the current release, and publishes them with
   * all other rows of that release as a new one, see {@link RefreshStage}. Nothing is trained or
   * measured: models and what the ranking learned are the release's. One that is cut off is begun
   * anew.
   *
   * @throws InputException if there is no release to refresh, or its work files are gone or of
   *     other models; nothing is published
   * @throws org.nightjar.publish.LockedException if another run holds the output
   */
  public static NightResult refresh(
      SparkSession spark, Configuration configuration, RunOptions options) {
    requireUsable(spark, configuration);
    RunContext context = Beginning.anew(spark, configuration, options);
    Audit audit = audit(context);
    try (OutputLock lock = lock(context, configuration.output().path())) {
      context.refreshes(RefreshStage.workOfLast(context));
      return audited(
          context,
          audit,
          () -> {
            repairPointer(context);
            execute(context, REFRESHING);
            return published(context, lock, audit);
          });
    }
  }

  private static Audit audit(RunContext context) {
    return new Audit(context.configuration().output().path(), context.hadoop(), Clock.systemUTC());
  }

  /** Seals the release and, if it is sound, makes it current. */
  private static NightResult published(RunContext context, OutputLock lock, Audit audit) {
    context.entered("publication", null);
    Releases releases = context.releases();
    if (!releases.isSealed(context.runId())) {
      releases.seal(context.manifest(Instant.now()));
    }
    return new Publication(context, lock, audit).publish(result(context));
  }

  /** A part of a run is done. */
  private static NightResult stopped(RunContext context, Audit audit, String until) {
    audit.add(
        Audit.Event.FINISHED,
        context.options().command(),
        context.runId(),
        context.inputs(),
        "ran until " + until);
    return result(context);
  }

  private static List<Stage> upTo(String last, List<Stage> all) {
    if (last == null) {
      return all;
    }
    List<String> names = all.stream().map(Stage::name).toList();
    Require.that(names.contains(last), "There is no stage '%s'; the stages are %s", last, names);
    return all.subList(0, names.indexOf(last) + 1);
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
    RunContext context = Beginning.anew(spark, configuration, options);
    List<Stage> stages = new ArrayList<>(PREPARING);
    tuning.ifPresent(stages::add);
    stages.addAll(MEASURING);
    // Of its own folder: evaluations may go on beside a night, which removes the files of the dead.
    try (OutputLock lock = lock(context, context.workspace().path())) {
      execute(context, stages);
      export.accept(context);
      lock.confirm();
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
    RunContext context =
        Beginning.context(spark, configuration, options, runId -> home.part(Workspace.WORK), null);
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
    Map<String, String> keys = StageKeys.of(context, stages);
    Map<String, Double> seconds = new LinkedHashMap<>();
    boolean again = false;
    for (Stage stage : stages) {
      String key = keys.get(stage.name());
      Map<String, Long> counts;
      Optional<Ledger.Entry> before = again ? Optional.empty() : finished(stage, key, context);
      if (before.isPresent()) {
        progress.skip(stage.name(), "finished before");
        LOG.info("skip run={} stage={}", context.runId(), stage.name());
        seconds.put(stage.name(), before.get().seconds());
        counts = before.get().counts();
      } else {
        again = again || !stage.isRepeated();
        counts = run(stage, key, context, progress);
        seconds.put(stage.name(), progress.seconds().get(stage.name()));
        context
            .ledger()
            .finish(
                stage.name(),
                new Ledger.Entry(key, seconds.get(stage.name()), counts, context.found()));
      }
      context.timed(seconds);
      if (stage instanceof CleanStage && context.last().isEmpty()) {
        progress.expect(StageTimes.ofFirstNight(context, counts, stages));
      }
    }
    progress.done();
  }

  /** The stage as it was finished, what it found out restored; empty if it must run. */
  private static Optional<Ledger.Entry> finished(Stage stage, String key, RunContext context) {
    if (stage.isRepeated()) {
      return Optional.empty();
    }
    Optional<Ledger.Entry> before =
        context.ledger().finished(stage.name(), key).filter(entry -> entry.found() != null);
    if (before.isEmpty()) {
      return before;
    }
    Findings untilNow = context.found();
    context.restore(before.get().found());
    if (stage.isWhole(context)) {
      return before;
    }
    LOG.warn("stage {} runs again: what it wrote is gone", stage.name());
    context.restore(untilNow);
    return Optional.empty();
  }

  private static Map<String, Long> run(
      Stage stage, String key, RunContext context, Progress progress) {
    progress.start(stage.name());
    LOG.info("start run={} stage={}", context.runId(), stage.name());
    context.ledger().forget(stage.name());
    context.workspace().delete(stage.name());
    context.entered(stage.name(), key);
    Map<String, Long> counts;
    try {
      counts = SparkScope.call(() -> stage.run(context));
    } catch (InputException e) {
      throw e;
    } catch (Exception e) { // Spark throws checked ones undeclared
      throw Ingest.explain(e, context.configuration())
          .map(RuntimeException.class::cast)
          .orElseGet(() -> unchecked(stage, e));
    }
    progress.finish(stage.name(), counts);
    LOG.info(
        "done run={} stage={} {}",
        context.runId(),
        stage.name(),
        counts.entrySet().stream()
            .map(count -> count.getKey() + "=" + count.getValue())
            .collect(Collectors.joining(" ")));
    return counts;
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
        List.copyOf(context.warnings()),
        false,
        List.of(),
        null,
        false);
  }
}
