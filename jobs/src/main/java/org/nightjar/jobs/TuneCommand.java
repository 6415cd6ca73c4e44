package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.WrittenConfiguration;
import org.nightjar.run.TuneResult;
import org.nightjar.run.Tuned;
import org.nightjar.run.Tuning;
import org.nightjar.tune.Budget;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tune}: a search over the models' settings; see {@link Tuning}. */
@Command(
    name = "tune",
    description = {
      "Searches better settings of the models on the configured split; publishes nothing.",
      "Writes the best configuration, for 'run --conf', and a table of all trials."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The same command again takes the trials that have finished from the output",
      "folder, so that a search that was stopped, or is given a greater budget, goes",
      "on where it was. See docs/TUNING.md."
    })
final class TuneCommand implements Callable<Integer> {
  private static final int DEFAULT_TRIALS = 20;

  @Mixin private CommonOptions options;

  @ArgGroup(exclusive = true)
  private Limit limit = new Limit();

  /** One or the other. */
  private static final class Limit {
    @Option(
        names = "--minutes",
        paramLabel = "M",
        description = "Time for all trials together, shared evenly by the models.")
    private Integer minutes;

    @Option(
        names = "--trials",
        paramLabel = "N",
        description =
            "Settings to try of each model, the configured ones included. Default: "
                + DEFAULT_TRIALS
                + ".")
    private Integer trials;
  }

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "NAME",
      description = "Models to search, by name. Default: the first of each type.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where the best configuration is written, local or any Hadoop path. Default: tune/tuned.yaml"
              + " in the output folder.")
  private String out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Budget budget = budget();
    WrittenConfiguration written = options.written();
    Tuning tuning =
        new Tuning(written, options.cutoff(), models, budget, out == null ? null : uri(out));
    try (SparkSession spark = options.session(written.configuration())) {
      Tuning.Outcome outcome = tuning.run(spark, options.run(spec, false));
      PrintWriter terminal = spec.commandLine().getOut();
      table(outcome.result()).print(terminal);
      terminal.println();
      CommonOptions.print(outcome.result().warnings(), terminal);
      terminal.printf("Configuration: %s%n", outcome.file());
      terminal.printf("Trials: %s%n", outcome.trials());
    }
    return ExitCode.DONE;
  }

  private Budget budget() {
    int amount =
        limit.minutes != null
            ? limit.minutes
            : limit.trials != null ? limit.trials : DEFAULT_TRIALS;
    if (amount < 1) {
      throw new ParameterException(
          spec.commandLine(), String.format("The budget is %d but must be at least 1.", amount));
    }
    return limit.minutes != null
        ? Budget.of(Duration.ofMinutes(amount))
        : Budget.ofSettings(amount);
  }

  private static String uri(String location) {
    return location.contains(":")
        ? location
        : Path.of(location).toAbsolutePath().toUri().toString();
  }

  private static TextTable table(TuneResult result) {
    TextTable table =
        new TextTable(
            "model",
            "tried",
            "users",
            "configured",
            "best",
            "gain",
            "interval",
            "taken",
            "settings");
    for (Tuned tuned : result.models()) {
      table.add(
          tuned.model(),
          tuned.settingsTried(),
          tuned.users(),
          tuned.configured(),
          tuned.best(),
          tuned.gain() == null ? null : tuned.gain().value(),
          interval(tuned),
          tuned.taken() ? "yes" : "no",
          tuned.settings().entrySet().stream()
              .map(setting -> setting.getKey() + "=" + setting.getValue())
              .collect(Collectors.joining(" ")));
    }
    return table;
  }

  private static String interval(Tuned tuned) {
    return tuned.gain() == null || tuned.gain().low() == null
        ? null
        : String.format(Locale.ROOT, "%.4f–%.4f", tuned.gain().low(), tuned.gain().high());
  }
}
