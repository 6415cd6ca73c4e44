package org.nightjar.jobs;

import java.util.List;
import java.util.concurrent.Callable;
import org.nightjar.config.Configuration;
import org.nightjar.publish.ReleaseInfo;
import org.nightjar.publish.Releases;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code releases}: what the output folder holds, oldest run first. */
@Command(
    name = "releases",
    description =
        "Lists the releases, the current one marked, and says what of the folder is damaged.",
    mixinStandardHelpOptions = true)
final class ReleasesCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    Releases folder = ReleaseFolder.of(configuration);
    List<ReleaseInfo> releases = folder.list();
    folder.damages().forEach(spec.commandLine().getErr()::println);
    if (releases.isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf("There is no release in '%s' yet.%n", configuration.output().path());
      return ExitCode.DONE;
    }
    TextTable table = new TextTable("", "run", "published at", "by", "rows", "gate");
    for (ReleaseInfo release : releases) {
      table.add(
          release.current() ? "*" : " ",
          release.runId(),
          release.publishedAt().orElse(null),
          release.publishedBy().orElse(null),
          release.rows(),
          gate(release));
    }
    table.print(spec.commandLine().getOut());
    return ExitCode.DONE;
  }

  private static String gate(ReleaseInfo release) {
    String word = release.verdict().passed() ? "passed" : "refused";
    String pinned = release.pinned() ? ", pinned" : "";
    return word + pinned + release.forcedBecause().map(why -> ", by hand: " + why).orElse("");
  }
}
