package org.nightjar.jobs;

import java.util.concurrent.Callable;
import org.nightjar.config.Configuration;
import org.nightjar.run.OutputCleaning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clean}: removes releases that are no longer needed, as every publishing run does. */
@Command(
    name = "clean",
    description = {
      "Removes releases beyond output.keepReleases, as every publishing run does.",
      "Also what runs left that never finished a release and cannot be resumed.",
      "Never the current one, a pinned one, or one that was current within output.readerHours."
    },
    mixinStandardHelpOptions = true)
final class CleanCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    OutputCleaning.clean(
            configuration.output(),
            HadoopSettings.of(configuration.spark()),
            CommonOptions.commandLine(spec))
        .forEach(run -> spec.commandLine().getOut().printf("Removed %s%n", run));
    return ExitCode.DONE;
  }
}
