package org.nightjar.models;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.SparkScope;
import scala.Tuple2;

/**
 * Packed on the driver and broadcast for each half step: one job and no lineage, so a lost executor
 * costs no more than its blocks.
 */
final class PackedFactors implements SideFactors {
  private final SparkSession spark;
  private final Side side;
  private final Side.Places places;
  private final int rank;
  private FactorMatrix matrix;
  private Broadcast<FixedSide> fixed;

  /** Zeros. */
  PackedFactors(SparkSession spark, Side side, int rank) {
    this.spark = spark;
    this.side = side;
    this.places = side.places();
    this.rank = rank;
    this.matrix = FactorMatrix.zeros(side.size(), rank);
  }

  @Override
  public void draw(long seed) {
    matrix = FactorMatrix.random(side.ids(), rank, seed);
  }

  @Override
  public void load(Dataset<Row> table) {
    matrix = FactorMatrix.of(table, side, rank);
  }

  @Override
  public JavaRDD<RatingBlock> askedBy(JavaRDD<RatingBlock> blocks) {
    return blocks;
  }

  @Override
  public JavaRDD<HalfStep.Solved> solve(
      JavaRDD<RatingBlock> blocks, boolean inParts, Objective objective) {
    Broadcast<FixedSide> sent = Broadcasts.of(spark, FixedSide.of(matrix, objective));
    fixed = sent;
    return HalfStep.of(
        blocks, block -> new Tuple2<>(block, sent.value()), inParts, objective, sent);
  }

  @Override
  public void forget() {
    SparkScope.release(fixed);
  }

  @Override
  public boolean haveLineage() {
    return false;
  }

  @Override
  public double take(JavaRDD<HalfStep.Solved> solved) {
    long units = 0;
    for (HalfStep.Solved rows : solved.collect()) {
      for (int row = 0; row < rows.ids().length; row++) {
        int place = places.of(rows.ids()[row]);
        System.arraycopy(rows.factors(), row * rank, matrix.values(), place * rank, rank);
      }
      units += rows.loss();
    }
    return HalfStep.loss(units);
  }

  @Override
  public double penalty(Objective objective, long columns) {
    double penalty = 0;
    for (int place = 0; place < side.size(); place++) {
      penalty += objective.penalty(side.counts()[place], columns) * matrix.square(place);
    }
    return penalty;
  }

  @Override
  public Dataset<Row> table() {
    return matrix.table(spark, side.ids(), side.column());
  }
}
