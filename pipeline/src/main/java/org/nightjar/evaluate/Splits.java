package org.nightjar.evaluate;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.MapType;
import org.nightjar.Elapsed;
import org.nightjar.InputException;
import org.nightjar.config.EvaluationSettings.Split;
import org.nightjar.config.EvaluationSettings.SplitType;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;

/**
 * Divides events into training part and truth. The division depends on the events' content and the
 * seed alone, never on their order or partitions.
 *
 * <ul>
 *   <li>{@code time}: truth = events of the last {@code days} before the cutoff; the training
 *       part's cutoff is so much earlier. Of several windows, each is the truth of a fold that
 *       knows only what was before it.
 *   <li>{@code last-basket}, {@code last-event}: truth = each user's last basket, or event, see
 *       {@link LeaveLastOut}; with several windows also the one before it, and so on, each of a
 *       fold that knows only what was before it.
 *   <li>{@code last-n}: truth = each user's last {@code n} events; who has no more than n has no
 *       training events.
 *   <li>{@code last-share}: truth = the last ⌊share · events⌋ of each user; who has fewer than
 *       1/share events has no truth.
 *   <li>{@code random}, {@code k-fold}: truth by a hash of (seed, user, item), so that repeated
 *       events of a pair stay together; repeat purchases can therefore not be measured on these.
 * </ul>
 *
 * Equal times are ordered by item, then by the remaining columns in turn. {@code last-n}, {@code
 * last-share} and the hashed splits keep the given cutoff.
 */
public final class Splits {
  private static final String PLACE = "place_from_last";
  private static final String EVENT_COUNT = "event_count";
  private static final String TIMED_COUNT = "timed_count";
  private static final String TRUTH_COUNT = "truth_count";
  private static final String TRAIN_COUNT = "train_count";
  private static final String MOST_COUNT = "most_count";
  private static final String FIRST_AT = "first_at";
  private static final String LAST_AT = "last_at";
  private static final String FIRST_MICROS = "first_micros";
  private static final double MICROS_PER_DAY = 86_400_000_000.0;

  /** Shorter windows than these, about a minute and a half, are not worth advising. */
  private static final double SHORTEST_DAYS = 0.001;

  /** Grain of hashed shares: a share is met to a millionth. */
  private static final long HASH_STEPS = 1_000_000;

  private Splits() {}

  /**
   * The folds of a split: k for {@code k-fold}, one per window for {@code time}, {@code
   * last-basket} and {@code last-event}, the last first, one for the others. A pass over the events
   * checks that every training part and every truth has rows.
   *
   * @param events {@link Events#CLEAN} and context columns, all before the cutoff
   * @throws InputException if there are no events, if times are needed and missing, or if a
   *     training part or a truth would be empty
   */
  public static List<Fold> folds(Dataset<Row> events, Split split, Instant cutoff, long seed) {
    return switch (split.type()) {
      case TIME ->
          IntStream.range(0, split.windows())
              .mapToObj(window -> byTime(events, split, window, cutoff))
              .toList();
      case LAST_BASKET, LAST_EVENT -> LeaveLastOut.folds(events, split, cutoff);
      case LAST_N, LAST_SHARE -> List.of(lastOfEachUser(events, split, cutoff));
      case RANDOM -> {
        Column held = pmod(pairHash(seed), lit(HASH_STEPS)).lt(lit(split.share() * HASH_STEPS));
        requireBothParts(events, split, List.of(held));
        yield List.of(fold(label(split), events, held, cutoff));
      }
      case K_FOLD -> {
        List<Column> held =
            IntStream.range(0, split.folds())
                .mapToObj(f -> pmod(pairHash(seed), lit((long) split.folds())).equalTo(lit(f)))
                .toList();
        requireBothParts(events, split, held);
        yield IntStream.range(0, split.folds())
            .mapToObj(f -> fold("fold-" + (f + 1), events, held.get(f), cutoff))
            .toList();
      }
    };
  }

