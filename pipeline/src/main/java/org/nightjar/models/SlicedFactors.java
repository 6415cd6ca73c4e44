package org.nightjar.models;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.FloatKernel.Rows;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.rank.kernel.TopN;
import scala.Tuple2;

/**
 * In slices of places over the executors' memory and disks, for a side that the driver cannot hold.
 * Each half step sends every block of ratings the factors that it asks for, and solved rows back to
 * their slices. On the driver are ids and counts alone, 8 bytes a row.
 */
final class SlicedFactors implements SideFactors {
  /** Half steps after which the slices' lineage is cut, where Spark has a folder for that. */
  private static final int STEPS_PER_CHECKPOINT = 4;

  private final SparkSession spark;
  private final Side side;
  private final int rank;
  private final int sliceRows;
  private final int slices;
  private final Broadcast<Side> names;
  private JavaRDD<Wanted> wanted;
  private JavaRDD<Slice> current;
  private int steps;

  /**
   * No factors yet.
   *
   * @param sliceRows rows of a slice
   */
  SlicedFactors(SparkSession spark, Side side, int rank, int sliceRows) {
    this.spark = spark;
    this.side = side;
    this.rank = rank;
    this.sliceRows = sliceRows;
    this.slices = Math.max(1, (side.size() + sliceRows - 1) / sliceRows);
    this.names = Broadcasts.of(spark, side);
  }

  /** The rows of one slice, and the loss that came with them. */
  private record Slice(int number, FactorMatrix rows, long loss) implements Serializable {}

  /**
   * Rows of a slice that a block of ratings asks for.
   *
   * @param first where they begin among all that the block asks for
   * @param rows by their number in the slice, ascending
   */
  private record Wanted(int block, int first, int[] rows) implements Serializable {}

  /** Their factors. */
  private record Sent(int first, float[] factors) implements Serializable {}

  /** Solved rows of a slice, by their number in it. */
  private record Part(int[] rows, float[] factors, long loss) implements Serializable {}

  @Override
  public void draw(long seed) {
    Broadcast<Side> known = names;
    int most = sliceRows;
    int factors = rank;
    replace(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(IntStream.range(0, slices).boxed().toList(), slices)
            .map(
                slice ->
                    new Slice(
                        slice,
                        FactorMatrix.random(ids(known.value(), slice, most), factors, seed),
                        0)));
  }

  private static int[] ids(Side side, int slice, int sliceRows) {
    int from = slice * sliceRows;
    return Arrays.copyOfRange(side.ids(), from, Math.min(side.size(), from + sliceRows));
  }

  @Override
  public void load(Dataset<Row> table) {
    take(
        table
            .select(side.column(), FactorModel.FACTORS)
            .javaRDD()
            .map(
                row ->
                    new HalfStep.Solved(
                        new int[] {row.getInt(0)}, TopN.floats(row, FactorModel.FACTORS), 0)));
  }

  /** Places become those among the distinct ones of a block, which {@link #solve} sends along. */
  @Override
  public JavaRDD<RatingBlock> askedBy(JavaRDD<RatingBlock> blocks) {
    int most = sliceRows;
    wanted =
        blocks
            .mapPartitionsWithIndex(
                (number, ofPartition) ->
                    wanted(number, ofPartition.next().distinctPlaces(), most).iterator(),
                true)
            .mapToPair(pair -> pair)
            .partitionBy(new HashPartitioner(slices))
            .values();
    SparkScope.persisted(wanted);
    return blocks.map(RatingBlock::compact);
  }

  private static List<Tuple2<Integer, Wanted>> wanted(int block, int[] places, int sliceRows) {
    List<Tuple2<Integer, Wanted>> wanted = new ArrayList<>();
    int from = 0;
    while (from < places.length) {
      int slice = places[from] / sliceRows;
      int first = slice * sliceRows;
      int to = from;
      while (to < places.length && places[to] - first < sliceRows) {
        to++;
      }
      int[] rows = IntStream.range(from, to).map(at -> places[at] - first).toArray();
      wanted.add(new Tuple2<>(slice, new Wanted(block, from, rows)));
      from = to;
    }
    return wanted;
  }

