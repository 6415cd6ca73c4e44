package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.config.Secrets;
import org.nightjar.config.WrittenConfiguration;
import org.nightjar.run.Progress;
import org.nightjar.run.RunOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that every command takes. */
final class CommonOptions {
  /** Also read before parsing, see {@link Nightjar#main}. */
  static final String QUIET = "--quiet";

  private static final Logger LOG = LoggerFactory.getLogger(CommonOptions.class);
  private static final String HOME = "NIGHTJAR_HOME";

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description =
          "Configuration, YAML or JSON, local or any Hadoop path. Default: conf/sample.yaml.")
  private String conf;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Sets one configuration key, such as output.path=/data/out; the value is YAML. Repeatable.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--as-of",
      paramLabel = "INSTANT",
      description = "The cutoff, such as 2017-12-01T00:00:00Z, instead of the configured one.")
  private Instant asOf;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master. Default: that of spark-submit, else local[*].")
  private String master;

  @Option(names = QUIET, description = "No progress; log warnings and errors only.")
  private boolean quiet;

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = "Progress on stderr: ${COMPLETION-CANDIDATES}. Default: plain.")
  private Progress.Mode progress = Progress.Mode.PLAIN;

  /**
   * The configuration of {@code --conf} with {@code --set} and {@code --as-of} applied.
   *
   * @throws InputException with every problem in it
   */
  Configuration configuration() {
    List<String> changes = new ArrayList<>(overrides);
    changes.addAll(cutoff());
    return ConfigurationLoader.load(location(), changes, System::getenv);
  }

  /**
   * The configuration of {@code --conf} with {@code --set} applied, as it is written.
   *
   * @throws InputException with every problem in it
   */
  WrittenConfiguration written() {
    return ConfigurationLoader.written(location(), overrides, System::getenv);
  }

  /** {@code --as-of} as a change of the configuration, if it is given. */
  List<String> cutoff() {
    return asOf == null ? List.of() : List.of("cutoff=" + asOf);
  }

  private String location() {
    if (conf != null) {
      return conf;
    }
    String home = System.getenv(HOME);
    if (home == null || home.isBlank()) {
      throw new InputException(
          "There is no configuration: give one with --conf FILE, or start Nightjar by"
              + " scripts/nightjar, which takes conf/sample.yaml.");
    }
    return Path.of(home, "conf", "sample.yaml").toString();
  }

  /** The Spark session for a configuration. The caller closes it. */
  SparkSession session(Configuration configuration) {
    return SparkSessions.open(
        "nightjar-" + configuration.name(), configuration.spark(), Optional.ofNullable(master));
  }

  /**
   * Does something with a Spark session and ends it. What was done stands even if the session
   * cannot be ended properly; the process ends next anyway.
   */
  <T> T withSession(Configuration configuration, Function<SparkSession, T> work) {
    SparkSession spark = session(configuration);
    try {
      return work.apply(spark);
    } finally {
      try {
        spark.close();
      } catch (IOException | RuntimeException e) {
        LOG.warn("the Spark session could not be ended properly", e);
      }
    }
  }

  /** How a run is to go, by these options. */
  RunOptions run(CommandSpec spec, boolean publish) {
    return runOptions(spec, publish, progress());
  }

  /** The command line as it may be stored: without secrets. */
  static String commandLine(CommandSpec spec) {
    return Secrets.commandLine(spec.commandLine().getParseResult().originalArgs());
  }

  /** How a run is to go: progress, and what the manifest says of command and machine. */
  static RunOptions runOptions(CommandSpec spec, boolean publish, Progress.Mode progress) {
    Blas blas = Blas.inUse();
    List<String> warnings =
        blas.isSlow()
            ? List.of(
                "The linear algebra in use is the slow fallback ("
                    + blas.text()
                    + "); start by scripts/nightjar, or add --add-modules=jdk.incubator.vector.")
            : List.of();
    return new RunOptions(
        publish, progress, commandLine(spec), Nightjar.Version.ofNightjar(), blas.text(), warnings);
  }

  /** Prints what somebody should look at. */
  static void print(List<String> warnings, PrintWriter out) {
    warnings.forEach(warning -> out.println("Warning: " + warning));
  }

  boolean isQuiet() {
    return quiet;
  }

  Progress.Mode progress() {
    return quiet ? Progress.Mode.QUIET : progress;
  }
}
