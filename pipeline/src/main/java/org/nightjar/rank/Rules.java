package org.nightjar.rank;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.nightjar.Elapsed;
import org.nightjar.config.RankSettings;
import org.nightjar.table.Candidates;
import org.nightjar.table.Events;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;

/**
 * The business rules, in one place: what nobody may get (unavailable or not yet launched), what one
 * user may not get (denied, bought before). Models leave both out while scanning, fallbacks
 * included, and the release is checked against the same tables before it is published.
 */
public final class Rules {
  /** Ascending distinct item indexes that a user must not get. */
  public static final String EXCLUDED = Candidates.EXCLUDED;

  /** Share of a user's purchases that were repeats, 0 to 1. */
  public static final String REPEAT_SHARE = "share_repeated";

  private static final String PURCHASES = "purchases";
  private static final double NEVER_AGAIN_DAYS = Double.POSITIVE_INFINITY;

  private Rules() {}

  /**
   * Pairs that must not be recommended: {@code user}, {@code item}, distinct.
   *
   * @param events cleaned events before the cutoff; a user's days count from {@link
   *     Events#USER_CUTOFF} where they have it
   * @param traits {@link ItemTraits#TABLE}
   * @param denied {@code user}, {@code item}; empty when there is no deny list
   */
  public static Dataset<Row> forbidden(
      Dataset<Row> events,
      Dataset<Row> traits,
      Optional<Dataset<Row>> denied,
      RankSettings settings,
      Instant cutoff) {
    RankSettings.Repeats repeats = settings.repeat();
    Column days =
        lit(
            switch (repeats.policy()) {
              case ALLOW, ONLY, MIXED -> 0.0;
              case EXCLUDE -> NEVER_AGAIN_DAYS;
              case COOL_DOWN -> (double) repeats.coolDownDays();
            });
    for (Map.Entry<String, Integer> category : repeats.coolDownDaysByCategory().entrySet()) {
      days =
          when(
                  col(ItemTraits.CATEGORY).equalTo(category.getKey()),
                  lit((double) category.getValue()))
              .otherwise(days);
    }
    Column ageDays = coalesce(Events.ageDays(events, cutoff), lit(0.0));
    Dataset<Row> bought =
        events
            .where(col(Events.EVENT_TYPE).isin(repeats.eventTypes().toArray()))
            .join(traits, Events.ITEM)
            .where(days.gt(0).and(ageDays.leq(days)))
            .select(Events.USER, Events.ITEM);
    Dataset<Row> forbidden =
        switch (repeats.policy()) {
          case ALLOW, ONLY, MIXED ->
              repeats.coolDownDaysByCategory().isEmpty() ? bought.limit(0) : bought;
          case EXCLUDE, COOL_DOWN -> bought;
        };
    return denied
        .map(pairs -> forbidden.union(pairs.select(Events.USER, Events.ITEM)))
        .orElse(forbidden)
        .distinct();
  }

  /**
   * One row per user with forbidden items: {@code user}, {@link #EXCLUDED}.
   *
   * @param forbidden see {@link #forbidden}
   */
  public static Dataset<Row> excludedPerUser(Dataset<Row> forbidden) {
    return forbidden
        .groupBy(Events.USER)
        .agg(sort_array(collect_set(col(Events.ITEM))).as(EXCLUDED));
  }

  /**
   * What each user has bought: {@code user}, {@link Candidates#BOUGHT}, and {@link #REPEAT_SHARE},
   * the share of the user's purchases that were of something bought before.
   *
   * @param events cleaned events before the cutoff
   */
  public static Dataset<Row> bought(Dataset<Row> events, RankSettings.Repeats repeats) {
    return events
        .where(col(Events.EVENT_TYPE).isin(repeats.eventTypes().toArray()))
        .groupBy(Events.USER)
        .agg(
            sort_array(collect_set(col(Events.ITEM))).as(Candidates.BOUGHT),
            count(lit(1)).as(PURCHASES))
        .select(
            col(Events.USER),
            col(Candidates.BOUGHT),
            lit(1).minus(size(col(Candidates.BOUGHT)).divide(col(PURCHASES))).as(REPEAT_SHARE));
  }

  /**
   * Items that hardly anybody has bought: at most so many events before the cutoff.
   *
   * @param items cleaned items
   * @param events cleaned events before the cutoff
   */
  public static Dataset<Row> newItems(Dataset<Row> items, Dataset<Row> events, int maxEvents) {
    Dataset<Row> known =
        events
            .groupBy(Events.ITEM)
            .agg(count(lit(1)).as(PURCHASES))
            .where(col(PURCHASES).gt(maxEvents));
    return items.select(Items.ITEM).join(known, asColumns(Items.ITEM), "left_anti");
  }

  private static String[] asColumns(String name) {
    return new String[] {name};
  }

  /**
   * Items that may be recommended at all: available or of unknown availability, launched before the
   * cutoff.
   *
   * @param items cleaned items
   */
  public static Dataset<Row> eligible(Dataset<Row> items, Instant cutoff) {
    return items.where(available()).where(launchedBefore(cutoff)).select(Items.ITEM);
  }

  /** Of cleaned items: available, or of unknown availability. Never null. */
  public static Column available() {
    return coalesce(col(Items.AVAILABLE), lit(true));
  }

  /** Of cleaned items: launched before the cutoff, or at an unknown time. Never null. */
  public static Column launchedBefore(Instant cutoff) {
    return coalesce(unix_micros(col(Items.LAUNCHED_AT)).lt(lit(Elapsed.micros(cutoff))), lit(true));
  }

  /** Item indexes as a bit set: catalogue-sized. */
  public static BitSet bits(Dataset<Row> items) {
    BitSet bits = new BitSet();
    for (Row row : items.select(Items.ITEM).collectAsList()) {
      bits.set(row.getInt(0));
    }
    return bits;
  }

  /** Which of some hashed parts a user belongs to, from 0; for cross-fitting. */
  public static Column part(long seed, int parts) {
    return abs(functions.xxhash64(lit(seed), col(Events.USER)).mod(lit((long) parts))).cast("int");
  }
}
