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
import org.apache.hadoop.fs.FileStatus;

/**
 * The changes of the pointer, one small file each, never changed: {@code
 * history/00000001-promote-RUN.json}. An entry is written before the pointer is swapped, since the
 * swap is the last act; one whose swap never came is told by the next entry (or the pointer) not
 * starting from it, and does not count.
 */
final class History {
  private static final String FOLDER = "history";

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
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Entry(Action action, String runId, String previousRunId, Instant at, String why) {}

  private final Store store;

  History(Store store) {
    this.store = store;
  }

  void add(Entry entry) {
    String action = entry.action().name().toLowerCase(Locale.ROOT);
    store.append(FOLDER, action + "-" + entry.runId() + ".json", Json.write(entry));
  }

  /** The changes that came to pass, oldest first. */
  List<Entry> committed(String currentRunId) {
    List<Entry> entries = new ArrayList<>();
    for (FileStatus file : store.list(FOLDER)) {
      String name = FOLDER + "/" + file.getPath().getName();
      if (!file.getPath().getName().startsWith(".")) {
        store.read(name).ifPresent(text -> entries.add(Json.read(text, Entry.class, name)));
      }
    }
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
  Map<String, Entry> lastByRun(String currentRunId) {
    Map<String, Entry> last = new HashMap<>();
    committed(currentRunId).forEach(entry -> last.put(entry.runId(), entry));
    return last;
  }

  /** Why a refused run was published by hand, the last time that it was. */
  Optional<String> forcedBecause(String runId, String currentRunId) {
    return committed(currentRunId).stream()
        .filter(entry -> entry.runId().equals(runId) && entry.why() != null)
        .map(Entry::why)
        .reduce((first, last) -> last);
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
