package org.nightjar.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;

/**
 * Which values of a row were not in the encoding that its source is read in. Spark puts U+FFFD for
 * such bytes, so that different names become one; looking for it while the row is parsed costs no
 * pass of its own.
 */
final class Undecoded {
  private static final String REPLACEMENT = "\ufffd";

  private Undecoded() {}

  /** {@link Ingested#UNDECODED} over the rows of an opened source. */
  static Column columns(OpenSource open, List<MappedColumn> mapped) {
    List<Column> named = new ArrayList<>();
    if (open.text() != null && open.text().replaces()) {
      for (MappedColumn column : mapped) {
        column.reads().stream()
            .map(name -> MappedColumn.sourceText(open, name).contains(REPLACEMENT))
            .reduce(Column::or)
            .ifPresent(any -> named.add(when(any, lit(column.field().name()))));
      }
    }
    if (open.isJson()) {
      // A line of JSON with such bytes is malformed as a whole.
      named.add(when(col(OpenSource.LINE).contains(REPLACEMENT), lit(Ingested.LINE)));
    }
    return (named.isEmpty() ? array() : array_compact(array(named.toArray(Column[]::new))))
        .cast("array<string>");
  }
}
