package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Drops rows of which a key column is empty. */
record MissingKey(List<String> keys) implements Rule {
  static final String NAME = "missing-key";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column anyEmpty = keys.stream().map(k -> col(k).isNull()).reduce(lit(false), Column::or);
    Column[] empty = keys.stream().map(k -> when(col(k).isNull(), lit(k))).toArray(Column[]::new);
    return Judgement.drop(judged, NAME, anyEmpty, concat(concat_ws(" and ", empty), lit(" empty")));
  }
}
