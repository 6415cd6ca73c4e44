package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Releases;
import org.nightjar.report.HtmlReport;
import org.nightjar.report.ReportData;
import org.nightjar.report.TextReport;
import org.nightjar.run.ReleaseReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compare}: one release held against another, from the tables that both keep. */
@Command(
    name = "compare",
    description =
        "Holds a release against another one: metrics, their paired difference, lists, volumes, run"
            + " times.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "The release.")
  private String run;

  @Parameters(index = "1", paramLabel = "OTHER", description = "The one it is held against.")
  private String other;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also writes the comparison as a page.")
  private Path html;

  @Override
  public Integer call() throws IOException {
    Configuration configuration = options.configuration();
    Releases releases = ReleaseFolder.of(configuration);
    Manifest release = releases.manifest(run);
    Manifest against = releases.manifest(other);
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = options.session(configuration)) {
      ReportData data =
          ReleaseReport.compared(spark, releases, release, against, configuration.evaluation());
      out.print(TextReport.compared(data));
      if (html != null) {
        Files.writeString(html, HtmlReport.render(data));
        out.printf("%nPage: %s%n", html);
      }
    }
    return ExitCode.DONE;
  }
}
