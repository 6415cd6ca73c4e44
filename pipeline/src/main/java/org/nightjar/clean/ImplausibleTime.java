package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Attributes;
import org.nightjar.table.Items;

/**
 * Times of users, items and events' attributes that cannot be true: placeholders such as 9999-12-31
 * and 0001-01-01, and numbers read in another unit. The value is emptied, the row kept; but an item
 * whose launch lies beyond the plausible times is not launched, so its launch becomes the end of
 * them. Times of events themselves are {@link OutsideWindow#implausible}.
 *
 * @param columns the time columns
 * @param from first plausible time
 * @param to end of the plausible times, exclusive
 */
record ImplausibleTime(List<String> columns, Instant from, Instant to) implements Rule {
  static final String NAME = "implausible-time";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Dataset<Row> rows = judged;
    for (String column : columns) {
      Column at = col(column);
      Column late = at.geq(lit(to));
      Column value = lit(null).cast("timestamp");
      if (column.equals(Items.LAUNCHED_AT)) {
        value = when(late, lit(to)).otherwise(value);
      }
      rows =
          Judgement.mend(
              rows,
              NAME,
              at.lt(lit(from)).or(late),
              column,
              value,
              concat(
                  lit(Attributes.name(column) + " is "),
                  at.cast("string"),
                  lit(permitted(from, to))));
    }
    return rows;
  }

  /** Ends the detail of a reject. */
  static String permitted(Instant from, Instant to) {
    return ", plausible (clean.plausible) is from " + from + " to " + to;
  }
}
