package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What cleaning did, in numbers: source, rule, action, rows. Every source has a row {@link #READ}
 * and a row {@link #KEPT}, and for every source kept + dropped + quarantined = read. Mended rows
 * are kept; a row may be mended several times.
 */
public final class CleanCounts {
  /**
   * {@code users}, {@code items}, {@code requested}, {@code denied}, {@code test}, or the event
   * source's name.
   */
  public static final String SOURCE = "source";

  /** Name of the rule in kebab case, or {@link #READ} or {@link #KEPT}. */
  public static final String RULE = Rejects.RULE;

  /**
   * {@link Rejects#DROPPED}, {@link Rejects#MENDED} or {@link Rejects#QUARANTINED}; {@link #READ}
   * and {@link #KEPT} for the rows of that name.
   */
  public static final String ACTION = Rejects.ACTION;

  /** Number of rows; of mends for {@link Rejects#MENDED}. */
  public static final String ROWS = "rows";

  /** Rule and action of the row that tells how many rows the source has. */
  public static final String READ = "read";

  /** Rule and action of the row that tells how many of them were kept. */
  public static final String KEPT = "kept";

  /** The table. */
  public static final Table TABLE =
      new Table(
          "clean_counts",
          new StructType()
              .add(SOURCE, StringType, false)
              .add(RULE, StringType, false)
              .add(ACTION, StringType, false)
              .add(ROWS, LongType, false),
          List.of(SOURCE, RULE, ACTION));

  private CleanCounts() {}
}
