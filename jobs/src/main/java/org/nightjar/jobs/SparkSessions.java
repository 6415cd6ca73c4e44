package org.nightjar.jobs;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.Secrets;

/**
 * Opens the Spark session of a command. Strongest first: what makes results independent of the
 * machine (UTC); the configuration's {@code spark} section; what spark-submit or a {@code
 * -Dspark.…} property says; Nightjar's defaults.
 */
final class SparkSessions {
  private static final String MASTER = "spark.master";
  private static final String TIME_ZONE = "spark.sql.session.timeZone";

  private SparkSessions() {}

  /**
   * A session, or the one that this JVM already has. The caller closes it.
   *
   * @param name application name, as shown by cluster managers
   * @param settings the configuration's {@code spark} section
   * @param master value of {@code --master}; it yields to a master that spark-submit has set
   */
  static SparkSession open(String name, Map<String, String> settings, Optional<String> master) {
    SparkConf given = new SparkConf(); // holds every spark.* system property, so spark-submit's too
    Map<String, String> merged = settings(given, settings, master);
    SparkSession.Builder session = SparkSession.builder().appName(name);
    merged.forEach(session::config);
    return session.getOrCreate();
  }

  /** The settings of the session besides those already given. */
  static Map<String, String> settings(
      SparkConf given, Map<String, String> configured, Optional<String> master) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        MASTER,
        given.contains(MASTER)
            ? given.get(MASTER)
            : master.orElse(configured.getOrDefault(MASTER, "local[*]")));
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("spark.sql.adaptive.enabled", "true");
    defaults.put("spark.sql.parquet.compression.codec", "zstd");
    // Spark 4 reads eight encodings only; exports of shops are often in windows-1252.
    defaults.put("spark.sql.legacy.javaCharsets", "true");
    // A third of the driver's time on small data went into checking and printing plans nobody
    // reads.
    defaults.put("spark.sql.lightweightPlanChangeValidation", "false");
    defaults.put("spark.sql.warehouse.dir", temporary("warehouse"));
    // Spark's own know neither account keys nor SAS tokens; these are for its pages and event logs.
    defaults.put("spark.redaction.regex", Secrets.SPARK_REDACTION);
    defaults.put("spark.sql.redaction.options.regex", Secrets.SPARK_REDACTION + "|url");
    if (settings.get(MASTER).startsWith("local")) {
      defaults.put("spark.ui.enabled", "false");
      defaults.put("spark.driver.host", "127.0.0.1");
      defaults.put("spark.driver.bindAddress", "127.0.0.1");
      // Few enough for small data to be quick; adaptive execution joins what is small still.
      defaults.put("spark.sql.shuffle.partitions", Integer.toString(localPartitions()));
    }
    defaults.forEach(
        (key, value) -> {
          if (!given.contains(key)) {
            settings.put(key, value);
          }
        });
    configured.forEach(
        (key, value) -> {
          if (!key.equals(MASTER)) {
            settings.put(key, value);
          }
        });
    settings.put(TIME_ZONE, "UTC");
    return settings;
  }

  private static int localPartitions() {
    return Math.max(8, 2 * Runtime.getRuntime().availableProcessors());
  }

  private static String temporary(String folder) {
    return Path.of(
            System.getProperty("java.io.tmpdir"),
            "nightjar-" + System.getProperty("user.name"),
            folder)
        .toUri()
        .toString();
  }
}
