package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.clean.Rules.Tables;
import org.nightjar.config.CleanSettings;
import org.nightjar.config.Configuration;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Rejects;

/** The account of one cleaning: what every source had, kept and lost, and to which rule. */
final class Account {
  /** Rule name of prices taken from an item's own purchases. */
  static final String PRICE_FROM_EVENTS = "price-from-events";

  private static final String FIRST_EVENT_AT = "_first_event_at";
  private static final String LAST_EVENT_AT = "_last_event_at";

  private final Configuration configuration;
  private final List<Row> counts = new ArrayList<>();
  private final List<Dataset<Row>> rejects = new ArrayList<>();
  private final List<Repaired> repaired = new ArrayList<>();
  private Optional<Instant> firstEventAt = Optional.empty();
  private Optional<Instant> lastEventAt = Optional.empty();

  Account(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Adds a table: one pass over its rows, one over the judged ones.
   *
   * @param key columns of the row key, of which the first {@code requiredKeys} must not be null
   */
  void add(
      String table, Dataset<Row> rows, Dataset<Row> judged, List<String> key, int requiredKeys) {
    rejects.add(Judgement.rejects(judged, key, requiredKeys));
    Map<String, Long> read = new HashMap<>();
    Map<String, Long> kept = new HashMap<>();
    sources(table).forEach(source -> read.put(source, 0L));
    sources(table).forEach(source -> kept.put(source, 0L));
    rows.groupBy(Ingested.SOURCE)
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(r -> read.put(r.getString(0), r.getLong(1)));
    boolean events = table.equals(Tables.EVENTS);
    Column at = events ? col(Events.EVENT_AT) : lit(null).cast("timestamp");
    List<Row> found =
        Judgement.entries(judged)
            .groupBy(CleanCounts.SOURCE, CleanCounts.RULE, CleanCounts.ACTION, Judgement.COLUMN)
            .agg(
                count(lit(1)).as(CleanCounts.ROWS),
                max(when(Judgement.stands(), at)).as(LAST_EVENT_AT),
                min(when(Judgement.stands(), at)).as(FIRST_EVENT_AT))
            .collectAsList();
    Map<List<String>, Long> lost = new HashMap<>();
    for (Row row : found) {
      if (row.getString(1).equals(CleanCounts.KEPT)) {
        kept.put(row.getString(0), row.getLong(4));
        if (!row.isNullAt(5)) {
          Instant last = instant(row.get(5));
          lastEventAt = Optional.of(lastEventAt.filter(last::isBefore).orElse(last));
          Instant first = instant(row.get(6));
          firstEventAt = Optional.of(firstEventAt.filter(first::isAfter).orElse(first));
        }
      } else {
        lost.merge(
            List.of(row.getString(0), row.getString(1), row.getString(2)),
            row.getLong(4),
            Long::sum);
      }
    }
    addRepaired(table, judged, found, kept);
    read.forEach((source, n) -> counts.add(figure(source, CleanCounts.READ, n)));
    kept.forEach((source, n) -> counts.add(figure(source, CleanCounts.KEPT, n)));
    lost.entrySet().stream()
        .sorted(Comparator.comparing(e -> String.join(" ", e.getKey())))
        .forEach(
            e ->
                counts.add(
                    RowFactory.create(
                        e.getKey().get(0), e.getKey().get(1), e.getKey().get(2), e.getValue())));
  }

  /** An example is looked up only where somebody will be told. */
  private void addRepaired(
      String table, Dataset<Row> judged, List<Row> found, Map<String, Long> kept) {
    Map<List<String>, Long> repairedRows = new HashMap<>();
    for (Row row : found) {
      if (Repaired.RULES.contains(row.getString(1))
          && row.getString(2).equals(Rejects.MENDED)
          && !row.isNullAt(3)) {
        repairedRows.merge(List.of(row.getString(0), row.getString(3)), row.getLong(4), Long::sum);
      }
    }
    List<Repaired> columns =
        repairedRows.entrySet().stream()
            .map(
                e ->
                    new Repaired(
                        e.getKey().get(0),
                        e.getKey().get(1),
                        e.getValue(),
                        kept.get(e.getKey().get(0)),
                        ""))
            .sorted(Comparator.comparing(Repaired::name))
            .toList();
    CleanSettings.Budgets budgets = configuration.clean().budgets();
    boolean told =
        !Repaired.warnings(columns, budgets).isEmpty()
            || !Repaired.problems(columns, budgets).isEmpty();
    Map<List<String>, String> examples = new HashMap<>();
    if (told && !table.equals(Tables.USERS)) {
      Judgement.examples(judged, Repaired.RULES)
          .collectAsList()
          .forEach(
              r -> examples.put(Arrays.asList(r.getString(0), r.getString(1)), r.getString(2)));
    }
    for (Repaired column : columns) {
      repaired.add(
          new Repaired(
              column.source(),
              column.column(),
              column.rows(),
              column.kept(),
              examples.getOrDefault(List.of(column.source(), column.column()), "")));
    }
  }

  /** Columns of which values were taken away, by source and name. */
  List<Repaired> repaired() {
    return List.copyOf(repaired);
  }

  /** Counts and lists the source items whose missing price is filled. */
  void addPrices(Dataset<Row> items, Dataset<Row> unitPrices) {
    Dataset<Row> filled = items.filter(col(Items.PRICE).isNull()).join(unitPrices, Items.ITEM_ID);
    rejects.add(
        filled.select(
            col(Ingested.SOURCE).as(Rejects.SOURCE_TABLE),
            lit(PRICE_FROM_EVENTS).as(Rejects.RULE),
            lit(Rejects.MENDED).as(Rejects.ACTION),
            Judgement.rowKey(Cleaning.ITEM_KEY, 1).as(Rejects.ROW_KEY),
            concat(
                    lit(Items.PRICE + " is missing, now the median paid per unit, "),
                    col(Cleaning.UNIT_PRICE).cast("string"))
                .as(Rejects.DETAIL),
            Judgement.sourceRow().as(Rejects.SOURCE_ROW)));
    long rows = filled.count();
    if (rows > 0) {
      counts.add(RowFactory.create(Tables.ITEMS, PRICE_FROM_EVENTS, Rejects.MENDED, rows));
    }
  }

  /** Throws, with the account, when no event is kept. */
  void requireEvents(Optional<Instant> cutoff) {
    List<String> sources = sources(Tables.EVENTS);
    if (keptEvents() > 0) {
      return;
    }
    String account =
        counts.stream()
            .filter(
                r -> sources.contains(r.getString(0)) && !r.getString(1).equals(CleanCounts.KEPT))
            .map(r -> String.format(Locale.ROOT, "%s: %s %d", r.get(0), r.get(1), r.getLong(3)))
            .collect(Collectors.joining(", "));
    throw new InputException(
        String.format(
            Locale.ROOT,
            "No event is left after cleaning%s (%s). Mend sources.events, loosen the rules under clean%s.",
            cutoff.map(c -> " and before the cutoff " + c).orElse(""),
            account,
            cutoff.isPresent() ? ", or choose a later cutoff" : ""));
  }

  /** Time of the last kept event; empty when none has a time. */
  Optional<Instant> lastEventAt() {
    return lastEventAt;
  }

  /** Whether the kept events' times put any of them before another. */
  boolean timesTell() {
    return lastEventAt.isPresent() && (keptEvents() == 1 || !lastEventAt.equals(firstEventAt));
  }

  private long keptEvents() {
    List<String> sources = sources(Tables.EVENTS);
    return counts.stream()
        .filter(r -> sources.contains(r.getString(0)) && r.getString(1).equals(CleanCounts.KEPT))
        .mapToLong(r -> r.getLong(3))
        .sum();
  }

  /** All rejects so far. */
  Dataset<Row> rejects() {
    return Rejects.TABLE.conform(rejects.stream().reduce(Dataset::unionByName).orElseThrow());
  }

  /** All counts so far, in order of source, rule and action. */
  Dataset<Row> counts(SparkSession spark) {
    counts.sort(
        Comparator.comparing((Row r) -> r.getString(0))
            .thenComparing(r -> r.getString(1))
            .thenComparing(r -> r.getString(2)));
    return spark.createDataFrame(counts, CleanCounts.TABLE.schema());
  }

  /** Spark gives either class, as {@code spark.sql.datetime.java8API.enabled} says. */
  static Instant instant(Object timestamp) {
    return timestamp instanceof java.sql.Timestamp old ? old.toInstant() : (Instant) timestamp;
  }

  private List<String> sources(String table) {
    return table.equals(Tables.EVENTS)
        ? configuration.sources().events().stream().map(s -> s.named(Tables.EVENTS).name()).toList()
        : List.of(table);
  }

  private static Row figure(String source, String name, long rows) {
    return RowFactory.create(source, name, name, rows);
  }
}
