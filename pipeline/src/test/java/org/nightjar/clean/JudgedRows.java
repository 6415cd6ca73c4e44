package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.nightjar.SparkTest;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.Events;
import org.nightjar.table.Rejects;

/** Ingested rows made by hand, and what rules say of them. */
abstract class JudgedRows extends SparkTest {
  private static final String PROBLEMS =
      "array<struct<"
          + Ingested.PROBLEM_COLUMN
          + ":string,"
          + Ingested.PROBLEM_DETAIL
          + ":string>>";

  /**
   * An event: order (names the row in tests), user, item, day of January 2024, quantity, amount.
   */
  static Row event(
      String order, String user, String item, String at, Double quantity, Double amount) {
    return row(user, item, "purchase", time(at), quantity, amount, null, null, order, null);
  }

  static Timestamp time(String at) {
    return at == null
        ? null
        : Timestamp.from(Instant.parse(at.length() == 2 ? "2024-01-" + at + "T00:00:00Z" : at));
  }

  static Dataset<Row> events(Row... rows) {
    return Judgement.begin(ingested("events", Events.TABLE.schema(), rows));
  }

  /** Ingested rows without problems; the source row repeats the row as text. */
  static Dataset<Row> ingested(String source, StructType schema, Row... rows) {
    StructType nullable = new StructType();
    for (var field : schema.fields()) {
      nullable = nullable.add(field.name(), field.dataType(), true);
    }
    Column[] all = new Column[schema.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = col(schema.fieldNames()[i]).cast("string");
    }
    return rows(nullable, rows)
        .withColumn(Ingested.SOURCE, lit(source))
        .withColumn(Ingested.PROBLEMS, org.apache.spark.sql.functions.array().cast(PROBLEMS))
        .withColumn(
            Ingested.UNDECODED, org.apache.spark.sql.functions.array().cast("array<string>"))
        .withColumn(Ingested.MALFORMED, lit(null).cast("string"))
        .withColumn(Ingested.SOURCE_ROW, map(lit("row"), concat_ws(",", all)));
  }

  /**
   * Per row: a naming column, the rule that rejected it (or null), the mends that count, further
   * columns.
   */
  static List<String> verdicts(Dataset<Row> judged, String name, String... further) {
    Column[] out = new Column[3 + further.length];
    out[0] = col(name);
    out[1] = col(Judgement.VERDICT).getField(Rejects.RULE);
    Column mends = transform(col(Judgement.MENDS), m -> m.getField(Rejects.RULE));
    out[2] = when(Judgement.stands(), mends.cast("string")).otherwise(lit("[]"));
    for (int i = 0; i < further.length; i++) {
      out[3 + i] = col(further[i]);
    }
    return sorted(judged.select(out));
  }
}
