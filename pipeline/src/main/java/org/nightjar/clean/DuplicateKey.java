package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.CleanSettings.Keep;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.Attributes;

/**
 * Of the rows that share a key, keeps one. Content alone decides which, in a total order: what
 * {@code keep} asks for, then the most columns filled, then the smallest values column by column
 * (null last), then the source row as text. Rows whose key has a null are not compared.
 *
 * @param key the key columns
 * @param content the other canonical columns
 * @param latest a time column whose latest value wins before anything else, or null
 */
record DuplicateKey(List<String> key, List<String> content, Keep keep, String latest)
    implements Rule {
  static final String NAME = "duplicate-key";
  private static final String PLACE = "_place";
  private static final String FREQUENCY = "_frequency";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column complete = key.stream().map(k -> col(k).isNotNull()).reduce(lit(true), Column::and);
    // Without the last column, all rows without a key would meet in one task.
    Column apart = when(complete.unary_$bang(), xxhash64(Judgement.sortableRow()));
    Column[] shared =
        Stream.concat(key.stream().map(k -> col(k)), Stream.of(apart)).toArray(Column[]::new);
    Dataset<Row> rows = judged;
    if (keep == Keep.MOST_FREQUENT) {
      Column[] equal =
          Stream.concat(Stream.of(shared), content.stream().map(c -> col(c)))
              .toArray(Column[]::new);
      rows = rows.withColumn(FREQUENCY, count(lit(1)).over(Judgement.among(equal)));
    }
    Column place =
        row_number().over(Judgement.among(shared).orderBy(order().toArray(Column[]::new)));
    String shown = String.join(" and ", key.stream().map(Attributes::name).toList());
    Column detail = lit("same " + shown + " as a row that stays");
    return Judgement.drop(
            rows.withColumn(PLACE, place), NAME, complete.and(col(PLACE).gt(1)), detail)
        .drop(PLACE, FREQUENCY);
  }

  private List<Column> order() {
    List<Column> order = new ArrayList<>();
    if (latest != null) {
      order.add(col(latest).desc_nulls_last());
    }
    if (keep == Keep.MOST_FREQUENT) {
      order.add(col(FREQUENCY).desc());
    }
    if (keep == Keep.MOST_FREQUENT || keep == Keep.MOST_COMPLETE) {
      order.add(
          content.stream()
              .map(c -> when(col(c).isNotNull(), lit(1)).otherwise(lit(0)))
              .reduce(lit(0), Column::plus)
              .desc());
    }
    content.forEach(
        c -> order.add(keep == Keep.LAST ? col(c).desc_nulls_last() : col(c).asc_nulls_last()));
    order.add(Judgement.sortableRow().asc());
    order.add(col(Ingested.SOURCE).asc());
    return order;
  }
}
