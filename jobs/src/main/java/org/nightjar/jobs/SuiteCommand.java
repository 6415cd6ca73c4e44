package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.nightjar.report.TextReport;
import org.nightjar.run.NightResult;
import org.nightjar.run.Progress;
import org.nightjar.run.Suite;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code suite}: the product on a fixed split, for anybody to score; see {@link Suite}. */
@Command(
    name = "suite",
    description = "Runs on a split of train and test files; writes lists, metrics and run.json.",
    mixinStandardHelpOptions = true)
final class SuiteCommand implements Callable<Integer> {
  /** What may be recommended again. */
  private enum RepeatPolicy {
    allow,
    exclude
  }

  @Option(
      names = "--train",
      required = true,
      paramLabel = "FILE",
      description = "CSV, gzipped or not: user_id, item_id, and what else the source has.")
  private Path train;

  @Option(
      names = "--test",
      required = true,
      paramLabel = "FILE",
      description = "Held-out rows: user_id, item_id. Its users are served; nothing is learned.")
  private Path test;

  @Option(names = "--profiles", paramLabel = "FILE", description = "user_id and attributes.")
  private Path profiles;

  @Option(
      names = "--numeric",
      split = ",",
      paramLabel = "NAME",
      description = "Profile columns that are numbers; the others are categories.")
  private List<String> numeric = new ArrayList<>();

  @Option(
      names = "--items",
      paramLabel = "FILE",
      description = "item_id, and category, text or price where there is one.")
  private Path items;

  @Option(
      names = "--repeat",
      paramLabel = "allow|exclude",
      defaultValue = "allow",
      description = "Whether items of TRAIN may come again. Default: ${DEFAULT-VALUE}.")
  private RepeatPolicy repeat;

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "TYPE",
      description = "Model types, such as als,popularity. Default: those of the product.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--tune-minutes",
      paramLabel = "M",
      defaultValue = "0",
      description =
          "Minutes of trials with other model settings before the run, inside TRAIN; 0: none."
              + " Default: ${DEFAULT-VALUE}.")
  private int tuneMinutes;

  @Option(
      names = "--k",
      defaultValue = "10",
      description = "Items per list. Default: ${DEFAULT-VALUE}.")
  private int k;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Sets one configuration key, such as rank.repeat.policy=mixed; the value is YAML."
              + " Repeatable.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for recommendations, metrics, user_metrics and run.json.")
  private Path out;

  @Option(names = "--master", paramLabel = "URL", description = "Default: local[*].")
  private String master;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(out);
    Suite suite =
        new Suite(
            train,
            test,
            profiles,
            items,
            numeric,
            repeat == RepeatPolicy.exclude,
            models,
            k,
            tuneMinutes,
            overrides,
            out.toAbsolutePath());
    try (SparkSession spark =
        SparkSessions.open("nightjar-suite", Map.of(), Optional.ofNullable(master))) {
      PrintWriter terminal = spec.commandLine().getOut();
      NightResult result =
          suite.run(
              spark,
              CommonOptions.runOptions(spec, false, Progress.Mode.PLAIN),
              notice -> {
                terminal.println(notice);
                terminal.flush();
              });
      terminal.print(TextReport.render(result.metrics(), result.headlineK(), List.of()));
      CommonOptions.print(result.warnings(), terminal);
    }
    return ExitCode.DONE;
  }
}
