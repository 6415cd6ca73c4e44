package org.nightjar.run;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.Require;
import org.nightjar.config.Configuration;
import org.nightjar.config.ExportSettings;
import org.nightjar.publish.Audit;
import org.nightjar.publish.DatabaseExport;
import org.nightjar.publish.ExportException;
import org.nightjar.publish.OutputLock;
import org.nightjar.publish.Pointer;
import org.nightjar.publish.Releases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the database of the section {@code export} to the current release. A night does so after
 * the swap of the pointer, and what goes wrong then does not take the release back: files are the
 * product, the database is a copy.
 */
public final class ReleaseExport {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseExport.class);

  private ReleaseExport() {}

  /** The database that is configured, if one is. */
  public static Optional<DatabaseExport> database(Configuration configuration) {
    return Optional.ofNullable(configuration.export())
        .map(settings -> new DatabaseExport(settings, ExportSettings.password(System::getenv)));
  }

  /**
   * Exports the current release.
   *
   * @return its run
   * @throws InputException if no database is configured, there is no driver for it, or nothing is
   *     published
   * @throws ExportException if it fails; the database is as it was
   * @throws org.nightjar.publish.LockedException while a run holds the output
   */
  public static String export(SparkSession spark, Configuration configuration, String command) {
    DatabaseExport database =
        database(configuration)
            .orElseThrow(
                () ->
                    new InputException(
                        "There is no database to export to: the configuration has no section"
                            + " 'export'."));
    requireUsable(configuration);
    String output = configuration.output().path();
    org.apache.hadoop.conf.Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Clock clock = Clock.systemUTC();
    Releases releases = Releases.at(output, hadoop, clock);
    Optional<String> current = releases.current().map(Pointer::runId);
    Require.that(current.isPresent(), "Nothing is published in '%s' yet", output);
    String runId = current.orElseThrow();
    Duration expiry = Duration.ofMinutes(configuration.output().lockExpiryMinutes());
    try (OutputLock lock = OutputLock.acquire(output, "export", expiry, hadoop, clock)) {
      lock.confirm();
      new Audit(output, hadoop, clock)
          .around(
              command,
              runId,
              () -> database.export(spark, releases, runId),
              rows -> "exported " + rows);
    }
    return runId;
  }

  /**
   * Fails before a night that could not export whatever the database's state.
   *
   * @throws InputException if there is no driver
   */
  static void requireUsable(Configuration configuration) {
    database(configuration)
        .map(DatabaseExport::problems)
        .filter(problems -> !problems.isEmpty())
        .ifPresent(
            problems -> {
              throw new InputException(problems);
            });
  }

  /**
   * Exports what a night has just published; gives a sentence if that failed, for whatever reason.
   */
  static Optional<String> afterPublication(RunContext context) {
    try {
      database(context.configuration())
          .ifPresent(to -> to.export(context.spark(), context.releases(), context.runId()));
      return Optional.empty();
    } catch (ExportException e) {
      LOG.error("export run={} failed: {}", context.runId(), e.getMessage());
      return Optional.of(e.getMessage());
    } catch (RuntimeException | Error e) { // the release is published all the same
      LOG.error("export run={} failed: {}", context.runId(), Audit.classes(e));
      return Optional.of(e.getClass().getSimpleName());
    }
  }
}
