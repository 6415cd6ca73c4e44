package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Table of the objective after each alternation: {@code alternation} from 1, {@code loss}. */
final class Losses {
  /** The table's name. */
  static final String TABLE = "losses";

  private static final String ALTERNATION = "alternation";
  private static final String LOSS = "loss";
  private static final StructType SCHEMA =
      new StructType()
          .add(ALTERNATION, DataTypes.IntegerType, false)
          .add(LOSS, DataTypes.DoubleType, false);

  private Losses() {}

  /** The losses as a table. */
  static Dataset<Row> table(SparkSession spark, List<Double> losses) {
    List<Row> rows =
        IntStream.range(0, losses.size())
            .mapToObj(at -> RowFactory.create(at + 1, losses.get(at)))
            .toList();
    return spark.createDataFrame(rows, SCHEMA);
  }

  /** The losses of a table, in order. */
  static List<Double> of(Dataset<Row> table) {
    return table.orderBy(col(ALTERNATION)).select(col(LOSS)).collectAsList().stream()
        .map(row -> row.getDouble(0))
        .toList();
  }
}
