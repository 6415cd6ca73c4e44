package org.nightjar.run;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.config.PrivacyKey;
import org.nightjar.publish.Audit;
import org.nightjar.publish.Erasure;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.OutputLock;
import org.nightjar.publish.ReleaseInfo;
import org.nightjar.publish.Releases;
import org.nightjar.publish.RunId;
import org.nightjar.publish.Suppression;
import org.nightjar.report.HtmlReport;
import org.nightjar.report.ReportData;
import org.nightjar.table.SampledUsers;

/** Removes users from all that an output folder holds; see {@link Erasure}. */
public final class UserErasure {
  private UserErasure() {}

  /**
   * Removes users.
   *
   * @param lines their ids, one per line, as the sources have them; blank lines count for nothing
   * @param key needed, since later nights must be able to tell them
   * @throws InputException without ids or key
   * @throws org.nightjar.publish.LockedException while a run holds the output
   */
  public static Erasure.Receipt erase(
      SparkSession spark,
      Configuration configuration,
      List<String> lines,
      Optional<PrivacyKey> key,
      String command) {
    List<String> ids =
        lines.stream().map(String::strip).filter(id -> !id.isEmpty()).distinct().toList();
    if (ids.isEmpty()) {
      throw new InputException("There is nobody to erase: the file names no user.");
    }
    PrivacyKey secret =
        key.orElseThrow(
            () ->
                new InputException(
                    String.format(
                        "Users cannot be erased without a key, since later nights could not keep"
                            + " them out: set the environment variable %s to a random secret, and"
                            + " keep it (openssl rand -hex 32).",
                        PrivacyKey.VARIABLE)));
    String output = configuration.output().path();
    org.apache.hadoop.conf.Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Clock clock = Clock.systemUTC();
    String id = RunId.of(clock.instant(), InputFingerprints.sha256(clock.instant() + command));
    Audit audit = new Audit(output, hadoop, clock);
    Duration expiry = Duration.ofMinutes(configuration.output().lockExpiryMinutes());
    try (OutputLock lock = OutputLock.acquire(output, id, expiry, hadoop, clock)) {
      audit.add(Audit.Event.STARTED, command, id, Map.of(), null);
      Releases releases = Releases.at(output, hadoop, clock);
      return audit.around(
          command,
          id,
          () -> {
            Erasure.Receipt receipt =
                new Erasure(spark, releases, clock)
                    .erase(id, ids, secret, new Suppression(output, hadoop), Workspace.FOLDERS);
            redrawReports(spark, releases);
            lock.confirm();
            return receipt;
          },
          receipt ->
              String.format("users=%d leftovers=%d", receipt.users(), receipt.leftovers().size()));
    }
  }

  /** Their pages show some users, masked, with what they bought. */
  private static void redrawReports(SparkSession spark, Releases releases) {
    for (ReleaseInfo release : releases.list()) {
      Manifest manifest = releases.manifest(release.runId());
      if (manifest.tables().containsKey(SampledUsers.TABLE.name())) {
        ReportData data =
            ReleaseReport.of(
                spark, releases, manifest, ReleaseReport.before(releases, release.runId()));
        releases.writeReport(release.runId(), HtmlReport.render(data));
      }
    }
  }
}
