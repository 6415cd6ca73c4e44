package org.nightjar.run;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.try_to_timestamp;
import static org.apache.spark.sql.functions.unix_seconds;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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
 *   <li>without times, or where TRAIN's are all the same: pairs at random, in folds;
 *   <li>each user's rows of TEST are one basket (one {@code order_id}, or one day), or one row,
 *       that lies after those of TRAIN, and users end at different times, or all of TRAIN on one
 *       day (so that days tell an order only): the last baskets, or events, of each user;
 *   <li>else TEST begins when TRAIN has ended: windows of days before TRAIN's end, two of 28, or up
 *       to ten of 10 where few users return within those;
 *   <li>else each user's part of TEST begins when his of TRAIN has ended: the last rows of each
 *       user;
 *   <li>else pairs at random.
 * </ul>
 *
 * Of a TEST without times: one row for each of nearly all training users is their last event; one
 * order each, or any rows where all users' last day in TRAIN is the same, the last basket; else it
 * is taken for later than TRAIN where repeats are wanted, which rows at random cannot tell of, or
 * where it lacks more than a fifth of the training users.
 *
 * @param train user_id, and event_at as text where there are times, and order_id where there are
 *     orders; read several times
 * @param test likewise
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
  private static final String LAST_DAY = "last_day";
  private static final String ROWS = "rows";
  private static final String DAYS = "days";
  private static final String BASKETS = "baskets";
  private static final String LAST_EVENT = "last-event";
  private static final String LAST_BASKET = "last-basket";

  /** Users with more baskets than windows from whom on a second window is worth its training. */
  private static final long MIN_LEFT_OUT = 50;

  /**
   * A choice and what it was made by.
   *
   * @param split as {@code evaluation.split} has it
   * @param because what was seen of TRAIN and TEST
   * @param timed whether TRAIN has times that tell an order
   */
  record Chosen(Map<String, Object> split, String because, boolean timed) {
    Chosen(Map<String, Object> split, String because) {
      this(split, because, true);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "held out of TRAIN: %s; %s",
          split.entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue())
              .collect(Collectors.joining(" ")),
          because);
    }
  }

  /** Looks at both. */
  Chosen choose() {
    Row span = hasTimes(train) ? train.agg(min(seconds()), max(seconds())).head() : null;
    if (span == null || span.isNullAt(0)) {
      return new Chosen(RANDOM, "TRAIN has no times", false);
    }
    long start = span.getLong(0);
    long end = span.getLong(1);
    if (start == end) {
      return new Chosen(RANDOM, "all of TRAIN is at one time, which tells nothing of order", false);
    }
    Row begin = hasTimes(test) ? test.agg(min(seconds())).head() : null;
    boolean timedTest = begin != null && !begin.isNullAt(0);
    TestUsers users = testUsers(timedTest);
    boolean afterTrain = timedTest && begin.getLong(0) >= end;
    Optional<Chosen> leftOut = leftOut(users, timedTest, afterTrain);
    if (leftOut.isPresent()) {
      return leftOut.get();
    }
    if (!timedTest) {
      double known = shareOfTrainingUsersInTest();
      return repeats || known < RANDOM_SHARE
          ? new Chosen(windows(start, end), "TEST has no times and is taken for later than TRAIN")
          : new Chosen(RANDOM, "TEST has no times and nearly all users of TRAIN");
    }
    if (afterTrain) {
      return new Chosen(windows(start, end), "TEST begins where TRAIN ends");
    }
    return users.later() >= LATER_SHARE
        ? new Chosen(LAST, "each user's rows of TEST come after those of TRAIN")
        : new Chosen(RANDOM, "rows of TEST lie among those of TRAIN");
  }

  /**
   * What TEST is like, over its users that TRAIN knows; shares from 0 to 1.
   *
   * @param later whose rows of TEST are not before the last one of TRAIN; 0 without times
   * @param oneRow who have one row in TEST
   * @param oneBasket whose rows are one basket
   */
  private record TestUsers(double later, double oneRow, double oneBasket) {}

  private TestUsers testUsers(boolean timedTest) {
    Dataset<Row> known = train.groupBy(Users.USER_ID).agg(max(seconds()).as(LAST_SECOND));
    Column basket = basket(timedTest);
    Column first = timedTest ? min(seconds()) : lit(null).cast("long");
    Dataset<Row> served =
        test.groupBy(Users.USER_ID)
            .agg(
                first.as(FIRST_SECOND),
                count(lit(1)).as(ROWS),
                (basket == null ? lit(0L) : count_distinct(basket)).as(BASKETS));
    Row found =
        known
            .join(served, Users.USER_ID)
            .agg(
                avg(col(FIRST_SECOND).geq(col(LAST_SECOND)).cast("int")),
                avg(col(ROWS).equalTo(1).cast("int")),
                avg(col(BASKETS).equalTo(1).cast("int")))
            .head();
    return new TestUsers(share(found, 0), share(found, 1), share(found, 2));
  }

  private static double share(Row found, int at) {
    return found.isNullAt(at) ? 0 : found.getDouble(at);
  }

  /** Null where nothing tells baskets apart. */
  private Column basket(boolean timedTest) {
    boolean orders = List.of(test.columns()).contains(Events.ORDER_ID);
    Column day = to_date(try_to_timestamp(col(Events.EVENT_AT))).cast("string");
    if (orders) {
      return timedTest ? coalesce(col(Events.ORDER_ID), day) : col(Events.ORDER_ID);
    }
    return timedTest ? day : null;
  }

  /** Whether TEST leaves one event or basket of each user out. */
  private Optional<Chosen> leftOut(TestUsers users, boolean timedTest, boolean afterTrain) {
    boolean oneRow = users.oneRow() >= LATER_SHARE;
    boolean oneBasket = users.oneBasket() >= LATER_SHARE;
    if (timedTest) {
      boolean leftOut =
          (oneRow || oneBasket)
              && users.later() >= LATER_SHARE
              && (!afterTrain || lastDayOfUsers().shared() >= LATER_SHARE);
      return leftOut
          ? Optional.of(
              oneRow
                  ? leavingOut(LAST_EVENT, "each user's one row of TEST comes after those of TRAIN")
                  : leavingOut(
                      LAST_BASKET, "each user's rows of TEST are one basket after those of TRAIN"))
          : Optional.empty();
    }
    if (oneRow && shareOfTrainingUsersInTest() >= RANDOM_SHARE) {
      return Optional.of(
          leavingOut(LAST_EVENT, "TEST has one row for each of nearly all users of TRAIN"));
    }
    if (oneBasket) {
      return Optional.of(leavingOut(LAST_BASKET, "TEST has one order for each user"));
    }
    return repeats && daysTellOrderOnly()
        ? Optional.of(
            leavingOut(
                LAST_BASKET, "all users of TRAIN end on one day, as where days only tell an order"))
        : Optional.empty();
  }

  /** Of two windows, unless hardly anybody has a basket, or event, before those. */
  private Chosen leavingOut(String type, String because) {
    Column unit =
        type.equals(LAST_EVENT)
            ? count(lit(1))
            : count_distinct(
                List.of(train.columns()).contains(Events.ORDER_ID)
                    ? coalesce(col(Events.ORDER_ID), col(Events.EVENT_AT))
                    : to_date(try_to_timestamp(col(Events.EVENT_AT))).cast("string"));
    long enough =
        train
            .groupBy(Users.USER_ID)
            .agg(unit.as(BASKETS))
            .where(col(BASKETS).gt(USUAL_WINDOWS))
            .count();
    int windows = enough >= MIN_LEFT_OUT ? USUAL_WINDOWS : 1;
    return new Chosen(Map.of("type", type, "windows", windows), because);
  }

  /**
   * Whether all training users end on one day, though they have rows on few of the days: so days
   * are where somebody only knew which basket came after which.
   */
  private boolean daysTellOrderOnly() {
    LastDay last = lastDayOfUsers();
    Column day = to_date(try_to_timestamp(col(Events.EVENT_AT)));
    return last.shared() >= LATER_SHARE
        && last.daysPerUser() <= train.agg(count_distinct(day)).head().getLong(0) / 2.0;
  }

  /**
   * The training users' last days.
   *
   * @param shared share of the users whose last day is the commonest one
   * @param daysPerUser mean number of days with rows
   */
  private record LastDay(double shared, double daysPerUser) {}

  private LastDay lastDayOfUsers() {
    Column day = to_date(try_to_timestamp(col(Events.EVENT_AT)));
    Row found =
        train
            .groupBy(Users.USER_ID)
            .agg(max(day).as(LAST_DAY), count_distinct(day).as(DAYS))
            .groupBy(LAST_DAY)
            .agg(count(lit(1)).as(ROWS), sum(DAYS).as(DAYS))
            .agg(max(ROWS), sum(ROWS), sum(DAYS))
            .head();
    double users = found.getLong(1);
    return new LastDay(found.getLong(0) / users, found.getLong(2) / users);
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
