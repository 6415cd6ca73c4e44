package org.nightjar.run;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.publish.Releases;
import org.nightjar.publish.RunId;
import org.nightjar.rank.LambdaMart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which run begins: a new one, or the one that was cut off. */
final class Beginning {
  private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);

  private Beginning() {}

  /**
   * The run that was cut off, also after its swap before all that follows was done, if it is to be
   * resumed.
   */
  static Optional<RunContext> cutOff(
      SparkSession spark,
      Configuration configuration,
      RunOptions options,
      Extent extent,
      List<Stage> stages) {
    String output = configuration.output().path();
    Releases releases = Releases.at(output, hadoop(spark), Clock.systemUTC());
    Optional<RunContext> earlier =
        Begun.all(output, hadoop(spark)).stream()
            .filter(
                begun ->
                    switch (Begun.state(begun.runId(), output, releases, hadoop(spark))) {
                      case UNFINISHED, PUBLISHING -> true;
                      case PUBLISHED, REFUSED, DAMAGED -> false;
                    })
            .reduce((first, last) -> last)
            .map(begun -> context(spark, configuration, options, begun))
            .filter(context -> mayGoOn(context, stages, extent.resume()));
    earlier.ifPresent(context -> LOG.info("resumes run={}", context.runId()));
    return earlier;
  }

  /**
   * The last run, if it has ended and a run of this configuration on these sources would be the
   * same: a retry of a task whose run is published. Where sources do not tell their changes, only a
   * cutoff that is given tells one night from another.
   */
  static Optional<RunContext> ended(
      SparkSession spark, Configuration configuration, RunOptions options) {
    if (!InputFingerprints.tellChanges(configuration) && configuration.cutoff() == null) {
      return Optional.empty();
    }
    String output = configuration.output().path();
    Releases releases = Releases.at(output, hadoop(spark), Clock.systemUTC());
    return Begun.all(output, hadoop(spark)).stream()
        .reduce((first, last) -> last)
        .filter(
            begun ->
                switch (Begun.state(begun.runId(), output, releases, hadoop(spark))) {
                  case PUBLISHED, REFUSED -> true;
                  case UNFINISHED, PUBLISHING, DAMAGED -> false;
                })
        .map(begun -> context(spark, configuration, options, begun))
        .filter(context -> isFinished(context, Night.ALL));
  }

  /**
   * A sealed release is not written again, so all of it must hold. Sources whose changes cannot be
   * told are read anew unless somebody says to resume.
   */
  private static boolean mayGoOn(RunContext context, List<Stage> stages, boolean resume) {
    if (context.releases().isSealed(context.runId()) && !isFinished(context, stages)) {
      return false;
    }
    return resume
        || (InputFingerprints.tellChanges(context.configuration())
            && isFinished(context, stages.subList(0, 1)));
  }

  /** Whether the stages are finished, from what they would start from now. */
  private static boolean isFinished(RunContext context, List<Stage> stages) {
    Map<String, String> keys = StageKeys.of(context, stages);
    return stages.stream()
        .allMatch(
            stage ->
                stage.isRepeated()
                    || context.ledger().finished(stage.name(), keys.get(stage.name())).isPresent());
  }

  /** A new run. */
  static RunContext anew(SparkSession spark, Configuration configuration, RunOptions options) {
    return context(spark, configuration, options, null);
  }

  private static RunContext context(
      SparkSession spark, Configuration configuration, RunOptions options, Begun begun) {
    String output = configuration.output().path();
    return context(
        spark, configuration, options, runId -> Workspace.ofRun(spark, output, runId), begun);
  }

  /**
   * What the stages share.
   *
   * @param begun the run to resume; null for a new one
   */
  static RunContext context(
      SparkSession spark,
      Configuration configuration,
      RunOptions options,
      Function<String, Workspace> workspace,
      Begun begun) {
    if (configuration.rank().learned().enabled()) {
      LambdaMart.requireNative();
    }
    Clock clock = Clock.systemUTC();
    Map<String, String> inputs = InputFingerprints.of(configuration, hadoop(spark));
    Begun run = begun == null ? newRun(configuration, inputs, clock.instant()) : begun;
    Releases releases = Releases.at(configuration.output().path(), hadoop(spark), clock);
    Releases.Last last = releases.last(run.runId());
    last.warnings().forEach(warning -> LOG.warn("{}", warning));
    RunContext context =
        new RunContext(
            spark,
            configuration,
            run.runId(),
            run.startedAt(),
            options,
            workspace.apply(run.runId()),
            releases,
            inputs,
            last.manifest());
    context.warnings().addAll(last.warnings());
    return context;
  }

  private static Begun newRun(
      Configuration configuration, Map<String, String> inputs, Instant startedAt) {
    String runId =
        RunId.of(
            startedAt,
            InputFingerprints.sha256(
                ConfigurationLoader.render(configuration) + inputs + startedAt));
    return new Begun(runId, startedAt);
  }

  private static org.apache.hadoop.conf.Configuration hadoop(SparkSession spark) {
    return spark.sparkContext().hadoopConfiguration();
  }
}
