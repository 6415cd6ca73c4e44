package org.nightjar.publish;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
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
  public static final String POINTER = CurrentRelease.POINTER;

  /** The folder of all releases in the output folder. */
  public static final String FOLDER = "releases";

  /** A release's manifest. */
  public static final String MANIFEST = "manifest.json";

  /** A release's report. */
  public static final String REPORT = "report.html";

  /** The secret of the masks in reports. */
  public static final String MASK_KEY = "mask.key";

  private static final int MASK_KEY_BYTES = 32;
  private static final Pattern MASK_KEY_TEXT = Pattern.compile("[0-9a-f]{64}\\s*");
  private static final Logger LOG = LoggerFactory.getLogger(Releases.class);
  static final String DATA_FILE = ".parquet";
  private static final String PINS = "pins";

  /** What lies in an output folder, work files aside. */
  private static final Set<String> OWN =
      Set.of(
          POINTER,
          FOLDER,
          MASK_KEY,
          PINS,
          OutputLock.FILE,
          Audit.FOLDER,
          History.FOLDER,
          Suppression.FOLDER,
          Erasure.RECEIPTS);

  private final Store store;
  private final CurrentRelease pointer;
  private final Clock clock;

  private Releases(Store store, Clock clock) {
    this.store = store;
    this.pointer = new CurrentRelease(store, clock);
    this.clock = clock;
  }

  /** Whether a name directly below an output folder is that of a file or folder kept there. */
  public static boolean isOwn(String name) {
    return OWN.contains(name);
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

  /**
   * The current release, or empty before the first.
   *
   * @throws InputException if the pointer is damaged; says which release to publish instead
   */
  public Optional<Pointer> current() {
    return pointer
        .stored()
        .orRefuse(
            damaged ->
                String.format(
                    "Cannot tell which release is current: %s. %s",
                    damaged,
                    newestWhole()
                        .map(
                            run ->
                                String.format(
                                    "Make one current by: publish %s (the newest whole one); `releases` lists all. The next"
                                        + " run repairs it, too.",
                                    run))
                        .orElse("No release is whole; the next run writes it anew.")));
  }

  /** Whether the pointer names that run. False, too, if there is no pointer that can be read. */
  public boolean isCurrent(String runId) {
    return pointer.stored().value().filter(now -> now.runId().equals(runId)).isPresent();
  }

  /** Whether that run's release is current, or once was. */
  public boolean wasPublished(String runId) {
    return pointer.history().committed(pointer.named()).stream()
        .anyMatch(entry -> entry.runId().equals(runId));
  }

  /**
   * Every release, oldest run first. A folder without a readable manifest is left out, see {@link
   * #damages}. None is marked as current while the pointer is damaged.
   */
  public List<ReleaseInfo> list() {
    String currentRunId = pointer.stored().value().map(Pointer::runId).orElse(null);
    List<History.Entry> committed = pointer.history().committed(pointer.named());
    Map<String, History.Entry> changes = History.lastByRun(committed);
    Map<String, String> forced = History.forcedBecause(committed);
    List<ReleaseInfo> releases = new ArrayList<>();
    for (String runId : runIds()) {
      StoredJson<Manifest> manifest = stored(runId);
      Optional<History.Entry> change = Optional.ofNullable(changes.get(runId));
      manifest
          .value()
          .ifPresent(
              found ->
                  releases.add(
                      new ReleaseInfo(
                          runId,
                          change.map(History.Entry::at),
                          change.map(History.Entry::user),
                          found.recommendationRows(),
                          found.verdict(),
                          runId.equals(currentRunId),
                          isPinned(runId),
                          Optional.ofNullable(forced.get(runId)))));
    }
    return releases;
  }

  /** What of pointer and manifests is damaged, and what to do; full sentences. */
  public List<String> damages() {
    List<String> damages = new ArrayList<>();
    try {
      current();
    } catch (InputException e) {
      damages.addAll(e.problems());
    }
    runIds().stream()
        .map(this::stored)
        .filter(StoredJson::isDamaged)
        .forEach(manifest -> damages.add(unusable(manifest.described())));
    return damages;
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
    return stored(runId).orRefuse(this::unusable).orElseThrow(() -> unknown(runId));
  }

  /** A release's manifest as it is found; the name must be safe. */
  StoredJson<Manifest> stored(String runId) {
    return StoredJson.read(store, folder(runId) + "/" + MANIFEST, Manifest.class);
  }

  private String unusable(String damaged) {
    return String.format(
        "Cannot use a release: %s. Restore that file, or remove the release's folder. %s",
        damaged,
        newestWhole()
            .map(run -> "The newest whole release is " + run + ".")
            .orElse("No other release is whole."));
  }

  /** The newest release that can be made current: by the history, else of all that passed. */
  private Optional<String> newestWhole() {
    return pointer
        .newest(this::isWhole)
        .or(
            () ->
                runIds().stream()
                    .filter(this::isWhole)
                    .filter(
                        run -> stored(run).value().filter(m -> m.verdict().passed()).isPresent())
                    .reduce((first, last) -> last));
  }

  /**
   * What a run is compared with.
   *
   * @param manifest of the release that was current last; empty if none can be told
   * @param warnings why it is not simply the one that the pointer names; full sentences
   */
  public record Last(Optional<Manifest> manifest, List<String> warnings) {}

  /**
   * The release that was current last, whatever is damaged: the one that the pointer names; if
   * pointer or manifest cannot be read, the newest whole one that the history names.
   */
  public Last last() {
    StoredJson<Pointer> now = pointer.stored();
    if (!now.isDamaged() && now.value().isEmpty()) {
      return new Last(Optional.empty(), List.of());
    }
    Optional<StoredJson<Manifest>> named = now.value().map(Pointer::runId).map(this::stored);
    Optional<Manifest> manifest = named.flatMap(StoredJson::value);
    if (manifest.isPresent()) {
      return new Last(manifest, List.of());
    }
    Optional<String> instead = pointer.newest(this::isWhole);
    String fault =
        named
            .map(
                found ->
                    found.isDamaged()
                        ? "The manifest of the current release " + found.described()
                        : "The current release is gone: there is no '" + found.place() + "'")
            .orElseGet(() -> "The pointer " + now.described());
    String warning =
        String.format(
            "%s. %s",
            fault,
            instead
                .map(
                    run ->
                        "This run is compared with '"
                            + run
                            + "', the newest whole release in the history.")
                .orElse("This run is compared with none: no release in the history is whole."));
    return new Last(instead.map(this::manifest), List.of(warning));
  }

  /**
   * What a run is compared with: the release that was current when it was first made current
   * itself, or would be made so now.
   */
  public Last last(String runId) {
    return pointer.history().committed(pointer.named()).stream()
        .filter(entry -> entry.runId().equals(runId))
        .findFirst()
        .map(
            entry ->
                new Last(
                    Optional.ofNullable(entry.previousRunId())
                        .filter(RunId::isSafe)
                        .flatMap(previous -> stored(previous).value()),
                    List.of()))
        .orElseGet(this::last);
  }

  /**
   * Replaces a damaged pointer by one to the newest whole release that the history names; to be
   * called by the one who holds the lock.
   *
   * @return what was done, a full sentence; empty if nothing is damaged, or no release is whole
   */
  public Optional<String> repairPointer() {
    StoredJson<Pointer> now = pointer.stored();
    if (!now.isDamaged()) {
      return Optional.empty();
    }
    return pointer
        .newest(this::isWhole)
        .map(
            run -> {
              point(History.Action.PROMOTE, run, pointer.named(), null);
              return String.format(
                  "The pointer %s and was repaired: '%s' is current, the newest whole release in the history.",
                  now.described(), run);
            });
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
    if (key.filter(MASK_KEY_TEXT.asMatchPredicate()).isEmpty()) {
      byte[] drawn = new byte[MASK_KEY_BYTES];
      new SecureRandom().nextBytes(drawn);
      String text = HexFormat.of().formatHex(drawn) + "\n";
      if (key.isEmpty()) {
        store.create(MASK_KEY, text);
      } else {
        LOG.warn("{} is damaged; a new one is drawn, so masks change", store.path(MASK_KEY));
        store.replace(MASK_KEY, text);
      }
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
   * changes nothing. A pointer that is damaged is replaced.
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
    StoredJson<Pointer> before = pointer.stored();
    if (isCurrent(runId)) {
      return before.value().orElseThrow();
    }
    if (before.isDamaged()) {
      LOG.warn("{} and is written anew", before.described());
    }
    return point(History.Action.PROMOTE, runId, pointer.named(), verdict.passed() ? null : why);
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
    Deque<String> before = pointer.history().before(currentRunId);
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
   * @param resumable whether a run that never finished its release may still be resumed: what it
   *     wrote stays, since its ledger says that it is written
   * @return the runs whose releases are gone
   * @throws InputException if the pointer is damaged: nobody knows what may go; nothing is removed
   */
  public List<String> clean(int keep, Duration grace, Predicate<String> resumable) {
    Optional<String> currentRunId = current().map(Pointer::runId);
    List<ReleaseInfo> all = list();
    Set<String> pinned =
        all.stream()
            .filter(ReleaseInfo::pinned)
            .map(ReleaseInfo::runId)
            .collect(Collectors.toSet());
    Map<String, Instant> ceased = pointer.history().ceased(currentRunId.orElse(null));
    List<String> gone =
        new Retention(keep, grace)
            .surplus(all, pinned, ceased, clock.instant()).stream().filter(this::remove).toList();
    removeUnsealed(resumable);
    LOG.info("removed releases={}", gone);
    return gone;
  }

  /** Removes the folders of runs that never finished a release, but of some. */
  void removeUnsealed(Predicate<String> kept) {
    folders().stream()
        .filter(runId -> !isSealed(runId) && !kept.test(runId))
        .forEach(runId -> store.delete(folder(runId)));
  }

  /** Whether the tables of a run's release are there, each with its files and bytes. */
  public boolean holds(String runId, Map<String, Manifest.PublishedTable> tables) {
    return missing(runId, tables).isEmpty();
  }

  /**
   * Takes the manifest away first, so that what is left is no release for anybody, and puts it back
   * if the pointer was swung to it meanwhile, or can no more be read; {@link #point} in turn looks
   * whether the manifest still stands. So one of the two always sees the other.
   */
  private boolean remove(String runId) {
    String name = folder(runId) + "/" + MANIFEST;
    String text = store.read(name).orElse("");
    store.delete(name);
    if (isCurrent(runId) || pointer.stored().isDamaged()) {
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
    return pointer
        .swing(action, runId, folder(runId), previousRunId, why, this::isSealed)
        .orElseThrow(() -> unknown(runId));
  }

  private boolean isWhole(String runId) {
    return stored(runId).value().filter(manifest -> incomplete(manifest).isEmpty()).isPresent();
  }

  private List<String> incomplete(Manifest manifest) {
    List<String> problems = new ArrayList<>();
    if (manifest.tables().isEmpty()) {
      problems.add(
          String.format(
              "Cannot publish release '%s': its manifest names no tables.", manifest.runId()));
    }
    problems.addAll(missing(manifest.runId(), manifest.tables()));
    return problems;
  }

  private List<String> missing(String runId, Map<String, Manifest.PublishedTable> tables) {
    List<String> problems = new ArrayList<>();
    tables.forEach(
        (name, table) -> {
          List<FileStatus> files = dataFiles(runId, name);
          long bytes = files.stream().mapToLong(FileStatus::getLen).sum();
          if (files.size() != table.files() || bytes != table.bytes()) {
            problems.add(
                String.format(
                    "Cannot publish release '%s': table '%s' has %d files with %d bytes but"
                        + " its manifest says %d files with %d bytes. Restore the folder or"
                        + " run the night again.",
                    runId, name, files.size(), bytes, table.files(), table.bytes()));
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
