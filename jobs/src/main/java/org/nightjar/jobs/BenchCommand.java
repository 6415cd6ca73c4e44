package org.nightjar.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.nightjar.bench.ResultLine;
import org.nightjar.bench.ScaleBench;
import org.nightjar.bench.TopNBench;
import org.nightjar.bench.TrainBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: the benchmarks; each ends with one line of JSON. See docs/BENCHMARKS.md. */
@Command(
    name = "bench",
    description = "Benchmarks on generated data; the last line is JSON with ratios and settings.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "topn|train|scale")
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which benchmark? topn, train or scale.");
  }

  @Command(
      name = "topn",
      description =
          "Lists for everybody from a fitted model: our scan against MLlib's recommendForAllUsers"
              + " and a filter, and against sgemm.",
      mixinStandardHelpOptions = true,
      showDefaultValues = true)
  int topn(
      @Option(names = "--users", defaultValue = "100000") int users,
      @Option(names = "--items", defaultValue = "20000") int items,
      @Option(names = "--events", defaultValue = "2000000") long events,
      @Option(names = "--rank", defaultValue = "64") int rank,
      @Option(names = "--n", defaultValue = "10", description = "Items per list.") int n,
      @Option(
              names = "--most-seen",
              defaultValue = "100",
              description = "Most excluded items of a user; MLlib is asked for so many more.")
          int mostSeen,
      @Option(names = "--model", defaultValue = "als", description = "Type with factors.")
          String model,
      @Option(
              names = "--mllib",
              negatable = true,
              fallbackValue = "true",
              defaultValue = "true",
              description = "--no-mllib: our scan alone, for sizes that would take MLlib hours.")
          boolean mllib,
      @Option(names = "--rounds", defaultValue = "3", description = "After one for warm-up.")
          int rounds,
      @Option(names = "--seed", defaultValue = "42") long seed,
      @Option(names = "--out", required = true, description = "Folder for files.") Path out,
      @Option(names = "--master", description = "Spark master.") String master)
      throws IOException {
    TopNBench bench =
        new TopNBench(users, items, events, rank, n, mostSeen, model, mllib, rounds, seed);
    try (SparkSession spark = session(master)) {
      return print(bench.run(spark, out.toAbsolutePath().toString()));
    }
  }

  @Command(
      name = "train",
      description = "Trainers side by side: seconds per iteration and NDCG@10.",
      mixinStandardHelpOptions = true,
      showDefaultValues = true)
  int train(
      @Option(names = "--users", defaultValue = "20000") int users,
      @Option(names = "--items", defaultValue = "4000") int items,
      @Option(names = "--events", defaultValue = "1000000") long events,
      @Option(
              names = "--pairs",
              description =
                  "CSV with user_id and item_id to train on, instead of a generated set of that size.")
          Path pairs,
      @Option(
              names = "--models",
              split = ",",
              defaultValue = "als",
              description = "Types; the others are compared to the first.")
          List<String> models,
      @Option(names = "--rank", defaultValue = "64") int rank,
      @Option(names = "--iterations", defaultValue = "5") int iterations,
      @Option(
              names = "--setting",
              paramLabel = "TYPE.KEY=VALUE",
              description = "A setting of a type; repeatable.")
          List<String> settings,
      @Option(names = "--rounds", defaultValue = "3", description = "After one for warm-up.")
          int rounds,
      @Option(names = "--seed", defaultValue = "42") long seed,
      @Option(names = "--out", required = true, description = "Local folder for files.") Path out,
      @Option(names = "--master", description = "Spark master.") String master)
      throws IOException {
    TrainBench bench =
        new TrainBench(
            users,
            items,
            events,
            pairs == null ? null : file(pairs),
            models,
            rank,
            iterations,
            settings == null ? List.of() : settings,
            rounds,
            seed);
    try (SparkSession spark = session(master)) {
      return print(bench.run(spark, out.toAbsolutePath().toString()));
    }
  }

  @Command(
      name = "scale",
      description = "Whole nights of growing size, each in a JVM of its own (embedded Spark only).",
      mixinStandardHelpOptions = true,
      showDefaultValues = true)
  int scale(
      @Option(
              names = "--events",
              split = ",",
              defaultValue = "1000000,3000000,10000000,30000000",
              description = "Sizes.")
          List<Long> events,
      @Option(names = "--events-per-user", defaultValue = "20") int perUser,
      @Option(
              names = "--items",
              defaultValue = "5000",
              description = "At a million events; grow with the square root of the events.")
          int items,
      @Option(names = "--heap", defaultValue = "4g", description = "Of each night.") String heap,
      @Option(
              names = "--set",
              paramLabel = "PATH=VALUE",
              description = "Sets one configuration key of the nights; repeatable.")
          List<String> changes,
      @Option(names = "--seed", defaultValue = "42") long seed,
      @Option(names = "--out", required = true, description = "Local folder for files.") Path out)
      throws IOException, InterruptedException {
    Files.createDirectories(out);
    List<String> configured = new ArrayList<>();
    if (changes != null) {
      configured.addAll(changes);
    }
    return print(
        new ScaleBench(events, perUser, items, heap, configured, seed)
            .run(
                Nightjar.class.getName(),
                out.toAbsolutePath(),
                line -> spec.commandLine().getErr().println(line)));
  }

  /** A file of pairs, which leaves no room for sizes of a generated set. */
  private String file(Path pairs) {
    CommandLine train = spec.commandLine().getSubcommands().get("train");
    for (String size : List.of("--users", "--items", "--events")) {
      if (train.getParseResult().hasMatchedOption(size)) {
        throw new ParameterException(train, size + " has no meaning beside --pairs.");
      }
    }
    if (!Files.isReadable(pairs)) {
      throw new ParameterException(train, "Cannot read '" + pairs + "' (--pairs).");
    }
    return pairs.toAbsolutePath().toUri().toString();
  }

  private static SparkSession session(String master) {
    return SparkSessions.open("nightjar-bench", Map.of(), Optional.ofNullable(master));
  }

  private int print(Map<String, Object> result) {
    spec.commandLine().getOut().println(ResultLine.of(result));
    return ExitCode.DONE;
  }
}
