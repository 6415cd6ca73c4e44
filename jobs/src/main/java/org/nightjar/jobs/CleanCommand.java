package org.nightjar.jobs;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.nightjar.config.Configuration;
import org.nightjar.config.OutputSettings;
import org.nightjar.publish.OutputLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clean}: removes releases that are no longer needed, as every publishing run does. */
@Command(
    name = "clean",
    description = {
      "Removes releases beyond output.keepReleases, as every publishing run does.",
      "Never the current one, a pinned one, or one that was current within output.readerHours."
    },
    mixinStandardHelpOptions = true)
final class CleanCommand implements Callable<Integer> {
  private static final String HOLDER = "clean";

  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    OutputSettings output = configuration.output();
    try (OutputLock lock =
        OutputLock.acquire(
            output.path(),
            HOLDER,
            Duration.ofMinutes(output.lockExpiryMinutes()),
            HadoopSettings.of(configuration.spark()),
            Clock.systemUTC())) {
      List<String> gone =
          ReleaseFolder.of(configuration)
              .clean(output.keepReleases(), Duration.ofHours(output.readerHours()));
      lock.confirm();
      gone.forEach(run -> spec.commandLine().getOut().printf("Removed %s%n", run));
    }
    return ExitCode.DONE;
  }
}
