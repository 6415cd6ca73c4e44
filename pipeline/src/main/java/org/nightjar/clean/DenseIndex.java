package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Numbers ids densely, without collecting them. */
final class DenseIndex {
  private DenseIndex() {}

  /**
   * The rows with a further int column: the position of their id among all ids in ascending order
   * (by UTF-8 bytes), from 0. Runs one job to count rows per partition.
   *
   * @param ids rows whose {@code id} column is unique and never null
   */
  static Dataset<Row> of(Dataset<Row> ids, String id, String index) {
    StructType schema = ids.schema().add(index, DataTypes.IntegerType, false);
    JavaRDD<Row> numbered =
        ids.sort(col(id))
            .toJavaRDD()
            .zipWithIndex()
            .map(entry -> append(entry._1(), Math.toIntExact(entry._2())));
    return ids.sparkSession().createDataFrame(numbered, schema);
  }

  private static Row append(Row row, int index) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = index;
    return RowFactory.create(values);
  }
}
