package org.nightjar.rank;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.SparkTest;
import org.nightjar.config.RankSettings;
import org.nightjar.table.Candidates;
import org.nightjar.table.UserContext;

/** Literal candidates and settings. */
abstract class RankTest extends SparkTest {
  static final Instant CUTOFF = Instant.parse("2025-06-01T00:00:00Z");
  static final RankSettings.Repeats ALLOW = repeats(RankSettings.RepeatPolicy.ALLOW, 14, Map.of());

  static RankSettings.Repeats repeats(
      RankSettings.RepeatPolicy policy, int days, Map<String, Integer> daysByCategory) {
    return new RankSettings.Repeats(policy, days, daysByCategory, List.of("purchase", "rating"));
  }

  static RankSettings settings(int perModel, RankSettings.Repeats repeats) {
    return settings(perModel, repeats, 0, List.of());
  }

  static RankSettings settings(int perModel, int maxPerCategory, String... fallback) {
    return settings(perModel, ALLOW, maxPerCategory, List.of(fallback));
  }

  private static RankSettings settings(
      int perModel, RankSettings.Repeats repeats, int maxPerCategory, List<String> fallback) {
    return new RankSettings(
        1,
        perModel,
        repeats,
        maxPerCategory,
        1,
        new RankSettings.Activity(20),
        new RankSettings.Blend(RankSettings.Normalisation.MIN_MAX, true, Map.of(), Map.of()),
        fallback);
  }

  /** A row of {@link Candidates#TABLE}. */
  static Row proposal(int user, String model, Integer[] items, Float[] scores) {
    return row(user, model, items, scores);
  }

  static Integer[] items(Integer... items) {
    return items;
  }

  static Float[] scores(double... scores) {
    Float[] boxed = new Float[scores.length];
    for (int at = 0; at < scores.length; at++) {
      boxed[at] = (float) scores[at];
    }
    return boxed;
  }

  static Dataset<Row> candidates(Row... proposals) {
    return rows(Candidates.TABLE.schema(), proposals);
  }

  /** Contexts with these numbers of events for users 0, 1, … */
  static Dataset<Row> contexts(long... eventCounts) {
    Row[] rows = new Row[eventCounts.length];
    for (int user = 0; user < rows.length; user++) {
      rows[user] = row(user, eventCounts[user], items(), new Long[0], items(), items());
    }
    return rows(UserContext.TABLE.schema(), rows);
  }
}
