package org.nightjar.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Who did what to an output, with which data: {@code audit/00000001-finished.json} and so on, files
 * that are only ever added. No ids of users.
 */
public final class Audit {
  private static final String FOLDER = "audit";

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
   */
  record Entry(
      Instant at,
      String user,
      String host,
      Event event,
      String command,
      String runId,
      Map<String, String> inputs,
      String outcome) {}

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
    store.append(
        FOLDER,
        event.name().toLowerCase(Locale.ROOT) + ".json",
        Json.write(
            new Entry(
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                user(),
                OutputLock.host(),
                event,
                command,
                runId,
                inputs,
                outcome)));
  }

  private static String user() {
    try {
      return UserGroupInformation.getCurrentUser().getShortUserName();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
