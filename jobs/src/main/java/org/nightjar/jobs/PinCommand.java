package org.nightjar.jobs;

import java.util.concurrent.Callable;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Releases;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pin RUN}: keeps a release whatever its age. */
@Command(
    name = "pin",
    description = "Keeps a release whatever its age; with --remove, no longer.",
    mixinStandardHelpOptions = true)
final class PinCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "Run id, as `releases` lists it.")
  private String run;

  @Option(names = "--remove", description = "Take the pin away.")
  private boolean remove;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    Releases releases = ReleaseFolder.of(configuration);
    ReleaseFolder.audit(configuration)
        .around(
            CommonOptions.commandLine(spec),
            run,
            () -> {
              releases.pin(run, !remove);
              return remove ? "unpinned" : "pinned";
            },
            done -> done);
    spec.commandLine().getOut().printf(remove ? "Unpinned %s%n" : "Pinned %s%n", run);
    return ExitCode.DONE;
  }
}
