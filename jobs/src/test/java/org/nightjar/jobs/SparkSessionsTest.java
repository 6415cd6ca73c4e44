package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkSessionsTest {
  private final SparkConf given = new SparkConf(false);

  @Test
  void alone() {
    assertThat(SparkSessions.settings(given, Map.of(), Optional.empty()))
        .containsEntry("spark.master", "local[*]")
        .containsEntry("spark.sql.session.timeZone", "UTC")
        .containsEntry("spark.driver.host", "127.0.0.1")
        .containsEntry("spark.ui.enabled", "false");
  }

  @Test
  void theConfigurationBeatsTheDefaultsButNotUtc() {
    Map<String, String> configured =
        Map.of("spark.ui.enabled", "true", "spark.sql.session.timeZone", "Europe/Berlin");

    assertThat(SparkSessions.settings(given, configured, Optional.of("local[2]")))
        .containsEntry("spark.master", "local[2]")
        .containsEntry("spark.ui.enabled", "true")
        .containsEntry("spark.sql.session.timeZone", "UTC");
  }

  @Test
  void theMasterOfSparkSubmitStaysAndItsSettingsToo() {
    given.set("spark.master", "spark://127.0.0.1:7077").set("spark.sql.adaptive.enabled", "false");

    assertThat(
            SparkSessions.settings(
                given, Map.of("spark.master", "local[8]"), Optional.of("local[2]")))
        .containsEntry("spark.master", "spark://127.0.0.1:7077")
        .doesNotContainKeys(
            "spark.sql.adaptive.enabled", "spark.driver.host", "spark.sql.shuffle.partitions");
  }
}
