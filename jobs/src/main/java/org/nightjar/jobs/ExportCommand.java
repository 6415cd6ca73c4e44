package org.nightjar.jobs;

import java.util.concurrent.Callable;
import org.nightjar.config.Configuration;
import org.nightjar.config.ExportSettings;
import org.nightjar.run.ReleaseExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code export}: the database gets the current release. */
@Command(
    name = "export",
    description = {
      "Copies the current release into the configured database, in one transaction.",
      "A night does so by itself; this is for afterwards: when it failed, and after publish,"
          + " rollback and erase. The password is the environment variable "
          + ExportSettings.PASSWORD
          + "."
    },
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    String runId =
        options.withSession(
            configuration,
            spark -> ReleaseExport.export(spark, configuration, CommonOptions.commandLine(spec)));
    spec.commandLine().getOut().printf("Exported %s%n", runId);
    return ExitCode.DONE;
  }
}
