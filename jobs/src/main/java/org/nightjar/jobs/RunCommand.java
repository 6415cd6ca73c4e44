package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Verdict;
import org.nightjar.report.TextReport;
import org.nightjar.run.Night;
import org.nightjar.run.NightResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code run}: the whole night, to a published release. */
@Command(
    name = "run",
    description = "The whole night: every stage, to a published release.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final int SHOWN_USERS = 3;

  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Configuration configuration = options.configuration();
    try (SparkSession spark = options.session(configuration)) {
      NightResult result = Night.run(spark, configuration, options.run(spec, true));
      PrintWriter out = spec.commandLine().getOut();
      if (!options.isQuiet()) {
        out.println();
        out.print(
            TextReport.render(
                result.metrics(),
                result.headlineK(),
                result.examples().stream().limit(SHOWN_USERS).toList()));
        out.println();
        CommonOptions.print(result.warnings(), out);
      }
      int told = told(result, spec);
      if (told == ExitCode.DONE) {
        out.printf("Report: %s/report.html%n", result.release());
      }
      return told;
    }
  }

  /** Says whether and where the release was published; the exit code. */
  static int told(NightResult result, CommandSpec spec) {
    Verdict verdict = result.verdict();
    if (verdict.passed()) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("Published %s%n", result.runId());
      out.printf("Tables: %s/{recommendations,fallback,similar_items,metrics}%n", result.release());
      return ExitCode.DONE;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf("Refused to publish %s; the previous release stays current.%n", result.runId());
    return PublishCommand.refused(result.runId(), verdict, err);
  }
}
