package org.nightjar.jobs;

import java.util.concurrent.Callable;
import org.nightjar.publish.Pointer;
import org.nightjar.publish.Releases;
import org.nightjar.publish.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code publish RUN}: makes a finished release the current one. */
@Command(
    name = "publish",
    description = "Makes a finished release the current one, unless the quality gate refused it.",
    mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "Run id, as `releases` lists it.")
  private String run;

  @Override
  public Integer call() {
    Releases releases = ReleaseFolder.of(options.configuration());
    Verdict verdict = releases.manifest(run).verdict();
    if (!verdict.passed()) {
      spec.commandLine()
          .getErr()
          .printf("Release '%s' is not published: the quality gate refused it.%n", run);
      verdict.reasons().forEach(spec.commandLine().getErr()::println);
      return ExitCode.REFUSED;
    }
    Pointer pointer = releases.promote(run);
    spec.commandLine().getOut().printf("Current release: %s%n", pointer.runId());
    return ExitCode.DONE;
  }
}
