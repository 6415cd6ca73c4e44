package org.nightjar.ingest;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The sources in canonical columns, one row per source row, nothing dropped. Each table has the
 * columns of its {@code Table} ({@code Users.TABLE}, {@code Items.TABLE}, {@code Events.TABLE};
 * {@code requested} has a user id, {@code denied} a user and an item id), then the declared
 * attributes (text for categorical, ordinal and text ones, double, timestamp), then the columns
 * named below. Any value may be null here, keys included. Row-for-row plans over the sources: write
 * them to Parquet before more than one reader uses them.
 *
 * @param users profiles, or null without that source
 * @param items catalogue, or null without that source
 * @param events all event sources united
 * @param requested who must receive a list, or null without that source
 * @param denied pairs never to recommend, or null without that source
 * @param test held-out pairs to score against, or null without that table
 * @param unseen mapped columns that the first rows of their sources do not have
 */
public record Ingested(
    Dataset<Row> users,
    Dataset<Row> items,
    Dataset<Row> events,
    Dataset<Row> requested,
    Dataset<Row> denied,
    Dataset<Row> test,
    List<UnseenColumn> unseen) {

  /** Tables of which all columns were seen. */
  public Ingested(
      Dataset<Row> users,
      Dataset<Row> items,
      Dataset<Row> events,
      Dataset<Row> requested,
      Dataset<Row> denied,
      Dataset<Row> test) {
    this(users, items, events, requested, denied, test, List.of());
  }

  /** Name of the source: {@code users}, {@code items}, …, or the event source's own name. */
  public static final String SOURCE = "_source";

  /**
   * Values that did not parse: an array of ({@link #PROBLEM_COLUMN}, {@link #PROBLEM_DETAIL}),
   * empty when all did. The column itself is null then.
   */
  public static final String PROBLEMS = "_problems";

  /** Within {@link #PROBLEMS}: the canonical column. */
  public static final String PROBLEM_COLUMN = "column";

  /** Within {@link #PROBLEMS}: what is wrong, with the value. */
  public static final String PROBLEM_DETAIL = "detail";

  /**
   * Columns whose source text holds a replacement character (U+FFFD) that decoding may have made:
   * an array of canonical names, or {@link #LINE} for a line; empty when all bytes were in the
   * source's encoding, and for sources that bring their own. A replacement character that stands in
   * the file cannot be told from one that decoding made.
   */
  public static final String UNDECODED = "_undecoded";

  /** Why the line could not be taken apart at all; null for a sound line. */
  public static final String MALFORMED = "_malformed";

  /**
   * The source columns that the configuration names, as map from name to text; of a malformed line
   * the line itself, under {@link #LINE}.
   */
  public static final String SOURCE_ROW = "_source_row";

  /** Key of a malformed line in {@link #SOURCE_ROW}. */
  public static final String LINE = "line";
}
