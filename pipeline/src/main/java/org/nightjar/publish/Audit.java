package org.nightjar.publish;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what to an output, with which data: {@code audit/00000001-finished.json} and so on, files
 * that are only ever added. No ids of users, and of failures no words but the names of their
 * classes, since messages may quote values.
 */
public final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
  static final String FOLDER = "audit";
  private static final int MAX_CAUSES = 10;

  /** What happened to the thing that was done. */
  public enum Event {
    STARTED,
    FINISHED,
    FAILED
  }

  /**
   * One entry.
   *
   * @param at when
   * @param user who, as the cluster knows them
   * @param host where
   * @param event what happened
   * @param command the command line
   * @param runId the run that it is about; null if none
   * @param inputs fingerprint by source, of runs
   * @param outcome in a few words; null when it starts
   * @param warnings steps after the outcome that failed, each with the failure's class
   */
  record Entry(
      Instant at,
      String user,
      String host,
      Event event,
      String command,
      String runId,
      Map<String, String> inputs,
      String outcome,
      List<String> warnings) {}

  private final Store store;
  private final Clock clock;

  /** Of an output folder. */
  public Audit(String output, Configuration hadoop, Clock clock) {
    this.store = Store.at(output, hadoop);
    this.clock = clock;
  }

  /** Adds an entry. */
  public void add(
      Event event, String command, String runId, Map<String, String> inputs, String outcome) {
    add(event, command, runId, inputs, outcome, List.of());
  }

  /** The same of what ended with steps that failed, each in a few words. */
  public void add(
      Event event,
      String command,
      String runId,
      Map<String, String> inputs,
      String outcome,
      List<String> warnings) {
    Actor actor = Actor.current();
    store.append(
        FOLDER,
        event.name().toLowerCase(Locale.ROOT) + ".json",
        Json.write(
            new Entry(
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                actor.user(),
                actor.host(),
                event,
                command,
                runId,
                inputs,
                outcome,
                warnings)));
  }

  /**
   * Does something short and records its end: what it came to, or that it failed. What is done
   * stands even if it cannot be recorded; that is a warning in the log. A failure in an output that
   * does not exist leaves no trace there.
   *
   * @param runId the run that it is about; null if none
   * @param outcome of what it gives: a few words
   */
  public <T> T around(String command, String runId, Supplier<T> work, Function<T, String> outcome) {
    T done;
    try {
      done = work.get();
    } catch (RuntimeException | Error e) {
      failed(command, runId, Map.of(), null, e);
      throw e;
    }
    recordQuietly(
        () -> add(Event.FINISHED, command, runId, Map.of(), outcome.apply(done)), command);
    return done;
  }

  /**
   * Records a failure, as well as can be: the failure itself must reach the caller's caller.
   *
   * @param stage of a run; null elsewhere
   */
  public void failed(
      String command, String runId, Map<String, String> inputs, String stage, Throwable failure) {
    String where = stage == null ? "" : " in stage " + stage;
    recordQuietly(
        () -> {
          if (store.isThere()) {
            add(Event.FAILED, command, runId, inputs, "failed" + where + ": " + classes(failure));
          }
        },
        command);
  }

  /** The classes of a failure and its causes, outermost first, without their messages. */
  public static String classes(Throwable failure) {
    StringBuilder classes = new StringBuilder(failure.getClass().getName());
    Throwable cause = failure.getCause();
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      classes.append(" caused by ").append(cause.getClass().getName());
      cause = cause.getCause();
    }
    return classes.toString();
  }

  private void recordQuietly(Runnable entry, String command) {
    try {
      entry.run();
    } catch (RuntimeException e) {
      LOG.warn("The end of '{}' could not be recorded in {}", command, store.path(FOLDER), e);
    }
  }
}
