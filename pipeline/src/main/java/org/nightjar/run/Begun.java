package org.nightjar.run;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.nightjar.publish.Json;
import org.nightjar.publish.ReleaseInfo;
import org.nightjar.publish.Releases;
import org.nightjar.publish.Store;

/**
 * A run that has begun: {@code work/RUN/run.json}, written when it takes the lock.
 *
 * @param runId the run
 * @param startedAt when it began; it keeps this when it is resumed
 */
record Begun(String runId, Instant startedAt) {
  private static final String FILE = "run.json";

  /** Records the start. */
  void record(String output, Configuration hadoop) {
    Store.at(output, hadoop).replace(file(runId), Json.write(this));
  }

  /** The last run that was cut off: neither refused by the gate nor ever published. */
  static Optional<Begun> latestUnfinished(String output, Releases releases, Configuration hadoop) {
    Store store = Store.at(output, hadoop);
    return store.list(Workspace.WORK).stream()
        .map(FileStatus::getPath)
        .map(path -> store.read(file(path.getName())))
        .flatMap(Optional::stream)
        .map(text -> Json.read(text, Begun.class, FILE))
        .filter(begun -> isUnfinished(begun.runId(), releases))
        .max(Comparator.comparing(Begun::startedAt).thenComparing(Begun::runId));
  }

  /** Whether it is not sealed, or is sealed and passed and was not made current yet. */
  static boolean isUnfinished(String runId, Releases releases) {
    return releases.list().stream()
        .filter(release -> release.runId().equals(runId))
        .allMatch(Begun::awaitsItsSwap);
  }

  private static boolean awaitsItsSwap(ReleaseInfo release) {
    return release.verdict().passed() && release.publishedAt().isEmpty();
  }

  private static String file(String runId) {
    return Workspace.WORK + "/" + runId + "/" + FILE;
  }
}
