package org.nightjar.jobs;

import java.util.concurrent.Callable;
import org.nightjar.config.Configuration;
import org.nightjar.run.Night;
import org.nightjar.run.NightResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code refresh}: new lists for users with new events, without training. */
@Command(
    name = "refresh",
    description =
        "New lists for the users with events since the current release, with its models; published with all its other"
            + " lists as a release of its own.",
    mixinStandardHelpOptions = true)
final class RefreshCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    NightResult result =
        options.withSession(
            configuration, spark -> Night.refresh(spark, configuration, options.run(spec, true)));
    return RunCommand.told(result, spec);
  }
}
