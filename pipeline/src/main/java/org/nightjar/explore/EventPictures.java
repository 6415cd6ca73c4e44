package org.nightjar.explore;

import static org.apache.spark.sql.functions.bit_or;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.hour;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.weekday;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

/** When people come, and whether they come again. Times are UTC. */
final class EventPictures {
  static final String EVENTS = "events";

  /** Points of a line in a picture; beyond, days are added up to weeks, months, years. */
  private static final int MAX_POINTS = 800;

  private static final int[] STEPS_DAYS = {1, 7, 28, 364};

  /** Periods of a user fit into the bits of a long. */
  private static final int MAX_PERIODS = 60;

  private static final int WEEK_DAYS = 7;
  private static final int MONTH_DAYS = 30;
  private static final int MAX_WEEKLY_DAYS = 26 * WEEK_DAYS;
  private static final int MAX_COHORTS = 24;
  private static final String DAY = "day";
  private static final String HOUR = "hour";
  private static final String ROWS = "rows";
  private static final String PERIOD = "period";
  private static final String PERIODS = "periods";
  private static final String FIRST = "first";

  private EventPictures() {}

  /**
   * Volumes, the clock, and retention; nothing when the events have no times.
   *
   * @param events cleaned events before the cutoff
   */
  static List<Figure> of(Dataset<Row> events) {
    List<Row> hours =
        events
            .where(col(Events.EVENT_AT).isNotNull())
            .groupBy(
                col(Events.EVENT_TYPE),
                unix_date(col(Events.EVENT_AT).cast("date")).as(DAY),
                hour(col(Events.EVENT_AT)).as(HOUR),
                weekday(col(Events.EVENT_AT)).as(PERIOD))
            .agg(count(lit(1)).as(ROWS))
            .collectAsList();
    List<Figure> figures = new ArrayList<>();
    if (hours.isEmpty()) {
      return figures;
    }
    int first = hours.stream().mapToInt(row -> row.<Integer>getAs(DAY)).min().orElseThrow();
    int last = hours.stream().mapToInt(row -> row.<Integer>getAs(DAY)).max().orElseThrow();
    figures.addAll(volumes(hours, first, last));
    figures.addAll(clock(hours));
    figures.addAll(retention(events, first, last));
    return figures;
  }

  private static List<Figure> volumes(List<Row> hours, int first, int last) {
    int step = STEPS_DAYS[0];
    for (int at = 1; (last - first) / step >= MAX_POINTS && at < STEPS_DAYS.length; at++) {
      step = STEPS_DAYS[at];
    }
    Map<String, long[]> byType = new TreeMap<>();
    int points = Math.min((last - first) / step + 1, 2 * MAX_POINTS);
    for (Row row : hours) {
      int point = (row.<Integer>getAs(DAY) - first) / step;
      byType
              .computeIfAbsent(row.getAs(Events.EVENT_TYPE), type -> new long[points])[
              Math.min(point, points - 1)] +=
          row.<Long>getAs(ROWS);
    }
    List<Figure> figures = new ArrayList<>();
    for (Map.Entry<String, long[]> type : byType.entrySet()) {
      for (int point = 0; point < points; point++) {
        figures.add(
            Figure.of(
                Section.VOLUME,
                EVENTS,
                step == 1 ? DAY : step + " days",
                EVENTS,
                type.getKey(),
                point,
                LocalDate.ofEpochDay((long) first + (long) point * step).toString(),
                (double) type.getValue()[point]));
      }
    }
    return figures;
  }

  private static List<Figure> clock(List<Row> hours) {
    long[][] clock = new long[WEEK_DAYS][24];
    for (Row row : hours) {
      clock[row.<Integer>getAs(PERIOD)][row.<Integer>getAs(HOUR)] += row.<Long>getAs(ROWS);
    }
    List<Figure> figures = new ArrayList<>();
    for (int day = 0; day < WEEK_DAYS; day++) {
      String name = DayOfWeek.of(day + 1).getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      for (int hour = 0; hour < 24; hour++) {
        figures.add(
            Figure.of(
                Section.CLOCK,
                EVENTS,
                "",
                EVENTS,
                name,
                day * 24 + hour,
                String.format(Locale.ROOT, "%02d", hour),
                (double) clock[day][hour]));
      }
    }
    return figures;
  }

