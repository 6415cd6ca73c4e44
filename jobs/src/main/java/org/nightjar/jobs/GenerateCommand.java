package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.nightjar.generate.Generation;
import org.nightjar.generate.ShopSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code generate}: a made-up shop of any size; see {@link Generation}. */
@Command(
    name = "generate",
    description = {
      "Writes a made-up shop of any size: users, items, events, and a configuration for 'run'.",
      "The same options give the same rows, whatever the machine. See docs/GENERATE.md."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class GenerateCommand implements Callable<Integer> {
  @Option(names = "--users", paramLabel = "N", defaultValue = "10000", description = "Users.")
  private int users;

  @Option(names = "--items", paramLabel = "N", defaultValue = "1000", description = "Items.")
  private int items;

  @Option(names = "--events", paramLabel = "N", defaultValue = "200000", description = "Events.")
  private long events;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "365",
      description = "Days that the events span.")
  private int days;

  @Option(
      names = "--last-day",
      paramLabel = "DATE",
      defaultValue = "2025-12-31",
      description = "Day of the last events, UTC.")
  private LocalDate lastDay;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "42", description = "Seed.")
  private long seed;

  @Option(
      names = "--dirt",
      paramLabel = "SHARE",
      defaultValue = "0.01",
      description =
          "Share of rows that are spoilt: duplicates, unknown ids, bad prices and dates, …")
  private double dirt;

  @Option(
      names = "--zipf",
      paramLabel = "S",
      defaultValue = "0.9",
      description = "Exponent of the items' popularity.")
  private double zipf;

  @Option(
      names = "--spread",
      paramLabel = "S",
      defaultValue = "1.1",
      description = "Standard deviation of the logarithm of the users' activity.")
  private double spread;

  @Option(
      names = "--heaviest",
      paramLabel = "N",
      defaultValue = "0",
      description = "Events of one more user, for skew.")
  private long heaviest;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "parquet",
      description = "One of ${COMPLETION-CANDIDATES}; CSV is gzipped.")
  private Generation.Format format;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder, local or any Hadoop path; absent, empty or generated before.")
  private String out;

  @Option(names = "--master", paramLabel = "URL", description = "Spark master.")
  private String master;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ShopSize size =
        new ShopSize(users, items, events, days, lastDay, seed, dirt, zipf, spread, heaviest);
    try (SparkSession spark =
        SparkSessions.open("nightjar-generate", Map.of(), Optional.ofNullable(master))) {
      Generation.Written written = Generation.write(spark, size, format, location());
      PrintWriter terminal = spec.commandLine().getOut();
      TextTable table = new TextTable("table", "rows", "of these spoilt");
      written
          .rows()
          .forEach(
              (name, rows) -> {
                Map<String, Long> spoilt = new LinkedHashMap<>(rows);
                long all = spoilt.remove("rows");
                table.add(name, all, spoilt.values().stream().mapToLong(Long::longValue).sum());
              });
      table.print(terminal);
      terminal.printf("Configuration: %s%n", written.configuration());
    }
    return ExitCode.DONE;
  }

  private String location() {
    return out.contains(":") ? out : Path.of(out).toAbsolutePath().toUri().toString();
  }
}
