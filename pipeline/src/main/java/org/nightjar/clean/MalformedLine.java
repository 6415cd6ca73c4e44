package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.ingest.Ingested;

/** Drops lines that could not be taken apart into columns. */
record MalformedLine() implements Rule {
  static final String NAME = "malformed-line";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column why = col(Ingested.MALFORMED);
    return Judgement.drop(judged, NAME, why.isNotNull(), why);
  }
}
