package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.Items;
import org.nightjar.table.Rejects;

/**
 * Values that did not parse. The value is null already, or false for a flag; the row is dropped, or
 * kept with one mend per value. An item whose availability cannot be read stays, as unavailable:
 * were it dropped, its events would make it an item of unknown availability, which may be
 * recommended.
 *
 * @param drop whether any such value but {@code available} drops the row
 * @param essential columns without which a row is always dropped
 */
record UnparsableValue(boolean drop, List<String> essential) implements Rule {
  static final String NAME = "unparsable";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column problems = col(Ingested.PROBLEMS);
    Column drops =
        drop
            ? exists(problems, p -> p.getField(Ingested.PROBLEM_COLUMN).notEqual(Items.AVAILABLE))
            : exists(problems, p -> p.getField(Ingested.PROBLEM_COLUMN).isin(essential.toArray()));
    Column told =
        transform(
            problems,
            p ->
                struct(
                    concat(
                            p.getField(Ingested.PROBLEM_COLUMN),
                            lit(": "),
                            p.getField(Ingested.PROBLEM_DETAIL))
                        .as(Rejects.DETAIL),
                    p.getField(Ingested.PROBLEM_COLUMN).as(Judgement.COLUMN)));
    Dataset<Row> dropped =
        Judgement.drop(judged, NAME, drops, concat_ws("; ", told.getField(Rejects.DETAIL)));
    return Judgement.note(dropped, NAME, told);
  }
}
