package org.nightjar.run;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Releases;
import org.nightjar.publish.RunId;
import org.nightjar.rank.LambdaMart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which run begins: a new one, or the one that was cut off. */
final class Beginning {
  private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);

  private Beginning() {}

  /** The run that was cut off, if it is to be gone on with, else a new one. */
  static RunContext chosen(
      SparkSession spark,
      Configuration configuration,
      RunOptions options,
      Extent extent,
      List<Stage> stages) {
    String output = configuration.output().path();
    Function<String, Workspace> workspace = runId -> Workspace.ofRun(spark, output, runId);
    Optional<RunContext> earlier =
        Begun.latestUnfinished(
                output, Releases.at(output, hadoop(spark), Clock.systemUTC()), hadoop(spark))
            .map(begun -> context(spark, configuration, options, workspace, begun))
            .filter(context -> mayGoOn(context, stages, extent.resume()));
    if (earlier.isEmpty() && extent.resume()) {
      throw new InputException(
          String.format(
              "There is nothing to resume in '%s': no run was cut off. Start one by `run`.",
              output));
    }
    earlier.ifPresent(context -> LOG.info("goes on with run={}", context.runId()));
    return earlier.orElseGet(() -> context(spark, configuration, options, workspace, null));
  }

  /**
   * A sealed release is not written again, so all of it must hold. Sources whose changes cannot be
   * told are read anew unless somebody says to resume.
   */
  private static boolean mayGoOn(RunContext context, List<Stage> stages, boolean resume) {
    Map<String, String> keys = StageKeys.of(context, stages);
    if (context.releases().isSealed(context.runId())) {
      return stages.stream()
          .allMatch(
              stage ->
                  stage.isRepeated()
                      || context
                          .ledger()
                          .finished(stage.name(), keys.get(stage.name()))
                          .isPresent());
    }
    String first = stages.get(0).name();
    return resume
        || (InputFingerprints.tellChanges(context.configuration())
            && context.ledger().finished(first, keys.get(first)).isPresent());
  }

  /** A new run. */
  static RunContext anew(SparkSession spark, Configuration configuration, RunOptions options) {
    String output = configuration.output().path();
    return context(
        spark, configuration, options, runId -> Workspace.ofRun(spark, output, runId), null);
  }

  /**
   * What the stages share.
   *
   * @param begun the run to go on with; null for a new one
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
    Optional<Manifest> last = releases.current().map(pointer -> releases.manifest(pointer.runId()));
    return new RunContext(
        spark,
        configuration,
        run.runId(),
        run.startedAt(),
        options,
        workspace.apply(run.runId()),
        releases,
        inputs,
        last);
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
