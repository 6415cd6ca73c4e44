package org.nightjar.models;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Half of an alternation: solves for all rows of one side, on Spark, while the other is fixed. Rows
 * in parts are summed up part by part, put together in the order of the parts, and then solved.
 */
final class HalfStep implements Serializable {
  private static final long serialVersionUID = 1;

  /** Rows' parts of the objective are added up in whole multiples of this, hence in any order. */
  private static final double UNIT = 0x1p-20;

  private final Objective objective;
  private final Broadcast<FixedSide> fixed;

  private HalfStep(Objective objective, Broadcast<FixedSide> fixed) {
    this.objective = objective;
    this.fixed = fixed;
  }

  /**
   * Solves for every row of the blocks.
   *
   * @param inParts whether some rows are
   */
  static JavaRDD<Solved> of(
      JavaRDD<RatingBlock> blocks,
      boolean inParts,
      Objective objective,
      Broadcast<FixedSide> fixed) {
    HalfStep step = new HalfStep(objective, fixed);
    JavaRDD<Solved> solved = blocks.map(step::wholeRows);
    if (!inParts) {
      return solved;
    }
    JavaPairRDD<Integer, Iterable<Part>> parts =
        blocks.flatMapToPair(step::parts).groupByKey(blocks.getNumPartitions());
    return solved.union(parts.mapPartitions(step::combined));
  }

  /**
   * Solves for every row of a side and gathers the factors.
   *
   * @param into overwritten, by place
   * @return the objective but for the fixed side's penalty
   */
  static double gather(JavaRDD<Solved> solved, Side side, FactorMatrix into) {
    int rank = into.rank();
    long loss = 0;
    for (Solved rows : solved.collect()) {
      for (int row = 0; row < rows.ids().length; row++) {
        int place = Arrays.binarySearch(side.ids(), rows.ids()[row]);
        System.arraycopy(rows.factors(), row * rank, into.values(), place * rank, rank);
      }
      loss += rows.loss();
    }
    return loss * UNIT;
  }

  private NormalEquations equations() {
    return new NormalEquations(objective, fixed.value());
  }

  private Solved wholeRows(RatingBlock block) {
    NormalEquations equations = equations();
    int[] whole =
        IntStream.range(0, block.rows())
            .filter(row -> block.parts()[row] == RatingBlock.WHOLE)
            .toArray();
    int[] ids = new int[whole.length];
    float[] factors = new float[Math.multiplyExact(whole.length, rank())];
    long loss = 0;
    for (int next = 0; next < whole.length; next++) {
      int row = whole[next];
      ids[next] = block.ids()[row];
      loss +=
          units(
              equations.solve(
                  block.places(),
                  block.values(),
                  block.starts()[row],
                  block.starts()[row + 1],
                  factors,
                  next * rank()));
    }
    return new Solved(ids, factors, loss);
  }

  private Iterator<Tuple2<Integer, Part>> parts(RatingBlock block) {
    NormalEquations equations = equations();
    return IntStream.range(0, block.rows())
        .filter(row -> block.parts()[row] != RatingBlock.WHOLE)
        .mapToObj(
            row ->
                new Tuple2<>(
                    block.ids()[row],
                    new Part(
                        block.parts()[row],
                        equations.sums(
                            block.places(),
                            block.values(),
                            block.starts()[row],
                            block.starts()[row + 1]))))
        .iterator();
  }

  private Iterator<Solved> combined(Iterator<Tuple2<Integer, Iterable<Part>>> rows) {
    NormalEquations equations = equations();
    Iterable<Tuple2<Integer, Iterable<Part>>> once = () -> rows;
    return StreamSupport.stream(once.spliterator(), false)
        .map(
            row -> {
              RowSums sums = new RowSums(rank());
              StreamSupport.stream(row._2.spliterator(), false)
                  .sorted(Comparator.comparingInt(Part::number))
                  .forEachOrdered(part -> sums.add(part.sums()));
              float[] factors = new float[rank()];
              long loss = units(equations.solve(sums, factors, 0));
              return new Solved(new int[] {row._1}, factors, loss);
            })
        .iterator();
  }

  private static long units(double loss) {
    return Math.round(loss / UNIT);
  }

  private int rank() {
    return fixed.value().factors().rank();
  }

  private record Part(int number, RowSums sums) implements Serializable {}

  /** Rows, their factors one after the other, and their part of the objective in units. */
  record Solved(int[] ids, float[] factors, long loss) implements Serializable {}
}
