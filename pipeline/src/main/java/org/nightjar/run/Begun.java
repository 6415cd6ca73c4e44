package org.nightjar.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.nightjar.Require;
import org.nightjar.publish.Json;
import org.nightjar.publish.ReleaseInfo;
import org.nightjar.publish.Releases;
import org.nightjar.publish.RunId;
import org.nightjar.publish.Store;
import org.nightjar.publish.StoredJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run that has begun: {@code work/RUN/run.json}, written when it takes the lock. A run whose file
 * is damaged cannot be resumed.
 *
 * @param runId the run
 * @param startedAt when it began; it keeps this when it is resumed
 */
record Begun(String runId, Instant startedAt) {
  private static final Logger LOG = LoggerFactory.getLogger(Begun.class);

  /** In the run's work folder. */
  static final String FILE = "run.json";

  Begun {
    Require.that(runId != null && RunId.isSafe(runId), "run_id is '%s'", runId);
    Require.that(startedAt != null, "started_at is missing");
  }

  /** How far a run has come. */
  enum State {
    /** Not sealed; or sealed and passed, and not made current yet. */
    UNFINISHED,
    /** Current, but cut off before all that follows the swap was done; see {@link Publication}. */
    PUBLISHING,
    /** Made current, and what follows the swap done. */
    PUBLISHED,
    /** Sealed and refused by the gate. */
    REFUSED,
    /** Sealed, but its manifest cannot be read. */
    DAMAGED
  }

  /** Records the start. */
  void record(String output, Configuration hadoop) {
    Store.at(output, hadoop).replace(file(runId), Json.write(this));
  }

  /** The runs whose work files are there, in the order in which they began. */
  static List<Begun> all(String output, Configuration hadoop) {
    Store store = Store.at(output, hadoop);
    List<Begun> all = new ArrayList<>();
    for (FileStatus folder : store.list(Workspace.WORK)) {
      if (folder.isDirectory()) {
        StoredJson<Begun> found =
            StoredJson.read(store, file(folder.getPath().getName()), Begun.class);
        found.damage().ifPresent(why -> LOG.warn("{} cannot be resumed: {}", found.place(), why));
        found.value().ifPresent(all::add);
      }
    }
    all.sort(Comparator.comparing(Begun::startedAt).thenComparing(Begun::runId));
    return all;
  }

  /** How far a run of that output has come. */
  static State state(String runId, String output, Releases releases, Configuration hadoop) {
    if (!releases.isSealed(runId)) {
      return State.UNFINISHED;
    }
    Optional<ReleaseInfo> release =
        releases.list().stream().filter(each -> each.runId().equals(runId)).findFirst();
    if (release.isEmpty()) {
      return State.DAMAGED;
    }
    if (release.get().publishedAt().isEmpty()) {
      return release.get().verdict().passed() ? State.UNFINISHED : State.REFUSED;
    }
    Ledger ledger = new Ledger(Store.at(output, hadoop).path(folder(runId)).toString(), hadoop);
    return release.get().current() && ledger.finished(Publication.STEP, runId).isEmpty()
        ? State.PUBLISHING
        : State.PUBLISHED;
  }

  private static String folder(String runId) {
    return Workspace.WORK + "/" + runId;
  }

  private static String file(String runId) {
    return folder(runId) + "/" + FILE;
  }
}
