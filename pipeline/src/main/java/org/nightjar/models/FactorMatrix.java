package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.rank.kernel.Broadcasts;

/**
 * The factors of all users or of all items in one array, {@code rank} after {@code rank}.
 *
 * @param values not copied
 */
record FactorMatrix(int rank, float[] values) implements Serializable {
  /** Rows per task of {@link #gram}; their sums are added up in order. */
  private static final int CHUNK = 1 << 11;

  private static final double UNIT = 0x1p-53;

  /** No factors yet. */
  static FactorMatrix zeros(int rows, int rank) {
    return new FactorMatrix(rank, new float[Math.multiplyExact(rows, rank)]);
  }

  /**
   * Random rows of mean length 1: each factor is drawn evenly from −√(3/rank) to √(3/rank) by a
   * hash of seed, id and its number, so that a row depends on nothing else.
   */
  static FactorMatrix random(int[] ids, int rank, long seed) {
    FactorMatrix matrix = zeros(ids.length, rank);
    double width = Math.sqrt(3.0 / rank);
    IntStream.range(0, ids.length)
        .parallel()
        .forEach(
            row -> {
              long start = mixed(seed ^ mixed(ids[row]));
              for (int factor = 0; factor < rank; factor++) {
                double draw = (mixed(start + factor) >>> 11) * UNIT;
                matrix.values[row * rank + factor] = (float) ((2 * draw - 1) * width);
              }
            });
    return matrix;
  }

  /**
   * The rows of a {@link #table}, on the driver; rows that it lacks are zero.
   *
   * @param side whose ids they are
   */
  static FactorMatrix of(Dataset<Row> table, Side side, int rank) {
    FactorMatrix matrix = zeros(side.size(), rank);
    Side.Places places = side.places();
    Iterator<Row> rows =
        table.select(col(side.column()), col(FactorModel.FACTORS)).toLocalIterator();
    while (rows.hasNext()) {
      Row row = rows.next();
      List<Float> factors = row.getList(1);
      int start = places.of(row.getInt(0)) * rank;
      for (int factor = 0; factor < rank; factor++) {
        matrix.values[start + factor] = factors.get(factor);
      }
    }
    return matrix;
  }

  /** SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mixed(long value) {
    long mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  int rows() {
    return values.length / rank;
  }

  /** |row|². */
  double square(int row) {
    double square = 0;
    for (int at = row * rank; at < (row + 1) * rank; at++) {
      square += (double) values[at] * values[at];
    }
    return square;
  }

  /** Σ over all rows of y², factor by factor. */
  double[] squares() {
    double[] squares = new double[rank];
    for (int row = 0; row < rows(); row++) {
      for (int factor = 0; factor < rank; factor++) {
        double value = values[row * rank + factor];
        squares[factor] += value * value;
      }
    }
    return squares;
  }

  /** Σ over all rows of y·yᵀ, on the cores of this machine, the same whatever their number. */
  RowSums gram() {
    FixedSide all = FixedSide.forSums(this);
    List<RowSums> chunks =
        IntStream.range(0, (rows() + CHUNK - 1) / CHUNK)
            .parallel()
            .mapToObj(
                chunk -> {
                  int[] places =
                      IntStream.range(chunk * CHUNK, Math.min(rows(), (chunk + 1) * CHUNK))
                          .toArray();
                  float[] ones = new float[places.length];
                  Arrays.fill(ones, 1f);
                  return new NormalEquations(Objective.UNIT, all)
                      .sums(places, ones, 0, places.length);
                })
            .toList();
    RowSums gram = new RowSums(rank);
    chunks.forEach(gram::add);
    return gram;
  }

  /**
   * The rows as a table of an id column and {@link FactorModel#FACTORS}, ascending by id. They are
   * broadcast, since both they and who writes them are on the driver.
   *
   * @param ids of the rows, ascending
   */
  Dataset<Row> table(SparkSession spark, int[] ids, String idColumn) {
    Broadcast<FactorMatrix> matrix = Broadcasts.of(spark, this);
    Broadcast<int[]> names = Broadcasts.of(spark, ids);
    MapFunction<Long, Row> row =
        place ->
            RowFactory.create(
                names.value()[place.intValue()], matrix.value().boxed(place.intValue()));
    return spark.range(ids.length).map(row, Encoders.row(schema(idColumn)));
  }

  /** Columns of {@link #table}. */
  static StructType schema(String idColumn) {
    return new StructType()
        .add(idColumn, DataTypes.IntegerType, false)
        .add(FactorModel.FACTORS, DataTypes.createArrayType(DataTypes.FloatType, false), false);
  }

  /** A row as a table holds it. */
  Float[] boxed(int row) {
    Float[] boxed = new Float[rank];
    for (int factor = 0; factor < rank; factor++) {
      boxed[factor] = values[row * rank + factor];
    }
    return boxed;
  }
}
