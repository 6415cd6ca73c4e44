package org.nightjar.models;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The factors of one side while it is trained, by place, wherever they lie: {@link PackedFactors},
 * {@link SlicedFactors}.
 */
interface SideFactors {

  /** Random ones, see {@link FactorMatrix#random}. */
  void draw(long seed);

  /** Those of a {@link #table}. */
  void load(Dataset<Row> table);

  /**
   * The other side's ratings, as {@link #solve} wants them. To be called once.
   *
   * @param blocks see {@link RatingBlock#of}
   */
  JavaRDD<RatingBlock> askedBy(JavaRDD<RatingBlock> blocks);

  /**
   * The other side's rows, solved against these factors, which are turned before if pairs without
   * events count. Not computed yet; the loss is the objective but for this side's penalty.
   *
   * @param blocks made by {@link #askedBy}
   * @param inParts whether some rows are
   */
  JavaRDD<HalfStep.Solved> solve(JavaRDD<RatingBlock> blocks, boolean inParts, Objective objective);

  /** Lets go of what {@link #solve} sent, once nothing can come back to it. */
  void forget();

  /** Whether what was taken may have to be solved anew, when an executor is lost. */
  boolean haveLineage();

  /**
   * Takes solved rows of this side in the place of its factors.
   *
   * @return their loss
   */
  double take(JavaRDD<HalfStep.Solved> solved);

  /**
   * Σ λ_row·|row|².
   *
   * @param columns rows of the other side
   */
  double penalty(Objective objective, long columns);

  /** An id column and {@link FactorModel#FACTORS}. */
  Dataset<Row> table();
}
