package org.nightjar.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells how far a night is: stage n of m, counts, time elapsed and an estimate of what is left. One
 * line when a stage starts and one when it ends, without terminal codes, so that it reads well in a
 * log.
 *
 * <p>The estimate: with the stage times of an earlier run, or others that are expected, what the
 * stages left take by these, times the pace of this run (time of the stages finished over their
 * expected time); a stage unknown there counts as much as the average one. Without such times,
 * every stage counts the same, and before the first has ended there is no estimate. Skipped stages
 * cost nothing and say nothing of the pace.
 *
 * <p>For one thread: the driver's.
 */
public final class Progress {
  /** How progress is told. */
  public enum Mode {
    /** Lines for people. */
    PLAIN,
    /**
     * One JSON object per line: {@code event} (start, step, finish, skip, done), {@code stage},
     * {@code number}, {@code of}, {@code seconds} (of the stage; finish only), {@code
     * elapsed_seconds}, {@code left_seconds} (absent when unknown), {@code counts} (finish), {@code
     * why} (skip); a step has fields of its own.
     */
    JSON,
    /** Not at all. */
    QUIET;

    /** In lower case, as on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double MILLIS = 1000.0;

  private final PrintStream out;
  private final Mode mode;
  private final List<String> stages;
  private Map<String, Double> expected;
  private final Clock clock;
  private final long startedAt;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final Set<String> skipped = new LinkedHashSet<>();
  private String running;
  private long runningSince;

  /**
   * Starts the watch.
   *
   * @param out where the lines go, usually stderr
   * @param stages names of all stages, in the order in which they will run, each once
   * @param lastSeconds seconds per stage of an earlier run; empty when there was none
   */
  public Progress(
      PrintStream out,
      Mode mode,
      List<String> stages,
      Map<String, Double> lastSeconds,
      Clock clock) {
    this.out = out;
    this.mode = mode;
    this.stages = List.copyOf(stages);
    this.expected = Map.copyOf(lastSeconds);
    this.clock = clock;
    this.startedAt = clock.millis();
    if (Set.copyOf(stages).size() != stages.size()) {
      throw new IllegalArgumentException("a stage occurs twice in " + stages);
    }
  }

  /** From now on these seconds per stage are expected, where there was no earlier run. */
  void expect(Map<String, Double> secondsByStage) {
    expected = Map.copyOf(secondsByStage);
  }

  /** A stage begins. */
  public void start(String stage) {
    requirePlanned(stage);
    if (running != null) {
      throw new IllegalStateException(
          String.format("stage '%s' starts while '%s' runs", stage, running));
    }
    running = stage;
    runningSince = clock.millis();
    say("start", stage, Map.of(), " …" + times());
  }

  /**
   * The running stage has ended.
   *
   * @param counts what it read and wrote, by name, shown in the map's order
   */
  public void finish(String stage, Map<String, Long> counts) {
    if (!stage.equals(running)) {
      throw new IllegalStateException(
          String.format("stage '%s' ends but '%s' runs", stage, running));
    }
    running = null;
    double took = (clock.millis() - runningSince) / MILLIS;
    seconds.put(stage, took);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("seconds", took);
    fields.put("counts", counts);
    say("finish", stage, fields, " done in " + duration(took) + text(counts));
  }

  /**
   * A part of the running stage is done.
   *
   * @param words for people
   * @param fields the same for programs
   */
  public void step(String words, Map<String, Object> fields) {
    if (running == null) {
      throw new IllegalStateException("a step is done but no stage runs");
    }
    say("step", running, fields, ": " + words);
  }

  /** A stage is left out, for a reason such as "finished before". */
  public void skip(String stage, String why) {
    requirePlanned(stage);
    skipped.add(stage);
    say("skip", stage, Map.of("why", why), " skipped: " + why);
  }

  /** The night is over. */
  public void done() {
    switch (mode) {
      case PLAIN ->
          out.printf(
              "done: %d of %d stages ran, %s%n",
              seconds.size(), stages.size(), duration(elapsed()));
      case JSON -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", "done");
        fields.put("of", stages.size());
        fields.put("elapsed_seconds", elapsed());
        fields.put("stage_seconds", seconds);
        json(fields);
      }
      case QUIET -> {}
    }
  }

  /** Seconds of each stage that ended, for the run record and the next night's estimate. */
  public Map<String, Double> seconds() {
    return new LinkedHashMap<>(seconds);
  }

  /** Estimated seconds from now to the end; empty when nothing is known yet. */
  OptionalDouble left() {
    List<String> open =
        stages.stream().filter(s -> !seconds.containsKey(s) && !skipped.contains(s)).toList();
    if (expected.isEmpty() && seconds.isEmpty()) {
      return open.isEmpty() ? OptionalDouble.of(0) : OptionalDouble.empty();
    }
    double doneThen = seconds.keySet().stream().mapToDouble(this::share).sum();
    double doneNow = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    double pace = doneThen > 0 ? doneNow / doneThen : 1;
    double left = 0;
    for (String stage : open) {
      double expected = share(stage) * pace;
      double spent = stage.equals(running) ? (clock.millis() - runningSince) / MILLIS : 0;
      left += Math.max(0, expected - spent);
    }
    return OptionalDouble.of(left);
  }

  /** What a stage weighs: its expected seconds, the average ones, or 1. */
  private double share(String stage) {
    Double known = expected.get(stage);
    return known != null
        ? known
        : expected.values().stream().mapToDouble(Double::doubleValue).average().orElse(1);
  }

  private void say(String event, String stage, Map<String, Object> further, String words) {
    int number = stages.indexOf(stage) + 1;
    switch (mode) {
      case PLAIN -> out.printf("[%d/%d] %s%s%n", number, stages.size(), stage, words);
      case JSON -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", event);
        fields.put("stage", stage);
        fields.put("number", number);
        fields.put("of", stages.size());
        fields.putAll(further);
        fields.put("elapsed_seconds", elapsed());
        left().ifPresent(left -> fields.put("left_seconds", rounded(left)));
        json(fields);
      }
      case QUIET -> {}
    }
  }

  private void json(Map<String, Object> fields) {
    try {
      out.println(JSON.writeValueAsString(fields));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // numbers and texts always can be written
    }
  }

  private String times() {
    OptionalDouble left = left();
    return seconds.isEmpty() && left.isEmpty()
        ? ""
        : String.format(
            " (%s elapsed%s)",
            duration(elapsed()),
            left.isPresent() ? ", about " + duration(left.getAsDouble()) + " left" : "");
  }

  private double elapsed() {
    return (clock.millis() - startedAt) / MILLIS;
  }

  private void requirePlanned(String stage) {
    if (!stages.contains(stage)) {
      throw new IllegalArgumentException(String.format("stage '%s' is none of %s", stage, stages));
    }
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 10) / 10.0;
  }

  private static String text(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(count -> String.format(Locale.ROOT, " %s=%d", count.getKey(), count.getValue()))
        .collect(Collectors.joining());
  }

  /** Such as 4.2 s, 3 min 05 s or 2 h 07 min. */
  public static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }
}
