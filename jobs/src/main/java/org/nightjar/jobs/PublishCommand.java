package org.nightjar.jobs;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Pointer;
import org.nightjar.publish.Releases;
import org.nightjar.publish.Verdict;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @ArgGroup(exclusive = false)
  private Force force;

  /** Says why a release was refused and what can be done; gives the exit code. */
  static int refused(String run, Verdict verdict, PrintWriter err) {
    verdict.reasons().forEach(err::println);
    if (verdict.violations().isEmpty()) {
      err.printf(
          "If all this is as it should be: publish %s --force --why \"…\" (with the same --conf).%n",
          run);
    }
    return ExitCode.REFUSED;
  }

  /** Against the gate's word; both belong together. */
  private static final class Force {
    @Option(
        names = "--force",
        required = true,
        description =
            "Publish though the quality gate refused it; tables that break their contract are not"
                + " published even so.")
    private boolean given;

    @Option(
        names = "--why",
        required = true,
        paramLabel = "TEXT",
        description = "Why; recorded in the history of the output.")
    private String why;
  }

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    Releases releases = ReleaseFolder.of(configuration);
    Verdict verdict = releases.manifest(run).verdict();
    boolean forced = force != null && force.given;
    if (!forced && !verdict.passed()) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf("Release '%s' is not published: the quality gate refused it.%n", run);
      return refused(run, verdict, err);
    }
    Pointer pointer =
        ReleaseFolder.audit(configuration)
            .around(
                CommonOptions.commandLine(spec),
                run,
                () -> forced ? releases.promoteRefused(run, force.why) : releases.promote(run),
                now -> forced ? "published against the gate" : "published");
    ReleaseFolder.told(pointer, configuration, spec.commandLine().getOut());
    return ExitCode.DONE;
  }
}
