package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.try_to_timestamp;
import static org.apache.spark.sql.functions.unix_seconds;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Events;
import org.nightjar.table.Users;

/**
 * What a {@link Suite} holds out of TRAIN to learn and to judge by, told from its times and from
 * who occurs in TEST: rows at random where at least 80 % of the training users occur there;
 * otherwise TEST comes after TRAIN in time, and windows of days before its end are held out: two of
 * 28, or up to ten of 10 where few users return within those.
 *
 * @param train user_id, and event_at as text where there are times; read several times
 * @param test user_id
 */
record HoldoutChoice(Dataset<Row> train, Dataset<Row> test) {
  private static final Map<String, Object> RANDOM = Map.of("type", "random", "share", 0.2);
  private static final double RANDOM_SHARE = 0.8;

  private static final double USUAL_DAYS = 28;
  private static final int USUAL_WINDOWS = 2;

  /** With fewer lists of returning users to learn from there are more and shorter windows. */
  private static final long MIN_RETURNING = 1_000;

  private static final double SHORT_DAYS = 10;
  private static final int MOST_WINDOWS = 10;

  /** Returning users without whom a short window, and those before it, are left out. */
  private static final long WORTH_A_WINDOW = 20;

  private static final double SECONDS_PER_DAY = 86_400;
  private static final String WINDOW = "window";
  private static final String OLDEST = "oldest";

  /** As {@code evaluation.split} has it. */
  Map<String, Object> split() {
    if (!List.of(train.columns()).contains(Events.EVENT_AT)
        || shareOfTrainingUsersInTest() >= RANDOM_SHARE) {
      return RANDOM;
    }
    Row span = train.agg(min(seconds()), max(seconds())).head();
    if (span.isNullAt(0)) {
      return RANDOM;
    }
    long end = span.getLong(1);
    double half = Math.max((end - span.getLong(0)) / SECONDS_PER_DAY / 2, 1e-3);
    double days = Math.min(USUAL_DAYS, half / USUAL_WINDOWS);
    if (returning(end, days, USUAL_WINDOWS).stream().mapToLong(users -> users).sum()
        >= MIN_RETURNING) {
      return windows(days, USUAL_WINDOWS);
    }
    int most = (int) Math.min(MOST_WINDOWS, half / SHORT_DAYS);
    int shorter =
        (int)
            returning(end, SHORT_DAYS, most).stream()
                .takeWhile(users -> users >= WORTH_A_WINDOW)
                .count();
    return shorter > USUAL_WINDOWS ? windows(SHORT_DAYS, shorter) : windows(days, USUAL_WINDOWS);
  }

  private static Map<String, Object> windows(double days, int count) {
    return Map.of("type", "time", "days", days, "windows", count);
  }

  private static Column seconds() {
    return unix_seconds(try_to_timestamp(col(Events.EVENT_AT)));
  }

  private double shareOfTrainingUsersInTest() {
    Dataset<Row> known = train.select(Users.USER_ID).distinct();
    Dataset<Row> served = test.select(Users.USER_ID).distinct();
    return (double) known.join(served, Users.USER_ID).count() / Math.max(1, known.count());
  }

  /** By window, the last one first: users with training rows both in it and before it. */
  private List<Long> returning(long end, double days, int windows) {
    Column age = lit(end).minus(seconds()).divide(lit(days * SECONDS_PER_DAY));
    Dataset<Row> rows = train.select(col(Users.USER_ID), floor(age).cast("int").as(WINDOW));
    Map<Integer, Long> users = new HashMap<>();
    rows.join(rows.groupBy(Users.USER_ID).agg(max(WINDOW).as(OLDEST)), Users.USER_ID)
        .where(col(WINDOW).lt(col(OLDEST)).and(col(WINDOW).lt(windows)))
        .groupBy(WINDOW)
        .agg(count_distinct(col(Users.USER_ID)))
        .collectAsList()
        .forEach(row -> users.put(row.getInt(0), row.getLong(1)));
    return IntStream.range(0, windows).mapToObj(window -> users.getOrDefault(window, 0L)).toList();
  }
}
