package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rejects rows whose id is not among the known ones.
 *
 * @param name of the rule: {@link #USER} or {@link #ITEM}
 * @param id the id column
 * @param action dropped or quarantined
 * @param known the known ids, each once, in a column of the same name
 */
record UnknownId(String name, String id, String action, Dataset<Row> known) implements Rule {
  static final String USER = "unknown-user";
  static final String ITEM = "unknown-item";
  private static final String KNOWN = "_known";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Dataset<Row> ids = known.select(col(id).as(KNOWN));
    Dataset<Row> matched = judged.join(ids, col(id).equalTo(col(KNOWN)), "left");
    return Judgement.reject(
            matched,
            name,
            action,
            col(KNOWN).isNull(),
            concat(lit(id + " '"), col(id), lit("' is not known")))
        .drop(KNOWN);
  }
}
