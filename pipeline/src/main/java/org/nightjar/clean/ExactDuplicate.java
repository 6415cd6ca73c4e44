package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.ingest.Ingested;

/**
 * Of the rows of one source that are equal in every canonical column, null equal to null, keeps
 * one.
 *
 * @param content the canonical columns, those with many values first
 */
record ExactDuplicate(List<String> content) implements Rule {
  static final String NAME = "exact-duplicate";
  private static final String PLACE = "_place";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column[] shared =
        Stream.concat(content.stream(), Stream.of(Ingested.SOURCE))
            .map(c -> col(c))
            .toArray(Column[]::new);
    Column place = row_number().over(Judgement.among(shared).orderBy(Judgement.sortableRow()));
    Dataset<Row> numbered = judged.withColumn(PLACE, place);
    return Judgement.drop(
            numbered, NAME, col(PLACE).gt(1), lit("equal to another row in every mapped column"))
        .drop(PLACE);
  }
}
