package org.nightjar.run;

import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.nightjar.Require;
import org.nightjar.publish.Json;
import org.nightjar.publish.Store;
import org.nightjar.publish.StoredJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is finished of a run: for every stage, and for every long step within one, a file {@code
 * done/STEP.json} in the run's work folder. It is written after all that the step writes, so that a
 * step without one is not finished and is done again; and it counts only while the fingerprint of
 * what the step depends on is the one it was written with.
 */
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /**
   * A finished step.
   *
   * @param fingerprint of all that it depends on
   * @param seconds wall time that it took
   * @param counts what it read and wrote, as shown
   * @param found what was known when it was done; null for a step within a stage
   */
  record Entry(String fingerprint, double seconds, Map<String, Long> counts, Findings found) {
    Entry {
      Require.that(fingerprint != null, "fingerprint is missing");
    }
  }

  /** Of the finished steps, in the run's work folder. */
  static final String FOLDER = "done";

  private final Store store;

  Ledger(String folder, Configuration hadoop) {
    this.store = Store.at(folder, hadoop);
  }

  /**
   * The step as it was finished; empty if it was not, or with anything else to start from, or if
   * its file is damaged: then it is done again.
   */
  Optional<Entry> finished(String step, String fingerprint) {
    StoredJson<Entry> found = StoredJson.read(store, file(step), Entry.class);
    found.damage().ifPresent(why -> LOG.warn("step {} is done again: {}", step, why));
    return found.value().filter(entry -> entry.fingerprint().equals(fingerprint));
  }

  /** Records that a step is finished, its tables written. */
  void finish(String step, Entry entry) {
    store.replace(file(step), Json.write(entry));
  }

  /** Forgets a step, before what it wrote is touched. */
  void forget(String step) {
    store.delete(file(step));
  }

  /** Does a step within a stage, unless it is finished. */
  void once(String step, String fingerprint, Runnable work) {
    if (finished(step, fingerprint).isPresent()) {
      LOG.info("step {} was finished before", step);
      return;
    }
    forget(step);
    work.run();
    finish(step, new Entry(fingerprint, 0, Map.of(), null));
  }

  private static String file(String step) {
    return FOLDER + "/" + step + ".json";
  }
}
