package org.nightjar.run;

import static org.apache.spark.sql.functions.avg;
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
 * What a {@link Suite} holds out of TRAIN to learn and to judge by: what lies to TRAIN as TEST
 * does.
 *
 * <ul>
 *   <li>TEST begins when TRAIN has ended: windows of days before TRAIN's end, two of 28, or up to
 *       ten of 10 where few users return within those;
 *   <li>each user's part of TEST begins when his of TRAIN has ended: the last rows of each user;
 *   <li>else, or without times: rows at random, in folds.
 * </ul>
 *
 * Of a TEST without times the first is taken for true where repeats are wanted, which rows at
 * random cannot tell of, or where it lacks more than a fifth of the training users.
 *
 * @param train user_id, and event_at as text where there are times; read several times
 * @param test user_id, and event_at where there are times
 * @param repeats whether lists may hold what was bought before
 */
record HoldoutChoice(Dataset<Row> train, Dataset<Row> test, boolean repeats) {
  private static final Map<String, Object> RANDOM = Map.of("type", "k-fold", "folds", 5);
  private static final Map<String, Object> LAST = Map.of("type", "last-share", "share", 0.2);

  /** Training users in TEST from which on it may be rows at random. */
  private static final double RANDOM_SHARE = 0.8;

  /** Users whose TEST follows on their TRAIN from which on it was made so. */
  private static final double LATER_SHARE = 0.99;

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
  private static final String LAST_SECOND = "last_second";
  private static final String FIRST_SECOND = "first_second";
  private static final String OLDEST = "oldest";

  /** As {@code evaluation.split} has it. */
  Map<String, Object> split() {
    if (!hasTimes(train)) {
      return RANDOM;
    }
    Row span = train.agg(min(seconds()), max(seconds())).head();
    if (span.isNullAt(0)) {
      return RANDOM;
    }
    long end = span.getLong(1);
    Row begin = hasTimes(test) ? test.agg(min(seconds())).head() : null;
    if (begin == null || begin.isNullAt(0)) {
      return repeats || shareOfTrainingUsersInTest() < RANDOM_SHARE
          ? windows(span.getLong(0), end)
          : RANDOM;
    }
    if (begin.getLong(0) >= end) {
      return windows(span.getLong(0), end);
    }
    return shareOfUsersTestedLater() >= LATER_SHARE ? LAST : RANDOM;
  }

  private static boolean hasTimes(Dataset<Row> rows) {
    return List.of(rows.columns()).contains(Events.EVENT_AT);
  }

  private Map<String, Object> windows(long start, long end) {
    double half = Math.max((end - start) / SECONDS_PER_DAY / 2, 1e-3);
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

  /** Of the users in both. */
  private double shareOfUsersTestedLater() {
    Dataset<Row> known = train.groupBy(Users.USER_ID).agg(max(seconds()).as(LAST_SECOND));
    Dataset<Row> served = test.groupBy(Users.USER_ID).agg(min(seconds()).as(FIRST_SECOND));
    Row later =
        known
            .join(served, Users.USER_ID)
            .agg(avg(col(FIRST_SECOND).geq(col(LAST_SECOND)).cast("int")))
            .head();
    return later.isNullAt(0) ? 0 : later.getDouble(0);
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
