package org.nightjar.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.clean.Cleaning;
import org.nightjar.config.Configuration;
import org.nightjar.ingest.Ingest;
import org.nightjar.publish.DatabaseExport;
import org.nightjar.run.Feasibility;
import org.nightjar.run.MetricsFile;
import org.nightjar.run.ReleaseExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code validate}: configuration and sources, every problem at once, without training. */
@Command(
    name = "validate",
    description = "Checks configuration and sources without training; lists every problem.",
    mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Configuration configuration = options.configuration();
    try (SparkSession spark = options.session(configuration)) {
      List<String> problems = new ArrayList<>(Cleaning.check(configuration));
      problems.addAll(Feasibility.problems(configuration));
      Ingest.Inspection sources = Ingest.inspect(spark, configuration);
      problems.addAll(sources.problems());
      sources
          .warnings()
          .forEach(warning -> spec.commandLine().getOut().printf("warning: %s%n", warning));
      ReleaseExport.database(configuration)
          .map(DatabaseExport::problemsNow)
          .ifPresent(problems::addAll);
      problems.addAll(
          MetricsFile.problems(configuration, spark.sparkContext().hadoopConfiguration()));
      if (!problems.isEmpty()) {
        throw new InputException(problems);
      }
    }
    spec.commandLine()
        .getOut()
        .printf("Configuration '%s' and its sources are in order.%n", configuration.name());
    return ExitCode.DONE;
  }
}
