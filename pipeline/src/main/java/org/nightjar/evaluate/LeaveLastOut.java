package org.nightjar.evaluate;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.dense_rank;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.nightjar.InputException;
import org.nightjar.config.EvaluationSettings.Split;
import org.nightjar.config.EvaluationSettings.SplitType;
import org.nightjar.table.Events;

/**
 * Splits off each user's last basket, or last event.
 *
 * <p>A basket is the user's rows of one {@code order_id}; of rows without one, those of a UTC day.
 * It lies where its latest row lies; baskets of one time are ordered by their key.
 *
 * <p>In window w, from 0, the w last baskets of every user are not known yet, and the one before
 * them is the truth. The oldest basket of a user is never held out: who has no other one stays in
 * training and is not evaluated. No row is known in a view that is held out there or in a later
 * window. The training part has {@link Events#USER_CUTOFF}, see {@link UserCutoffs}; the fold's
 * cutoff is as far after its last training row as the given cutoff is after the last event.
 */
final class LeaveLastOut {
  private static final String BASKET = "_basket";
  private static final String BASKET_AT = "_basket_at";
  private static final String PLACE = "_place_from_last";
  private static final String PLACES = "_places";

  private final Split split;
  private final Dataset<Row> placed;
  private final String[] columns;

  private LeaveLastOut(Dataset<Row> events, Split split) {
    this.split = split;
    this.columns = events.columns();
    WindowSpec ofUser = Window.partitionBy(col(Events.USER));
    Dataset<Row> ordered =
        split.type() == SplitType.LAST_EVENT
            ? events.withColumn(PLACE, row_number().over(ofUser.orderBy(Splits.lastFirst(events))))
            : byBasket(events)
                .withColumn(
                    PLACE,
                    dense_rank()
                        .over(
                            ofUser.orderBy(
                                col(BASKET_AT).desc_nulls_last(), col(BASKET).desc_nulls_last())));
    this.placed = ordered.withColumn(PLACES, max(col(PLACE)).over(ofUser));
  }

  private static Dataset<Row> byBasket(Dataset<Row> events) {
    Column basket =
        coalesce(
            concat(lit("order "), col(Events.ORDER_ID)),
            concat(lit("day "), to_date(col(Events.EVENT_AT)).cast("string")));
    return events
        .withColumn(BASKET, basket)
        .withColumn(
            BASKET_AT,
            max(col(Events.EVENT_AT)).over(Window.partitionBy(col(Events.USER), col(BASKET))));
  }

  /**
   * One fold per window, the last first.
   *
   * @throws InputException if there are no events, no times, or no user for one of the windows
   */
  static List<Fold> folds(Dataset<Row> events, Split split, Instant cutoff) {
    return new LeaveLastOut(events, split).folds(cutoff);
  }

  private List<Fold> folds(Instant cutoff) {
    List<Column> figures = new ArrayList<>();
    figures.add(count(col(Events.EVENT_AT)));
    figures.add(unix_micros(max(col(Events.EVENT_AT))));
    for (int window = 0; window < split.windows(); window++) {
      figures.add(count(when(isTruth(window), 1)));
      figures.add(unix_micros(max(when(isTraining(window), col(Events.EVENT_AT)))));
    }
    Row found = placed.agg(count(lit(1)), figures.toArray(Column[]::new)).first();
    Splits.requireEvents(found.getLong(0));
    if (found.getLong(1) == 0) {
      throw Splits.timesMissing(split);
    }
    for (int window = 0; window < split.windows(); window++) {
      if (found.getLong(3 + 2 * window) == 0) {
        throw tooFew(window);
      }
    }
    return IntStream.range(0, split.windows())
        .mapToObj(
            window -> {
              // Null where no training row has a time: nothing is older than the cutoff then.
              long earlier =
                  found.isNullAt(4 + 2 * window)
                      ? 0
                      : found.getLong(2) - found.getLong(4 + 2 * window);
              return new Fold(
                  Splits.windowName(split, window),
                  UserCutoffs.attach(placed.where(isTraining(window)).select(own())),
                  Splits.pairs(placed.where(isTruth(window))),
                  cutoff.minus(earlier, ChronoUnit.MICROS));
            })
        .toList();
  }

  private Column[] own() {
    return List.of(columns).stream().map(name -> col(name)).toArray(Column[]::new);
  }

  /** How many of a user's last places are unknown in a window, its truth included. */
  private static Column unknown(int window) {
    return least(lit(window + 1), col(PLACES).minus(1));
  }

  private static Column isTraining(int window) {
    return col(PLACE).gt(unknown(window));
  }

  private static Column isTruth(int window) {
    return col(PLACE).equalTo(window + 1).and(col(PLACES).gt(window + 1));
  }

  private InputException tooFew(int window) {
    String what = split.type() == SplitType.LAST_EVENT ? "events" : "baskets";
    return new InputException(
        String.format(
            Locale.ROOT,
            "Cannot split off each user's last %s: for window %d of %d (evaluation.split.windows) a"
                + " user needs %d %s, and none has so many. %s",
            what.substring(0, what.length() - 1),
            window + 1,
            split.windows(),
            window + 2,
            what,
            window > 0
                ? "Lower evaluation.split.windows."
                : "Set evaluation.split.type to time, random or k-fold."));
  }
}
