package org.nightjar.features;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.time.Duration;
import java.time.Instant;
import org.apache.spark.sql.Column;
import org.nightjar.Elapsed;
import org.nightjar.table.Events;

/**
 * Column expressions that depend on the cutoff, and sums that do not depend on the order of rows:
 * numbers are added up as whole millionths (money, units) or billionths (decayed weights).
 *
 * @param cutoff the instant that counts as now
 * @param ofUser whether ages are counted from {@link Events#USER_CUTOFF} of the row instead
 */
record AsOf(Instant cutoff, boolean ofUser) {
  private static final double MILLIONTHS = 1e6;
  private static final double BILLIONTHS = 1e9;

  /** Larger amounts of a single event cannot be added up in millionths and count as unknown. */
  private static final double LARGEST = 9e12;

  /** Days from a time to the cutoff; null stays null. */
  Column daysSince(Column at) {
    return ofUser ? Elapsed.daysBetween(at, col(Events.USER_CUTOFF)) : Elapsed.days(at, cutoff);
  }

  /** Whether an event is strictly before the cutoff; one without a time is. */
  Column counts() {
    return col(Events.EVENT_AT).isNull().or(col(Events.EVENT_AT).lt(lit(cutoff)));
  }

  /** 1 for an event within the last days, 0 for an earlier one, null without a time. */
  Column within(int days) {
    Column within =
        ofUser
            ? daysSince(col(Events.EVENT_AT)).leq(lit(days))
            : col(Events.EVENT_AT).geq(lit(cutoff.minus(Duration.ofDays(days))));
    return within.cast("long");
  }

  /** 2^(−age/halfLife) in billionths; 1 without a time. Sums up to 9e9 events. */
  Column decayedBillionths(double halfLifeDays) {
    Column weight = pow(lit(2.0), daysSince(col(Events.EVENT_AT)).divide(lit(-halfLifeDays)));
    return when(col(Events.EVENT_AT).isNull(), lit((long) BILLIONTHS))
        .otherwise(round(weight.multiply(lit(BILLIONTHS))).cast("long"));
  }

  /** The sum of a number in millionths, null if it is always null. */
  static Column sumOfMillionths(Column value) {
    return sum(
        when(abs(value).lt(lit(LARGEST)), round(value.multiply(lit(MILLIONTHS))).cast("long")));
  }

  static Column fromMillionths(Column sum) {
    return sum.divide(lit(MILLIONTHS));
  }

  static Column fromBillionths(Column sum) {
    return sum.divide(lit(BILLIONTHS));
  }

  /** A share, rounded to 1e-9 so that equal data gives equal digits. */
  static Column share(Column part, Column whole) {
    return when(whole.notEqual(lit(0)), round(part.divide(whole), 9));
  }
}
