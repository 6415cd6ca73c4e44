package org.nightjar.publish;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.nightjar.Require;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of the pointer, one small file each, never changed: {@code
 * history/00000001-promote-RUN.json}. An entry is written before the pointer is swapped, since the
 * swap is the last act; one whose swap never came is told by the next entry (or the pointer) not
 * starting from it, and does not count. Of an entry that is damaged its name still tells what
 * became current; it is taken to have followed on the entry before it.
 */
final class History {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);
  static final String FOLDER = "history";
  private static final Pattern NAME = Pattern.compile("[0-9]+-(promote|rollback)-(.+)\\.json");

  /** Kinds of change. */
  enum Action {
    PROMOTE,
    ROLLBACK
  }

  /**
   * One change.
   *
   * @param previousRunId the release that was current before; null for the first
   * @param why the words of whoever published a refused release; null otherwise
   * @param user who made it, as the cluster knows them; null in entries of older versions
   * @param host where; null in entries of older versions
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Entry(
      Action action,
      String runId,
      String previousRunId,
      Instant at,
      String why,
      String user,
      String host) {
    Entry {
      Require.that(action != null, "action is missing");
      Require.that(runId != null && RunId.isSafe(runId), "run_id is '%s'", runId);
    }
  }

  private final Store store;

  History(Store store) {
    this.store = store;
  }

  void add(Entry entry) {
    String action = entry.action().name().toLowerCase(Locale.ROOT);
    store.append(FOLDER, action + "-" + entry.runId() + ".json", Json.write(entry));
  }

  /** Every change, oldest first, also those whose swap never came. */
  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (FileStatus file : store.list(FOLDER)) {
      String name = file.getPath().getName();
      if (file.isFile() && !name.startsWith(".")) {
        StoredJson<Entry> found = StoredJson.read(store, FOLDER + "/" + name, Entry.class);
        String before = entries.isEmpty() ? null : entries.get(entries.size() - 1).runId();
        found
            .value()
            .or(() -> found.isDamaged() ? ofName(found, file, before) : Optional.empty())
            .ifPresent(entries::add);
      }
    }
    return entries;
  }

  private static Optional<Entry> ofName(StoredJson<Entry> found, FileStatus file, String before) {
    Matcher name = NAME.matcher(file.getPath().getName());
    if (!name.matches() || !RunId.isSafe(name.group(2))) {
      LOG.warn("{}; it is left out", found.described());
      return Optional.empty();
    }
    LOG.warn("{}; only its name is known", found.described());
    return Optional.of(
        new Entry(
            Action.valueOf(name.group(1).toUpperCase(Locale.ROOT)),
            name.group(2),
            before,
            Instant.ofEpochMilli(file.getModificationTime()),
            null,
            null,
            null));
  }

  /** The changes that came to pass, oldest first. */
  List<Entry> committed(String currentRunId) {
    List<Entry> entries = entries();
    List<Entry> committed = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String after = i + 1 < entries.size() ? entries.get(i + 1).previousRunId() : currentRunId;
      if (entries.get(i).runId().equals(after)) {
        committed.add(entries.get(i));
      }
    }
    return committed;
  }

  /** By run: the change that made it current for the last time. */
  static Map<String, Entry> lastByRun(List<Entry> committed) {
    Map<String, Entry> last = new HashMap<>();
    committed.forEach(entry -> last.put(entry.runId(), entry));
    return last;
  }

  /** By run that was refused and published by hand: why, the last time that it was. */
  static Map<String, String> forcedBecause(List<Entry> committed) {
    Map<String, String> why = new HashMap<>();
    committed.stream()
        .filter(entry -> entry.why() != null)
        .forEach(entry -> why.put(entry.runId(), entry.why()));
    return why;
  }

  /** By run that is not current any more: when it ceased to be, the last time. */
  Map<String, Instant> ceased(String currentRunId) {
    List<Entry> committed = committed(currentRunId);
    Map<String, Instant> ceased = new HashMap<>();
    for (int i = 0; i + 1 < committed.size(); i++) {
      ceased.put(committed.get(i).runId(), committed.get(i + 1).at());
    }
    ceased.remove(currentRunId);
    return ceased;
  }

  /** The runs that were current before, the one to go back to first. */
  Deque<String> before(String currentRunId) {
    Deque<String> stack = new ArrayDeque<>();
    for (Entry entry : committed(currentRunId)) {
      if (entry.action() == Action.ROLLBACK && stack.contains(entry.runId())) {
        while (!entry.runId().equals(stack.peek())) {
          stack.pop();
        }
      } else {
        stack.remove(entry.runId());
        stack.push(entry.runId());
      }
    }
    stack.remove(currentRunId);
    return stack;
  }
}
