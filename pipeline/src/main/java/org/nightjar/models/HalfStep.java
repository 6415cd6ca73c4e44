package org.nightjar.models;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
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

  /** For rows in parts: without factors. */
  private final Broadcast<FixedSide> common;

  private HalfStep(Objective objective, Broadcast<FixedSide> common) {
    this.objective = objective;
    this.common = common;
  }

  /**
   * Solves for every row of the blocks.
   *
   * @param <B> what blocks come in
   * @param given the ratings of a block, with the factors of the places in them
   * @param inParts whether some rows are
   * @param common what all blocks have in common; its factors are not looked at
   */
  static <B> JavaRDD<Solved> of(
      JavaRDD<B> blocks,
      Function<B, Tuple2<RatingBlock, FixedSide>> given,
      boolean inParts,
      Objective objective,
      Broadcast<FixedSide> common) {
    HalfStep step = new HalfStep(objective, common);
    JavaRDD<Solved> solved = blocks.map(block -> step.wholeRows(given.call(block)));
    if (!inParts) {
      return solved;
    }
    JavaPairRDD<Integer, Iterable<Part>> parts =
        blocks
            .flatMapToPair(block -> step.parts(given.call(block)))
            .groupByKey(blocks.getNumPartitions());
    return solved.union(parts.mapPartitions(step::combined));
  }

  /** The loss of a sum of {@link Solved#loss}. */
  static double loss(long units) {
    return units * UNIT;
  }

  private Solved wholeRows(Tuple2<RatingBlock, FixedSide> given) {
    RatingBlock block = given._1;
    NormalEquations equations = new NormalEquations(objective, given._2);
    int[] whole =
        IntStream.range(0, block.rows())
            .filter(row -> block.parts()[row] == RowParts.WHOLE)
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

  private Iterator<Tuple2<Integer, Part>> parts(Tuple2<RatingBlock, FixedSide> given) {
    RatingBlock block = given._1;
    NormalEquations equations = new NormalEquations(objective, given._2);
    return IntStream.range(0, block.rows())
        .filter(row -> block.parts()[row] != RowParts.WHOLE)
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
    NormalEquations equations = new NormalEquations(objective, common.value());
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
    return common.value().factors().rank();
  }

  private record Part(int number, RowSums sums) implements Serializable {}

  /** Rows, their factors one after the other, and their part of the objective in units. */
  record Solved(int[] ids, float[] factors, long loss) implements Serializable {}
}
