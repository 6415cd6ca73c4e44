package org.nightjar.clean;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_intersect;
import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Rejects;
import org.nightjar.table.Users;

/**
 * Texts that are not in the encoding of their source, see {@link Ingested#UNDECODED}. In an id they
 * drop the row: different ids would become one. Elsewhere the row is kept, the text as it was read,
 * with one mend per value.
 */
record UndecodedText() implements Rule {
  static final String NAME = "undecodable";

  private static final List<String> IDS =
      List.of(Users.USER_ID, Items.ITEM_ID, Events.ORDER_ID, Events.SESSION_ID, Ingested.LINE);

  private static final String REMEDY =
      " holds bytes that are not in the encoding the source is read in (shown as U+FFFD); set"
          + " options.encoding of source ";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column undecoded = col(Ingested.UNDECODED);
    Column ids =
        array_intersect(undecoded, array(IDS.stream().map(id -> lit(id)).toArray(Column[]::new)));
    Column source = concat(lit("'"), col(Ingested.SOURCE), lit("'"));
    Dataset<Row> dropped =
        Judgement.drop(
            judged, NAME, size(ids).gt(0), concat(array_join(ids, " and "), lit(REMEDY), source));
    Column told =
        transform(
            undecoded,
            column ->
                struct(
                    concat(column, lit(REMEDY), source).as(Rejects.DETAIL),
                    column.as(Judgement.COLUMN)));
    return Judgement.note(dropped, NAME, told);
  }

  /**
   * One warning per source with such texts.
   *
   * @param counts rows of {@link CleanCounts#TABLE}
   */
  static List<String> warnings(List<Row> counts) {
    List<String> warnings = new ArrayList<>();
    for (Row row : counts) {
      if (row.getAs(CleanCounts.RULE).equals(NAME)) {
        boolean isDropped = row.getAs(CleanCounts.ACTION).equals(Rejects.DROPPED);
        warnings.add(
            String.format(
                Locale.ROOT,
                "Source '%s' holds bytes that are not in the encoding it is read in: %d %s. Set its"
                    + " options.encoding, such as ISO-8859-1, or write it in UTF-8.",
                row.getAs(CleanCounts.SOURCE),
                row.<Long>getAs(CleanCounts.ROWS),
                isDropped
                    ? "rows were dropped, since ids would become one"
                    : "values outside ids were kept with U+FFFD in them"));
      }
    }
    return warnings;
  }
}