  @Override
  public JavaRDD<HalfStep.Solved> solve(
      JavaRDD<RatingBlock> blocks, boolean inParts, Objective objective) {
    if (objective.unobservedWeight() > 0) {
      turn();
    }
    Broadcast<FixedSide> common =
        Broadcasts.of(
            spark,
            new FixedSide(
                FactorMatrix.zeros(0, rank), FixedSide.shared(squares(), objective), side.size()));
    JavaRDD<Sent> sent =
        current
            .zipPartitions(wanted, SlicedFactors::send)
            .mapToPair(part -> part)
            .partitionBy(new HashPartitioner(blocks.getNumPartitions()))
            .values();
    return HalfStep.of(
        blocks.zipPartitions(
            sent,
            (block, parts) -> List.of(joined(block.next(), parts, common.value())).iterator()),
        given -> given,
        inParts,
        objective,
        common);
  }

  /** What blocks want of a slice, by block, one after the other: all at once may be too much. */
  private static Iterator<Tuple2<Integer, Sent>> send(
      Iterator<Slice> slices, Iterator<Wanted> wanted) {
    FactorMatrix slice = slices.next().rows();
    int rank = slice.rank();
    Iterable<Wanted> all = () -> wanted;
    return StreamSupport.stream(all.spliterator(), false)
        .map(
            one -> {
              float[] factors = new float[Math.multiplyExact(one.rows().length, rank)];
              for (int row = 0; row < one.rows().length; row++) {
                System.arraycopy(slice.values(), one.rows()[row] * rank, factors, row * rank, rank);
              }
              return new Tuple2<>(one.block(), new Sent(one.first(), factors));
            })
        .iterator();
  }

  /** A block with all that it asked for. */
  private static Tuple2<RatingBlock, FixedSide> joined(
      RatingBlock block, Iterator<Sent> parts, FixedSide common) {
    int rank = common.factors().rank();
    FactorMatrix joined = FactorMatrix.zeros(block.columns(), rank);
    parts.forEachRemaining(
        part ->
            System.arraycopy(
                part.factors(), 0, joined.values(), part.first() * rank, part.factors().length));
    return new Tuple2<>(block, common.with(joined));
  }

  /** Along the principal axes of all slices together. */
  private void turn() {
    RowSums gram = new RowSums(rank);
    bySlice(slice -> slice.rows().gram()).forEach(gram::add);
    PrincipalAxes.of(gram, rank)
        .ifPresent(
            axes -> {
              Broadcast<Rows> by = Broadcasts.of(spark, axes);
              replace(
                  current.map(
                      slice -> {
                        FactorMatrix turned =
                            new FactorMatrix(slice.rows().rank(), slice.rows().values().clone());
                        PrincipalAxes.turn(turned, by.value());
                        return new Slice(slice.number(), turned, 0);
                      }));
            });
  }

  private double[] squares() {
    double[] squares = new double[rank];
    for (double[] ofSlice : bySlice(slice -> slice.rows().squares())) {
      for (int factor = 0; factor < rank; factor++) {
        squares[factor] += ofSlice[factor];
      }
    }
    return squares;
  }

  /** Something of each slice, in order. */
  private <T> List<T> bySlice(SerializableFunction<Slice, T> of) {
    Map<Integer, T> found = new TreeMap<>();
    current
        .map(slice -> new Tuple2<>(slice.number(), of.apply(slice)))
        .collect()
        .forEach(pair -> found.put(pair._1, pair._2));
    return List.copyOf(found.values());
  }

  @FunctionalInterface
  private interface SerializableFunction<A, B> extends Serializable {
    B apply(A argument);
  }

  @Override
  public void forget() {}

