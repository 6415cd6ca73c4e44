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
  private static final int RETRIES = 100;

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
    List<FileStatus> files = store.list(FOLDER);
    long number = files.isEmpty() ? 0 : number(files.get(files.size() - 1));
    for (int attempt = 1; attempt <= RETRIES; attempt++) {
      String name =
          String.format(
              Locale.ROOT,
              "%s/%08d-%s-%s.json",
              FOLDER,
              number + attempt,
              entry.action().name().toLowerCase(Locale.ROOT),
              entry.runId());
      if (store.create(name, Json.write(entry))) {
        return;
      }
    }
    throw new IllegalStateException(
        "No free number for a history entry in " + store.path(FOLDER) + ".");
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

  private static long number(FileStatus file) {
    String digits = file.getPath().getName().replaceFirst("-.*", "");
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : 0;
  }
}
