package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Releases;
import org.nightjar.report.HtmlReport;
import org.nightjar.report.ReportData;
import org.nightjar.report.TextReport;
import org.nightjar.run.ReleaseLookUp;
import org.nightjar.run.ReleaseReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report}: makes the report of a release anew, from its published tables alone. */
@Command(
    name = "report",
    description =
        "Makes the report of a release anew and prints its figures, or serves all releases.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "The release. Default: the current one.")
  private String run;

  @Option(
      names = "--before",
      paramLabel = "RUN",
      description = "The release to hold it against. Default: the last one before that passed.")
  private String before;

  @Option(
      names = "--serve",
      description =
          "Serves a page over all releases, with a look-up of users and items, to this machine"
              + " only; until it is stopped.")
  private boolean serve;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of --serve, 0 for any. Default: ${DEFAULT-VALUE}.",
      defaultValue = "8017")
  private int port;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration configuration = options.configuration();
    Releases releases = ReleaseFolder.of(configuration);
    return serve ? serve(configuration, releases) : report(configuration, releases);
  }

  /** Answers until the process is told to stop. */
  private int serve(Configuration configuration, Releases releases)
      throws IOException, InterruptedException {
    try (SparkSession spark = options.session(configuration);
        ReportServer server =
            new ReportServer(new ReleaseLookUp(spark, releases), releases, port)) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("Releases of %s: %s%n", configuration.output().path(), server.address());
      out.flush();
      new CountDownLatch(1).await();
    }
    return ExitCode.DONE;
  }

  private int report(Configuration configuration, Releases releases) throws IOException {
    Manifest manifest =
        releases.manifest(run == null ? ReleaseFolder.currentRun(releases, configuration) : run);
    Optional<Manifest> last =
        before == null
            ? ReleaseReport.before(releases, manifest.runId())
            : Optional.of(releases.manifest(before));
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = options.session(configuration)) {
      ReportData data = ReleaseReport.of(spark, releases, manifest, last);
      releases.writeReport(manifest.runId(), HtmlReport.render(data));
      if (!options.isQuiet()) {
        out.print(TextReport.page(data));
        out.println();
      }
      out.printf("Report: %s/%s%n", releases.path(manifest.runId()), Releases.REPORT);
    }
    return ExitCode.DONE;
  }
}