  @Override
  public boolean haveLineage() {
    return true;
  }

  @Override
  public double take(JavaRDD<HalfStep.Solved> solved) {
    Broadcast<Side> known = names;
    int most = sliceRows;
    int factors = rank;
    JavaRDD<Slice> taken =
        solved
            .flatMapToPair(rows -> parts(rows, known.value(), most, factors).iterator())
            .partitionBy(new HashPartitioner(slices))
            .values()
            .mapPartitionsWithIndex(
                (number, parts) ->
                    List.of(slice(number, ids(known.value(), number, most).length, parts, factors))
                        .iterator(),
                true);
    if (++steps % STEPS_PER_CHECKPOINT == 0
        && spark.sparkContext().getCheckpointDir().isDefined()) {
      SparkScope.persisted(taken).checkpoint();
    }
    replace(taken);
    return HalfStep.loss(bySlice(Slice::loss).stream().mapToLong(Long::longValue).sum());
  }

  /** Solved rows by slice; the first part carries the loss. */
  private static List<Tuple2<Integer, Part>> parts(
      HalfStep.Solved solved, Side side, int sliceRows, int rank) {
    Map<Integer, List<Integer>> bySlice = new TreeMap<>();
    int[] places = new int[solved.ids().length];
    for (int row = 0; row < places.length; row++) {
      places[row] = Arrays.binarySearch(side.ids(), solved.ids()[row]);
      bySlice.computeIfAbsent(places[row] / sliceRows, any -> new ArrayList<>()).add(row);
    }
    List<Tuple2<Integer, Part>> parts = new ArrayList<>();
    long loss = solved.loss();
    for (Map.Entry<Integer, List<Integer>> slice : bySlice.entrySet()) {
      int[] rows = slice.getValue().stream().mapToInt(Integer::intValue).toArray();
      float[] factors = new float[rows.length * rank];
      for (int at = 0; at < rows.length; at++) {
        System.arraycopy(solved.factors(), rows[at] * rank, factors, at * rank, rank);
        rows[at] = places[rows[at]] - slice.getKey() * sliceRows;
      }
      parts.add(new Tuple2<>(slice.getKey(), new Part(rows, factors, loss)));
      loss = 0;
    }
    return parts;
  }

  private static Slice slice(int number, int rows, Iterator<Part> parts, int rank) {
    FactorMatrix matrix = FactorMatrix.zeros(rows, rank);
    long loss = 0;
    while (parts.hasNext()) {
      Part part = parts.next();
      for (int at = 0; at < part.rows().length; at++) {
        System.arraycopy(part.factors(), at * rank, matrix.values(), part.rows()[at] * rank, rank);
      }
      loss += part.loss();
    }
    return new Slice(number, matrix, loss);
  }

  /** Computes slices and lets go of those before. */
  private void replace(JavaRDD<Slice> slicesNow) {
    JavaRDD<Slice> before = current;
    current = SparkScope.persisted(slicesNow);
    current.count();
    if (before != null) {
      SparkScope.release(before);
    }
  }

  @Override
  public double penalty(Objective objective, long columns) {
    Broadcast<Side> known = names;
    int most = sliceRows;
    return bySlice(
            slice -> {
              double penalty = 0;
              int from = slice.number() * most;
              for (int row = 0; row < slice.rows().rows(); row++) {
                penalty +=
                    objective.penalty(known.value().counts()[from + row], columns)
                        * slice.rows().square(row);
              }
              return penalty;
            })
        .stream()
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  @Override
  public Dataset<Row> table() {
    Broadcast<Side> known = names;
    int most = sliceRows;
    return spark.createDataFrame(
        current.flatMap(
            slice -> {
              int[] ids = ids(known.value(), slice.number(), most);
              return IntStream.range(0, ids.length)
                  .mapToObj(row -> RowFactory.create(ids[row], slice.rows().boxed(row)))
                  .iterator();
            }),
        FactorMatrix.schema(side.column()));
  }
}