  /**
   * Users by the period of their first event and how many periods later they came again. One
   * shuffle: the periods of a user are bits of a long.
   */
  private static List<Figure> retention(Dataset<Row> events, int first, int last) {
    int days = last - first + 1;
    int length =
        days <= MAX_WEEKLY_DAYS
            ? WEEK_DAYS
            : days <= MAX_PERIODS * MONTH_DAYS
                ? MONTH_DAYS
                : (days + MAX_PERIODS - 1) / MAX_PERIODS;
    Column day = unix_date(col(Events.EVENT_AT).cast("date"));
    Column period = floor(day.minus(first).divide(length)).cast("int");
    Column isSet = call_function("bit_get", col(PERIODS), col(PERIOD)).equalTo(1);
    Map<Integer, Map<Integer, Long>> users = new TreeMap<>();
    events
        .where(col(Events.EVENT_AT).isNotNull())
        .select(col(Events.USER), call_function("shiftleft", lit(1L), period).as(PERIODS))
        .groupBy(Events.USER)
        .agg(bit_or(col(PERIODS)).as(PERIODS))
        .withColumn(FIRST, lowestBit(col(PERIODS)))
        .withColumn(PERIOD, explode(sequence(col(FIRST), lit((days - 1) / length))))
        .where(isSet)
        .groupBy(FIRST, PERIOD)
        .agg(count(lit(1)).as(ROWS))
        .collectAsList()
        .forEach(
            row ->
                users
                    .computeIfAbsent(row.getAs(FIRST), cohort -> new TreeMap<>())
                    .put(row.<Integer>getAs(PERIOD), row.<Long>getAs(ROWS)));
    List<Figure> figures = new ArrayList<>();
    int whole = days / length; // the last period may be cut short; it is left out
    users.keySet().stream()
        .filter(cohort -> cohort < whole)
        .limit(MAX_COHORTS)
        .forEach(
            cohort -> {
              String name = LocalDate.ofEpochDay((long) first + (long) cohort * length).toString();
              for (int at = cohort; at < Math.min(whole, cohort + MAX_COHORTS); at++) {
                figures.add(
                    Figure.of(
                        Section.RETENTION,
                        length + " days",
                        "",
                        ProfilePictures.USERS,
                        name,
                        at - cohort,
                        Integer.toString(at - cohort),
                        (double) users.get(cohort).getOrDefault(at, 0L)));
              }
            });
    return figures;
  }

  /** Position of the lowest 1: how many bits lie below it. */
  private static Column lowestBit(Column mask) {
    Column below = mask.bitwiseAND(call_function("negative", mask)).minus(lit(1L));
    return coalesce(call_function("bit_count", below).cast("int"), lit(0));
  }

  /** By table and column: rows, and rows without a value. Arrays count as missing when empty. */
  static List<Figure> missing(Map<String, Dataset<Row>> tables) {
    List<Figure> figures = new ArrayList<>();
    new LinkedHashMap<>(tables)
        .forEach(
            (table, rows) -> {
              String[] columns = rows.columns();
              Column[] counts = new Column[columns.length];
              for (int at = 0; at < columns.length; at++) {
                counts[at] = count(col(columns[at])).as(columns[at]);
              }
              Row found = rows.agg(count(lit(1)).as(ROWS), counts).first();
              for (int at = 0; at < columns.length; at++) {
                figures.add(
                    missing(table, "missing", at, Attributes.name(columns[at]), found, at + 1));
                figures.add(missing(table, ROWS, at, Attributes.name(columns[at]), found, 0));
              }
            });
    return figures;
  }

  private static Figure missing(
      String table, String measure, int position, String column, Row found, int at) {
    long rows = found.getLong(0);
    long value = at == 0 ? rows : rows - found.getLong(at);
    return Figure.of(Section.MISSING, table, "", measure, "", position, column, (double) value);
  }
}