  /**
   * @param window number of the window, from 0, the last
   */
  private static Fold byTime(Dataset<Row> events, Split split, int window, Instant cutoff) {
    Instant end = before(cutoff, split, window);
    Instant trainCutoff = before(cutoff, split, window + 1);
    Column early = col(Events.EVENT_AT).lt(lit(trainCutoff));
    Column held = col(Events.EVENT_AT).geq(lit(trainCutoff)).and(col(Events.EVENT_AT).lt(lit(end)));
    Row found =
        events
            .agg(
                count(lit(1)).as(EVENT_COUNT),
                count(col(Events.EVENT_AT)).as(TIMED_COUNT),
                count(when(held, 1)).as(TRUTH_COUNT),
                count(when(early, 1)).as(TRAIN_COUNT),
                min(col(Events.EVENT_AT)).cast("string").as(FIRST_AT),
                unix_micros(min(col(Events.EVENT_AT))).as(FIRST_MICROS),
                max(col(Events.EVENT_AT)).cast("string").as(LAST_AT))
            .first();
    requireEvents(found.getAs(EVENT_COUNT));
    if (found.<Long>getAs(TIMED_COUNT) == 0) {
      throw timesMissing(split);
    }
    String place =
        String.format(
            Locale.ROOT,
            "(evaluation.split: window %d of %d, of %s days each, before the cutoff %s)",
            window + 1,
            split.windows(),
            split.days(),
            cutoff);
    if (found.<Long>getAs(TRUTH_COUNT) == 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "Cannot split by time: no event is from %s to %s %s; the last one is at %s UTC. Give an"
                  + " earlier cutoff or --as-of, or raise evaluation.split.days.",
              trainCutoff,
              end,
              place,
              found.getAs(LAST_AT)));
    }
    if (found.<Long>getAs(TRAIN_COUNT) == 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "Cannot split by time: no event is before %s %s; the first one is at %s UTC. %s",
              trainCutoff,
              place,
              found.getAs(FIRST_AT),
              remedy(split, found.getAs(FIRST_MICROS), cutoff)));
    }
    return new Fold(
        windowName(split, window), events.filter(early), pairs(events.filter(held)), trainCutoff);
  }

  /** How few days would do; where none would, another split. */
  private static String remedy(Split split, long firstMicros, Instant cutoff) {
    double days = (Elapsed.micros(cutoff) - firstMicros) / MICROS_PER_DAY;
    double most = Math.floor(days / split.windows() * 1000) / 1000;
    return most < SHORTEST_DAYS
        ? "All events are within moments before the cutoff, so no number of days can help: set"
            + " evaluation.split.type to random or k-fold."
        : String.format(
            Locale.ROOT,
            "Lower evaluation.split.days or evaluation.split.windows: with %d window%s the days must"
                + " be less than %s.",
            split.windows(),
            split.windows() == 1 ? "" : "s",
            most);
  }

  /** Name of the fold of a window, from 0, the last. */
  static String windowName(Split split, int window) {
    return window == 0 ? label(split) : label(split) + "-" + (window + 1);
  }

  private static Instant before(Instant cutoff, Split split, int windows) {
    return cutoff.minus(Duration.ofMillis(Math.round(split.days() * windows * 86_400_000L)));
  }

  private static Fold lastOfEachUser(Dataset<Row> events, Split split, Instant cutoff) {
    boolean byShare = split.type() == SplitType.LAST_SHARE;
    // The small term makes 0.29 · 100 events 29, not 28.
    Column share = floor(col(EVENT_COUNT).multiply(lit(split.share())).plus(lit(1e-9)));
    Row found =
        events
            .groupBy(col(Events.USER))
            .agg(count(lit(1)).as(EVENT_COUNT), count(col(Events.EVENT_AT)).as(TIMED_COUNT))
            .agg(
                coalesce(sum(col(EVENT_COUNT)), lit(0L)).as(EVENT_COUNT),
                coalesce(sum(col(TIMED_COUNT)), lit(0L)).as(TIMED_COUNT),
                max(col(EVENT_COUNT)).as(MOST_COUNT))
            .first();
    requireEvents(found.getAs(EVENT_COUNT));
    if (found.<Long>getAs(TIMED_COUNT) == 0) {
      throw timesMissing(split);
    }
    long mostOfOneUser = found.getAs(MOST_COUNT);
    if (byShare && Math.floor(mostOfOneUser * split.share() + 1e-9) < 1) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "Cannot split off each user's last events: evaluation.split.share is %s but no user has"
                  + " more than %d events, so that the truth is empty. Raise evaluation.split.share or"
                  + " choose another evaluation.split.type.",
              split.share(),
              mostOfOneUser));
    }
    if (!byShare && mostOfOneUser <= split.n()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "Cannot split off each user's last events: evaluation.split.n is %d but no user has more"
                  + " than %d events, so that nothing is left to train on. Lower evaluation.split.n.",
              split.n(),
              mostOfOneUser));
    }
    WindowSpec ofUser = Window.partitionBy(col(Events.USER));
    Dataset<Row> placed =
        events.withColumn(PLACE, row_number().over(ofUser.orderBy(lastFirst(events))));
    if (byShare) {
      placed = placed.withColumn(EVENT_COUNT, count(lit(1)).over(ofUser));
    }
    Column held = col(PLACE).leq(byShare ? share : lit(split.n()));
    return new Fold(
        label(split),
        placed.filter(not(held)).drop(PLACE, EVENT_COUNT),
        pairs(placed.filter(held)),
        cutoff);
  }

  /** Latest first; a total order up to rows that are equal in every column. */
  static Column[] lastFirst(Dataset<Row> events) {
    List<String> leading = List.of(Events.EVENT_AT, Events.ITEM);
    Stream<String> others =
        Arrays.stream(events.schema().fields())
            .filter(f -> !(f.dataType() instanceof MapType))
            .map(f -> f.name())
            .filter(name -> !leading.contains(name) && !name.equals(Events.USER))
            .sorted(Comparator.comparing(Attributes::name));
    return Stream.concat(leading.stream(), others)
        .map(name -> col(name).desc_nulls_last())
        .toArray(Column[]::new);
  }

  private static Fold fold(String name, Dataset<Row> events, Column held, Instant cutoff) {
    return new Fold(name, events.filter(not(held)), pairs(events.filter(held)), cutoff);
  }

  static Dataset<Row> pairs(Dataset<Row> truth) {
    return truth.select(col(Events.USER), col(Events.ITEM)).distinct();
  }

  private static Column pairHash(long seed) {
    return xxhash64(lit(seed), col(Events.USER), col(Events.ITEM));
  }

  private static void requireBothParts(Dataset<Row> events, Split split, List<Column> helds) {
    List<Column> counts = new ArrayList<>();
    for (Column held : helds) {
      counts.add(coalesce(sum(held.cast("long")), lit(0L)));
    }
    Row found = events.agg(count(lit(1)), counts.toArray(Column[]::new)).first();
    long all = found.getLong(0);
    requireEvents(all);
    List<String> problems = new ArrayList<>();
    for (int f = 0; f < helds.size(); f++) {
      long truth = found.getLong(f + 1);
      if (truth == 0 || truth == all) {
        problems.add(
            String.format(
                Locale.ROOT,
                "Cannot split %d events by hash: the %s of part %d of %d is empty (evaluation.split.%s)."
                    + " Use more events, or change evaluation.split.",
                all,
                truth == 0 ? "truth" : "training part",
                f + 1,
                helds.size(),
                split.type() == SplitType.RANDOM
                    ? "share = " + split.share()
                    : "folds = " + split.folds()));
      }
    }
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
  }

  static void requireEvents(long all) {
    if (all == 0) {
      throw new InputException(
          "Cannot split for evaluation: there is no event before the cutoff. Check sources.events and"
              + " cutoff.");
    }
  }

  static InputException timesMissing(Split split) {
    return new InputException(
        String.format(
            Locale.ROOT,
            "Cannot split by '%s': the events have no times. Map sources.events.columns.event_at, or set"
                + " evaluation.split.type to random or k-fold.",
            label(split)));
  }

  /** Name of the split's type, as configured. */
  public static String label(Split split) {
    return split.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
