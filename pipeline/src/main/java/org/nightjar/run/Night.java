package org.nightjar.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.nightjar.report.ReportData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole night: ingest → clean → features → models → rank → evaluate → publish → report, then,
 * if the release is sound, the swap of the pointer. One run at a time holds the output's lock.
 */
public final class Night {
  private static final Logger LOG = LoggerFactory.getLogger(Night.class);

  private Night() {}

  /**
   * Runs every stage to a published release.
   *
   * @throws InputException if the configuration or the sources cannot be used; nothing is published
   * @throws org.nightjar.publish.LockedException if another run holds the output
   */
  public static NightResult run(
      SparkSession spark, Configuration configuration, RunOptions options) {
    Clock clock = Clock.systemUTC();
    org.apache.hadoop.conf.Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    String output = configuration.output().path();
    Map<String, String> inputs = InputFingerprints.of(configuration.sources(), hadoop);
    Instant startedAt = clock.instant();
    String runId =
        RunId.of(
            startedAt,
            InputFingerprints.sha256(
                ConfigurationLoader.render(configuration) + inputs + startedAt));
    Releases releases = Releases.at(output, hadoop, clock);
    Optional<Manifest> last = releases.current().map(pointer -> releases.manifest(pointer.runId()));
    RunContext context =
        new RunContext(spark, configuration, runId, startedAt, options, releases, inputs, last);
    List<Stage> stages = new ArrayList<>();
    stages.add(new IngestStage());
    stages.add(new CleanStage());
    stages.add(new FeatureStage());
    stages.add(new ModelStage());
    stages.add(new RankStage());
    stages.add(new EvaluateStage());
    if (!options.publish()) {
      try {
        execute(context, stages);
        return result(context);
      } finally {
        context.workspace().delete();
      }
    }
    stages.add(new PublishStage());
    stages.add(new ReportStage());
    Duration expiry = Duration.ofMinutes(configuration.output().lockExpiryMinutes());
    try (OutputLock lock = OutputLock.acquire(output, runId, expiry, hadoop, clock)) {
      execute(context, stages);
      releases.seal(context.manifest(clock.instant()));
      if (context.verdict().orElseThrow().passed()) {
        lock.confirm();
        releases.promote(runId);
        context.workspace().delete("ingest");
        context.workspace().deleteOtherRuns();
      }
      return result(context);
    }
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
    for (Stage stage : stages) {
      progress.start(stage.name());
      LOG.info("start run={} stage={}", context.runId(), stage.name());
      Map<String, Long> counts;
      try {
        counts = stage.run(context);
      } catch (InputException e) {
        throw e;
      } catch (RuntimeException e) {
        throw Ingest.explain(e, context.configuration())
            .map(RuntimeException.class::cast)
            .orElse(e);
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

  private static NightResult result(RunContext context) {
    List<ReportData.ExampleList> examples =
        context.options().publish()
            ? context.full().map(view -> ReportAssembly.examples(context, view)).orElse(List.of())
            : List.of();
    return new NightResult(
        context.runId(),
        context.options().publish() ? context.releases().path(context.runId()) : null,
        context.verdict().orElse(null),
        ReportAssembly.figures(context),
        ReportAssembly.headlineK(context),
        examples,
        context.weights(),
        context.seconds(),
        List.copyOf(context.warnings()));
  }
}
