package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Verdict;
import org.nightjar.report.TextReport;
import org.nightjar.run.Extent;
import org.nightjar.run.Night;
import org.nightjar.run.NightResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code run}: the whole night, to a published release. */
@Command(
    name = "run",
    description = "The whole night: every stage, to a published release.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final int SHOWN_USERS = 3;

  @Mixin private CommonOptions options;
  @Mixin private Until until;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    return run(options, until.extent(false), spec);
  }

  /** The option of commands that may run a part of the night. */
  static final class Until {
    @Option(
        names = "--until",
        paramLabel = "STAGE",
        description =
            "The last stage to run, such as clean; `resume` goes on after it. Default: all, and"
                + " publish.")
    private String stage;

    Extent extent(boolean resume) {
      return new Extent(resume, stage);
    }
  }

  /** Runs and tells how it went. */
  static int run(CommonOptions options, Extent extent, CommandSpec spec) throws IOException {
    Configuration configuration = options.configuration();
    try (SparkSession spark = options.session(configuration)) {
      NightResult result = Night.run(spark, configuration, options.run(spec, true), extent);
      PrintWriter out = spec.commandLine().getOut();
      if (extent.until() != null) {
        out.printf("Finished %s of %s; go on by `resume`.%n", extent.until(), result.runId());
        return ExitCode.DONE;
      }
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
      return told(result, spec);
    }
  }

  /** Says whether and where the release was published; the exit code. */
  static int told(NightResult result, CommandSpec spec) {
    Verdict verdict = result.verdict();
    if (verdict.passed()) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("Published %s%n", result.runId());
      out.printf("Tables: %s/{recommendations,fallback,similar_items,metrics}%n", result.release());
      out.printf("Report: %s/report.html%n", result.release());
      if (result.exportFailure() != null) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
            "%s is published but not exported: %s%n", result.runId(), result.exportFailure());
        err.println("The database is as it was. To try again: export (with the same --conf).");
        return ExitCode.NOT_EXPORTED;
      }
      return ExitCode.DONE;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf("Refused to publish %s; the previous release stays current.%n", result.runId());
    return PublishCommand.refused(result.runId(), verdict, err);
  }
}
