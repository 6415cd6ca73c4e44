package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.Configuration;
import org.nightjar.report.TextReport;
import org.nightjar.run.Night;
import org.nightjar.run.NightResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code evaluate}: metrics of every model and the blend on the configured split; publishes
 * nothing.
 */
@Command(
    name = "evaluate",
    description =
        "Metrics of every model and the blend on the configured split; publishes nothing.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Configuration configuration = options.configuration();
    try (SparkSession spark = options.session(configuration)) {
      NightResult result = Night.evaluate(spark, configuration, options.run(spec, false));
      PrintWriter out = spec.commandLine().getOut();
      out.println();
      out.print(TextReport.render(result.metrics(), result.headlineK(), List.of()));
      result
          .weights()
          .bySegment()
          .forEach((segment, weights) -> out.printf("Weights, %s users: %s%n", segment, weights));
      CommonOptions.print(result.warnings(), out);
    }
    return ExitCode.DONE;
  }
}
