package org.nightjar.clean;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.nightjar.config.CleanSettings.Returns;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.Events;

/**
 * Returns and cancellations, set against the purchases of the same item by the same user at or
 * before them, the latest first. Purchases wholly returned are dropped ({@link #RETURNED}); of
 * those returned in part, quantity, amount and discount shrink in proportion. The returns
 * themselves are dropped: as {@link #NAME} when some unit was set against a purchase, else as
 * {@link #UNMATCHED}.
 *
 * <p>Taking the latest unsold unit first makes each user-item pair a stack. Its height after the
 * n-th event is B(n) = X(n) − min(0, min X(k), k ≤ n), X being the running sum of units bought less
 * units returned. A purchase that lifts the height from b to b + q keeps the units that later
 * heights never fall below: max(0, min(q, min B(k) − b)), k after the purchase. So running windows
 * do, whatever the length of a history. Units are rounded to six decimals. An event without a
 * quantity counts as one unit; event types other than purchase take no part.
 *
 * @param settings what makes a purchase row a return
 * @param content the canonical columns, for a total order among events of one time
 */
record NettedReturns(Returns settings, List<String> content) implements Rule {
  static final String NAME = "return";
  static final String UNMATCHED = "return-unmatched";
  static final String RETURNED = "returned";

  private static final String PURCHASE = "purchase";
  private static final int DECIMALS = 6;

  private static final String UNITS = "_units";
  private static final String SUM = "_sum";
  private static final String HEIGHT = "_height";
  private static final String BEFORE = "_before";
  private static final String LATER = "_later";
  private static final String POSITION = "_position";
  private static final String LEFT = "_left";

  /** Whether a row is a return; never null. */
  static Column isReturn(Returns settings) {
    Column is = lit(false);
    if (settings.orderPattern() != null) {
      is = is.or(col(Events.ORDER_ID).rlike(NonProduct.whole(List.of(settings.orderPattern()))));
    }
    if (settings.negativeQuantity()) {
      is = is.or(col(Events.QUANTITY).lt(0));
    }
    return coalesce(col(Events.EVENT_TYPE).equalTo(PURCHASE).and(is), lit(false));
  }

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column returns = isReturn(settings);
    Column purchases = col(Events.EVENT_TYPE).equalTo(PURCHASE).and(returns.unary_$bang());
    Column[] pair = {col(Events.USER_ID), col(Events.ITEM_ID)};
    List<Column> order = new ArrayList<>();
    order.add(col(Events.EVENT_AT).asc_nulls_first());
    order.add(when(returns, lit(1)).otherwise(lit(0)).asc());
    content.forEach(c -> order.add(col(c).asc_nulls_first()));
    order.add(col(Ingested.SOURCE).asc());
    order.add(Judgement.sortableRow().asc());
    WindowSpec inTime = Judgement.among(pair).orderBy(order.toArray(Column[]::new));
    WindowSpec soFar = inTime.rowsBetween(Window.unboundedPreceding(), Window.currentRow());
    WindowSpec following =
        Judgement.among(pair)
            .orderBy(col(POSITION).desc())
            .rowsBetween(Window.unboundedPreceding(), -1);

    Column units = coalesce(col(Events.QUANTITY), lit(1.0));
    Dataset<Row> stacked =
        judged
            .withColumn(
                UNITS,
                when(returns, abs(units).unary_$minus())
                    .when(purchases, greatest(units, lit(0.0)))
                    .otherwise(lit(0.0)))
            .withColumn(POSITION, row_number().over(inTime))
            .withColumn(SUM, round(sum(col(UNITS)).over(soFar), DECIMALS))
            .withColumn(
                HEIGHT, round(col(SUM).minus(least(lit(0.0), min(col(SUM)).over(soFar))), DECIMALS))
            .withColumn(BEFORE, lag(col(HEIGHT), 1, 0.0).over(inTime))
            .withColumn(LATER, min(col(HEIGHT)).over(following))
            .withColumn(
                LEFT,
                round(
                    greatest(
                        lit(0.0),
                        least(col(UNITS), coalesce(col(LATER), col(HEIGHT)).minus(col(BEFORE)))),
                    DECIMALS));

    Column taken = round(col(BEFORE).minus(col(HEIGHT)), DECIMALS);
    Dataset<Row> rows =
        Judgement.drop(
            stacked,
            UNMATCHED,
            returns.and(taken.leq(0)),
            lit("a return without an earlier purchase of this item by this user"));
    rows =
        Judgement.drop(
            rows,
            NAME,
            returns,
            concat(
                lit("takes back "),
                taken.cast("string"),
                lit(" of "),
                abs(col(UNITS)).cast("string"),
                lit(" units")));
    Column bought = purchases.and(col(UNITS).gt(0));
    rows = Judgement.drop(rows, RETURNED, bought.and(col(LEFT).leq(0)), lit("wholly returned"));
    Column share = col(LEFT).divide(col(UNITS));
    rows =
        Judgement.mend(
            rows,
            RETURNED,
            bought.and(col(LEFT).gt(0)).and(col(LEFT).lt(round(col(UNITS), DECIMALS))),
            Map.of(
                Events.QUANTITY, col(LEFT),
                Events.AMOUNT, col(Events.AMOUNT).multiply(share),
                Events.DISCOUNT, col(Events.DISCOUNT).multiply(share)),
            concat(
                lit("quantity is "),
                col(UNITS).cast("string"),
                lit(", of which not returned "),
                col(LEFT).cast("string")));
    return rows.drop(UNITS, SUM, HEIGHT, BEFORE, LATER, POSITION, LEFT);
  }
}
