package org.nightjar.publish;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pointer {@code current.json} and the history of its changes, and what is known of it when it
 * is damaged: the history names a release before the pointer is swapped to it, so its newest entry
 * tells which release was current, or was about to be.
 */
final class CurrentRelease {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentRelease.class);
  static final String POINTER = "current.json";

  private final Store store;
  private final History history;
  private final Clock clock;

  CurrentRelease(Store store, Clock clock) {
    this.store = store;
    this.history = new History(store);
    this.clock = clock;
  }

  History history() {
    return history;
  }

  /** The pointer as it is found. */
  StoredJson<Pointer> stored() {
    return StoredJson.read(store, POINTER, Pointer.class);
  }

  /** The run that the pointer names; by the history if it is damaged; null before the first. */
  String named() {
    StoredJson<Pointer> pointer = stored();
    if (!pointer.isDamaged()) {
      return pointer.value().map(Pointer::runId).orElse(null);
    }
    List<History.Entry> entries = history.entries();
    return entries.isEmpty() ? null : entries.get(entries.size() - 1).runId();
  }

  /** The newest release that the history names and that can be used. */
  Optional<String> newest(Predicate<String> isUsable) {
    List<String> runs =
        new ArrayList<>(history.entries().stream().map(History.Entry::runId).toList());
    Collections.reverse(runs);
    return runs.stream().distinct().filter(isUsable).findFirst();
  }

  /**
   * Sets the pointer, as the last act; what stood there before may be damaged.
   *
   * @param isThere whether the release exists; asked again after the swap, since a clean-up may
   *     have removed it meanwhile
   * @return empty if the release was gone; the pointer is as it was
   */
  Optional<Pointer> swing(
      History.Action action,
      String runId,
      String folder,
      String previousRunId,
      String why,
      Predicate<String> isThere) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Actor actor = Actor.current();
    history.add(
        new History.Entry(action, runId, previousRunId, now, why, actor.user(), actor.host()));
    Pointer pointer = new Pointer(runId, folder, now);
    Optional<String> before = store.read(POINTER);
    store.replace(POINTER, Json.write(pointer));
    if (!isThere.test(runId)) { // cleaned away just now
      before.ifPresent(text -> store.replace(POINTER, text));
      return Optional.empty();
    }
    LOG.info(
        "pointer action={} run={} previous={} forced={}",
        action,
        runId,
        previousRunId,
        why != null);
    return Optional.of(pointer);
  }
}
