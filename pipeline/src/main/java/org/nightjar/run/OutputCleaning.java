package org.nightjar.run;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.nightjar.config.OutputSettings;
import org.nightjar.publish.Audit;
import org.nightjar.publish.OutputLock;
import org.nightjar.publish.Releases;

/** Removes releases that are no longer needed; what a run may still resume from stays. */
public final class OutputCleaning {
  private static final String HOLDER = "clean";

  private OutputCleaning() {}

  /**
   * Removes releases beyond {@code output.keepReleases}.
   *
   * @param command the command line, for the audit log
   * @return the runs whose releases are gone
   * @throws org.nightjar.InputException if the pointer is damaged
   * @throws org.nightjar.publish.LockedException while a run holds the output
   */
  public static List<String> clean(OutputSettings output, Configuration hadoop, String command) {
    Clock clock = Clock.systemUTC();
    Duration expiry = Duration.ofMinutes(output.lockExpiryMinutes());
    try (OutputLock lock = OutputLock.acquire(output.path(), HOLDER, expiry, hadoop, clock)) {
      lock.confirm();
      return new Audit(output.path(), hadoop, clock)
          .around(
              command,
              null,
              () -> surplus(output, Releases.at(output.path(), hadoop, clock), hadoop),
              gone -> "removed " + gone);
    }
  }

  /** The same for the one who holds the lock. */
  static List<String> surplus(OutputSettings output, Releases releases, Configuration hadoop) {
    Set<String> resumable =
        Begun.all(output.path(), hadoop).stream().map(Begun::runId).collect(Collectors.toSet());
    return releases.clean(
        output.keepReleases(), Duration.ofHours(output.readerHours()), resumable::contains);
  }
}
