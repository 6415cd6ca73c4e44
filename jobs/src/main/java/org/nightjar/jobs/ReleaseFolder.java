package org.nightjar.jobs;

import java.io.PrintWriter;
import java.time.Clock;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Audit;
import org.nightjar.publish.Pointer;
import org.nightjar.publish.Releases;

/** The releases of a configuration's output folder, as the commands need them. */
final class ReleaseFolder {
  private ReleaseFolder() {}

  static Releases of(Configuration configuration) {
    return Releases.at(
        configuration.output().path(), HadoopSettings.of(configuration.spark()), Clock.systemUTC());
  }

  /** Who did what to that folder. */
  static Audit audit(Configuration configuration) {
    return new Audit(
        configuration.output().path(), HadoopSettings.of(configuration.spark()), Clock.systemUTC());
  }

  /** Says which release is current now, and that a database does not follow by itself. */
  static void told(Pointer pointer, Configuration configuration, PrintWriter out) {
    out.printf("Current release: %s%n", pointer.runId());
    if (configuration.export() != null) {
      out.println("The database follows by: export (with the same --conf).");
    }
  }

  /** The run that readers take now. */
  static String currentRun(Releases releases, Configuration configuration) {
    return releases
        .current()
        .map(Pointer::runId)
        .orElseThrow(
            () ->
                new InputException(
                    String.format(
                        "Nothing is published in '%s' yet. Publish a first release by `run`, or"
                            + " choose the output by --conf or --set output.path=….",
                        configuration.output().path())));
  }
}
