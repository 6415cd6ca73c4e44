package org.nightjar.jobs;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code resume}: carries the run on that was cut off; also after its release was current. */
@Command(
    name = "resume",
    description = {
      "Carries the run on that was cut off, after its last finished stage.",
      "Stages whose sources, configuration or code have changed since run again, and those after"
          + " them. If that run is published already, there is nothing to do: exit code 0."
    },
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private RunCommand.Until until;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return RunCommand.run(options, until.extent(true), spec);
  }
}
