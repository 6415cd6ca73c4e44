package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.Events;

/**
 * Drops events without a time, of sources that have times. Otherwise they would escape the cutoff.
 *
 * @param sources names of the event sources that map {@code event_at}
 */
record MissingTime(List<String> sources) implements Rule {
  static final String NAME = "missing-time";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column timed = col(Ingested.SOURCE).isin(sources.toArray());
    return Judgement.drop(
        judged, NAME, timed.and(col(Events.EVENT_AT).isNull()), lit(Events.EVENT_AT + " empty"));
  }
}
