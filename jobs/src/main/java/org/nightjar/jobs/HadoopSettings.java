package org.nightjar.jobs;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** File system settings for commands that need no Spark session. */
final class HadoopSettings {
  /** Spark hands settings with this prefix on to Hadoop, without it. */
  private static final String PREFIX = "spark.hadoop.";

  private HadoopSettings() {}

  /**
   * The core-site.xml on the classpath, what spark-submit sets (as system properties), and the
   * configuration's {@code spark} section, the later over the earlier.
   */
  static Configuration of(Map<String, String> sparkSettings) {
    Configuration hadoop = new Configuration();
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(PREFIX))
        .forEach(name -> put(hadoop, name, System.getProperty(name)));
    sparkSettings.forEach((name, value) -> put(hadoop, name, value));
    return hadoop;
  }

  private static void put(Configuration hadoop, String name, String value) {
    if (name.startsWith(PREFIX)) {
      hadoop.set(name.substring(PREFIX.length()), value);
    }
  }
}
