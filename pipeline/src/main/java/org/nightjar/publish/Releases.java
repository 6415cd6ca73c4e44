package org.nightjar.publish;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.nightjar.InputException;
import org.nightjar.Require;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The releases of one output folder and the pointer to the current one. A release is a folder
 * {@code releases/RUN} with a {@code manifest.json}; it is immutable. {@code current.json} is
 * swapped in one step, as the last act of {@link #promote} and {@link #rollback}, so that a reader
 * finds the old release or the new one, never anything between (see {@link Store} for what each
 * file system does).
 *
 * <p>Changing the pointer from two processes at once is safe for readers, yet the later one wins;
 * hold an {@link OutputLock} to keep runs apart.
 */
public final class Releases {
  /** The pointer's file in the output folder. */
  public static final String POINTER = "current.json";

  /** The folder of all releases in the output folder. */
  public static final String FOLDER = "releases";

  /** A release's manifest. */
  public static final String MANIFEST = "manifest.json";

  /** A release's report. */
  public static final String REPORT = "report.html";

  /** The secret of the masks in reports. */
  public static final String MASK_KEY = "mask.key";

  private static final int MASK_KEY_BYTES = 32;
  private static final Logger LOG = LoggerFactory.getLogger(Releases.class);
  static final String DATA_FILE = ".parquet";
  private static final String PINS = "pins";

  private final Store store;
  private final History history;
  private final Clock clock;

  private Releases(Store store, Clock clock) {
    this.store = store;
    this.history = new History(store);
    this.clock = clock;
  }

  /**
   * The releases of an output folder, which need not exist yet.
   *
   * @param output any Hadoop path
   * @param hadoop settings of the file system
   * @param clock for the time of publication; decides nothing
   */
  public static Releases at(String output, Configuration hadoop, Clock clock) {
    return new Releases(Store.at(output, hadoop), clock);
  }

  /** The current release, or empty before the first. */
  public Optional<Pointer> current() {
    return store.read(POINTER).map(text -> Json.read(text, Pointer.class, store.path(POINTER)));
  }

  /** Every release, oldest run first. A folder without a readable manifest is left out. */
  public List<ReleaseInfo> list() {
    String currentRunId = current().map(Pointer::runId).orElse(null);
    Map<String, History.Entry> changes = history.lastByRun(currentRunId);
    List<ReleaseInfo> releases = new ArrayList<>();
    for (String runId : runIds()) {
      try {
        Manifest manifest = manifest(runId);
        releases.add(
            new ReleaseInfo(
                runId,
                Optional.ofNullable(changes.get(runId)).map(History.Entry::at),
                manifest.recommendationRows(),
                manifest.verdict(),
                runId.equals(currentRunId),
                isPinned(runId),
                history.forcedBecause(runId, currentRunId)));
      } catch (InputException e) {
        LOG.warn("Release {} is left out of the list: {}", runId, e.getMessage());
      }
    }
    return releases;
  }

  /**
   * A release's manifest.
   *
   * @throws InputException if there is no such release (naming the known ones) or the file is
   *     damaged
   */
  public Manifest manifest(String runId) {
    if (!RunId.isSafe(runId)) {
      throw unknown(runId);
    }
    String name = folder(runId) + "/" + MANIFEST;
    String text = store.read(name).orElseThrow(() -> unknown(runId));
    return Json.read(text, Manifest.class, store.path(name));
  }

  /** The folder of a release, whether it exists or not, as a path for Spark. */
  public String path(String runId) {
    return store.path(folder(runId)).toString();
  }

  /** The folder of a table of a release, whether it exists or not, as a path for Spark. */
  public String path(String runId, String table) {
    return path(runId) + "/" + table;
  }

  /**
   * The secret text from which reports make the masks of ids; drawn when it is first asked for, so
   * that masks are the same in all reports of the output and cannot be undone without it.
   */
  public String maskKey() {
    Optional<String> key = store.read(MASK_KEY);
    if (key.isEmpty()) {
      byte[] drawn = new byte[MASK_KEY_BYTES];
      new SecureRandom().nextBytes(drawn);
      store.create(MASK_KEY, HexFormat.of().formatHex(drawn) + "\n");
      key = store.read(MASK_KEY); // another process may have been faster
    }
    return key.orElseThrow().strip();
  }

  /** {@code report.html} of a release; empty if there is no such release, or it has none. */
  public Optional<String> report(String runId) {
    return RunId.isSafe(runId) ? store.read(folder(runId) + "/" + REPORT) : Optional.empty();
  }

  /** Writes {@code report.html} of a release; the report may be made anew at any time. */
  public void writeReport(String runId, String html) {
    store.replace(folder(runId) + "/" + REPORT, html);
  }

  /**
   * Writes the manifest, which makes the folder a release, passed or refused; nothing but the
   * report is written into it afterwards.
   *
   * @throws InputException if the release exists already
   */
  public void seal(Manifest manifest) {
    requireUnsealed(manifest.runId());
    store.replace(folder(manifest.runId()) + "/" + MANIFEST, Json.write(manifest));
  }

  /**
   * Makes a release the current one, after checking that its manifest stands, its gate passed and
   * its tables have the files and bytes that the manifest says. Promoting the current one again
   * changes nothing.
   *
   * @throws InputException if one of these fails; the pointer is as it was
   */
  public Pointer promote(String runId) {
    return promote(runId, null);
  }

  /**
   * The same for a release that the gate refused, and why, for the record. What the gate judged is
   * overruled; tables that break their contract are not.
   *
   * @throws InputException if it breaks its contract or is not whole, or if no reason is given
   */
  public Pointer promoteRefused(String runId, String why) {
    Require.that(!why.isBlank(), "The reason for publishing a refused release is empty");
    return promote(runId, why);
  }

  private Pointer promote(String runId, String why) {
    Manifest manifest = manifest(runId);
    List<String> problems = new ArrayList<>();
    Verdict verdict = manifest.verdict();
    if (why == null ? !verdict.passed() : !verdict.violations().isEmpty()) {
      problems.add(
          String.format(
              "Cannot publish release '%s': the gate refused it. %s",
              runId, String.join(" ", why == null ? verdict.reasons() : verdict.violations())));
    }
    problems.addAll(incomplete(manifest));
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
    Optional<Pointer> before = current();
    if (before.isPresent() && before.get().runId().equals(runId)) {
      return before.get();
    }
    return point(
        History.Action.PROMOTE,
        runId,
        before.map(Pointer::runId).orElse(null),
        verdict.passed() ? null : why);
  }

  /**
   * Makes the release current that was so before this one; called again, it goes back further.
   * Releases that are gone or damaged are passed over.
   *
   * @throws InputException if there is none to go back to; the pointer is as it was
   */
  public Pointer rollback() {
    String currentRunId =
        current()
            .map(Pointer::runId)
            .orElseThrow(
                () ->
                    new InputException(
                        String.format(
                            "Cannot roll back: nothing is published in '%s' yet.", store.root())));
    Deque<String> before = history.before(currentRunId);
    for (String runId : before) {
      if (isWhole(runId)) {
        return point(History.Action.ROLLBACK, runId, currentRunId, null);
      }
      LOG.warn("Release {} is gone or damaged; going back further", runId);
    }
    throw new InputException(
        String.format(
            "Cannot roll back: no release was current before '%s' in '%s'. To choose one by hand:"
                + " publish RUN. Known releases: %s.",
            currentRunId, store.root(), known()));
  }

  /**
   * Keeps a release whatever its age, or no longer.
   *
   * @throws InputException if there is no such release
   */
  public void pin(String runId, boolean pinned) {
    manifest(runId);
    if (pinned) {
      store.replace(pinFile(runId), "");
    } else {
      store.delete(pinFile(runId));
    }
  }

  private boolean isPinned(String runId) {
    return store.exists(pinFile(runId));
  }

  private static String pinFile(String runId) {
    return PINS + "/" + runId;
  }

  /**
   * Removes releases that are no longer needed, see {@link Retention}, and what runs left that
   * never finished a release; to be called by the one who holds the lock.
   *
   * @param keep published releases to keep; 0 for all
   * @param grace for how long a release is kept after it ceased to be current
   * @return the runs whose releases are gone
   */
  public List<String> clean(int keep, Duration grace) {
    List<ReleaseInfo> all = list();
    Set<String> pinned =
        all.stream()
            .filter(ReleaseInfo::pinned)
            .map(ReleaseInfo::runId)
            .collect(Collectors.toSet());
    Map<String, Instant> ceased = history.ceased(current().map(Pointer::runId).orElse(null));
    List<String> gone =
        new Retention(keep, grace)
            .surplus(all, pinned, ceased, clock.instant()).stream().filter(this::remove).toList();
    removeUnsealed();
    LOG.info("removed releases={}", gone);
    return gone;
  }

  /** Removes the folders of runs that never finished a release. */
  void removeUnsealed() {
    folders().stream().filter(runId -> !isSealed(runId)).forEach(id -> store.delete(folder(id)));
  }

  /**
   * Takes the manifest away first, so that what is left is no release for anybody, and puts it back
   * if the pointer was swung to it meanwhile; {@link #point} in turn looks whether the manifest
   * still stands. So one of the two always sees the other.
   */
  private boolean remove(String runId) {
    String name = folder(runId) + "/" + MANIFEST;
    String text = store.read(name).orElse("");
    store.delete(name);
    if (current().filter(pointer -> pointer.runId().equals(runId)).isPresent()) {
      store.replace(name, text);
      return false;
    }
    store.delete(folder(runId));
    return true;
  }

  /** Whether the folder of that run is a release. */
  public boolean isSealed(String runId) {
    return store.exists(folder(runId) + "/" + MANIFEST);
  }

  void requireUnsealed(String runId) {
    if (!RunId.isSafe(runId)) {
      throw new InputException(
          String.format(
              "Run id '%s' cannot be used: only letters, digits, '-', '_' and '.' inside are safe in a"
                  + " path.",
              runId));
    }
    if (isSealed(runId)) {
      throw new InputException(
          String.format(
              "Cannot write release '%s' in '%s': it exists already and a release is immutable."
                  + " Publish it as it is (publish %s), or run with another cutoff, configuration"
                  + " or input.",
              runId, store.root(), runId));
    }
  }

  /** Removes what an unfinished run left under that id. */
  void clear(String runId) {
    requireUnsealed(runId);
    store.delete(folder(runId));
  }

  /** The data files of a table. */
  List<FileStatus> dataFiles(String runId, String table) {
    return store.list(folder(runId) + "/" + table).stream()
        .filter(file -> file.isFile() && file.getPath().getName().endsWith(DATA_FILE))
        .toList();
  }

  private Pointer point(History.Action action, String runId, String previousRunId, String why) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    history.add(new History.Entry(action, runId, previousRunId, now, why));
    Pointer pointer = new Pointer(runId, folder(runId), now);
    Optional<String> before = store.read(POINTER);
    store.replace(POINTER, Json.write(pointer));
    if (!isSealed(runId)) { // cleaned away just now
      before.ifPresent(text -> store.replace(POINTER, text));
      throw unknown(runId);
    }
    LOG.info(
        "pointer action={} run={} previous={} forced={}",
        action,
        runId,
        previousRunId,
        why != null);
    return pointer;
  }

  private boolean isWhole(String runId) {
    try {
      return incomplete(manifest(runId)).isEmpty();
    } catch (InputException e) {
      return false;
    }
  }

  private List<String> incomplete(Manifest manifest) {
    List<String> problems = new ArrayList<>();
    if (manifest.tables().isEmpty()) {
      problems.add(
          String.format(
              "Cannot publish release '%s': its manifest names no tables.", manifest.runId()));
    }
    manifest
        .tables()
        .forEach(
            (name, table) -> {
              List<FileStatus> files = dataFiles(manifest.runId(), name);
              long bytes = files.stream().mapToLong(FileStatus::getLen).sum();
              if (files.size() != table.files() || bytes != table.bytes()) {
                problems.add(
                    String.format(
                        "Cannot publish release '%s': table '%s' has %d files with %d bytes but"
                            + " its manifest says %d files with %d bytes. Restore the folder or"
                            + " run the night again.",
                        manifest.runId(), name, files.size(), bytes, table.files(), table.bytes()));
              }
            });
    return problems;
  }

  /** The releases, oldest run first. */
  List<String> runIds() {
    return folders().stream().filter(this::isSealed).toList();
  }

  private List<String> folders() {
    return store.list(FOLDER).stream()
        .filter(FileStatus::isDirectory)
        .map(file -> file.getPath().getName())
        .filter(RunId::isSafe)
        .toList();
  }

  /** The files of the output folder. */
  Store store() {
    return store;
  }

  /** Puts the manifest of an erased release right: its rows are fewer. */
  void amend(Manifest manifest) {
    store.replace(folder(manifest.runId()) + "/" + MANIFEST, Json.write(manifest));
  }

  private InputException unknown(String runId) {
    return new InputException(
        String.format(
            "There is no release '%s' in '%s'. Known releases: %s.", runId, store.root(), known()));
  }

  private String known() {
    List<String> runIds = runIds();
    return runIds.isEmpty() ? "none" : runIds.stream().collect(Collectors.joining(", "));
  }

  private static String folder(String runId) {
    return FOLDER + "/" + runId;
  }
}
