package org.nightjar.jobs;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.nightjar.config.Configuration;
import org.nightjar.config.Secrets;
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
  public Integer call() {
    return run(options, until.extent(false), spec);
  }

  /** The option of commands that may run a part of the night. */
  static final class Until {
    @Option(
        names = "--until",
        paramLabel = "STAGE",
        description =
            "The last stage to run, such as clean; `resume` continues after it. Default: all, and"
                + " publish.")
    private String stage;

    Extent extent(boolean resume) {
      return new Extent(resume, stage);
    }
  }

  /** Runs and tells how it went. */
  static int run(CommonOptions options, Extent extent, CommandSpec spec) {
    Configuration configuration = options.configuration();
    NightResult result =
        options.withSession(
            configuration,
            spark -> Night.run(spark, configuration, options.run(spec, true), extent));
    return told(
        result,
        spec,
        out -> {
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
        },
        extent.until());
  }

  /** Says whether and where the release of a whole run was published; the exit code. */
  static int told(NightResult result, CommandSpec spec) {
    return told(result, spec, out -> {}, null);
  }

  /** The exit code is decided before anything is said, and no fault in saying it changes it. */
  private static int told(
      NightResult result, CommandSpec spec, Consumer<PrintWriter> figures, String until) {
    int exitCode = exitCode(result, until);
    PrintWriter err = spec.commandLine().getErr();
    try {
      PrintWriter out = spec.commandLine().getOut();
      if (result.endedBefore()) {
        tellEnd(result, out, err);
      } else if (until != null) {
        out.printf("Finished %s of %s; continue by `resume`.%n", until, result.runId());
      } else {
        figures.accept(out);
        tell(result, out, err);
      }
    } catch (RuntimeException e) {
      err.printf(
          "%s has ended, but its result could not be shown: %s%n",
          result.runId(), Secrets.inMessage(e.toString()));
    }
    return exitCode;
  }

  private static int exitCode(NightResult result, String until) {
    if (until != null && !result.endedBefore()) {
      return ExitCode.DONE;
    }
    if (!result.published()) {
      return ExitCode.REFUSED;
    }
    return result.exportFailure() == null ? ExitCode.DONE : ExitCode.NOT_EXPORTED;
  }

  private static void tell(NightResult result, PrintWriter out, PrintWriter err) {
    CommonOptions.print(result.failedSteps(), err);
    Verdict verdict = result.verdict();
    if (!result.published()) {
      err.printf("Refused to publish %s; the previous release stays current.%n", result.runId());
      PublishCommand.refused(result.runId(), verdict, err);
      return;
    }
    out.printf("Published %s%n", result.runId());
    out.printf("Tables: %s/{recommendations,fallback,similar_items,metrics}%n", result.release());
    out.printf("Report: %s/report.html%n", result.release());
    if (result.exportFailure() != null) {
      err.printf("%s is published but not exported: %s%n", result.runId(), result.exportFailure());
      err.println("The database is as it was. To try again: export (with the same --conf).");
    }
  }

  /** Of a run that an earlier process had brought to its end. */
  private static void tellEnd(NightResult result, PrintWriter out, PrintWriter err) {
    if (result.published()) {
      out.printf("%s is published already; nothing was left to do.%n", result.runId());
    } else {
      err.printf("%s has ended already: the quality gate refused it.%n", result.runId());
      PublishCommand.refused(result.runId(), result.verdict(), err);
    }
  }
}
