package org.nightjar.jobs;

import java.util.concurrent.Callable;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Pointer;
import org.nightjar.publish.Releases;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rollback}: the release that was current before is current again. */
@Command(
    name = "rollback",
    description = "Makes the release current that was so before; again goes back further.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    Releases releases = ReleaseFolder.of(configuration);
    Pointer pointer =
        ReleaseFolder.audit(configuration)
            .around(
                CommonOptions.commandLine(spec),
                null,
                releases::rollback,
                now -> "rolled back to " + now.runId());
    ReleaseFolder.told(pointer, configuration, spec.commandLine().getOut());
    return ExitCode.DONE;
  }
}
