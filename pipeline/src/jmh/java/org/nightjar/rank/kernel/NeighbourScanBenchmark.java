package org.nightjar.rank.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.table.Neighbours;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import scala.jdk.javaapi.CollectionConverters;

/** The best 100 items for one user by the neighbours (200 each) of the user's 30 items. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class NeighbourScanBenchmark {
  private static final int NEIGHBOURS = 200;
  private static final int HISTORY = 30;
  private static final int LENGTH = 100;
  private static final StructType STRUCT =
      new StructType()
          .add("items", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("weights", DataTypes.createArrayType(DataTypes.FloatType));
  private static final StructType USER = new StructType().add("history", STRUCT);

  /** Catalogue. */
  @Param({"20000", "100000"})
  public int items;

  private BlockScan scan;
  private final List<Row> users = new ArrayList<>();
  private final List<int[]> excluded = new ArrayList<>();

  /** Random neighbours and histories; low indexes are popular. */
  @Setup
  public void fill() {
    Random random = new Random(items);
    Stream<Row> rows =
        IntStream.range(0, items)
            .mapToObj(
                item ->
                    new GenericRowWithSchema(
                        new Object[] {
                          item, popular(random, NEIGHBOURS), weights(random, NEIGHBOURS)
                        },
                        Neighbours.TABLE.schema()));
    ItemGraph graph = ItemGraph.of(rows.iterator(), items);
    for (int user = 0; user < BlockScan.USERS; user++) {
      Row history =
          new GenericRowWithSchema(
              new Object[] {popular(random, HISTORY), weights(random, HISTORY)}, STRUCT);
      users.add(new GenericRowWithSchema(new Object[] {history}, USER));
      excluded.add(new int[0]);
    }
    scan =
        new NeighbourScorer(graph, "history", "items", "weights")
            .scan(IntStream.range(0, items).toArray(), LENGTH);
  }

  private Object popular(Random random, int count) {
    return CollectionConverters.asScala(
            random
                .doubles()
                .mapToObj(draw -> (int) (items * draw * draw))
                .distinct()
                .limit(count)
                .toList())
        .toSeq();
  }

  private static Object weights(Random random, int count) {
    return CollectionConverters.asScala(
            random.doubles(count, 0.1, 1).mapToObj(weight -> (float) weight).toList())
        .toSeq();
  }

  /** A block of users, each counted. */
  @Benchmark
  @OperationsPerInvocation(BlockScan.USERS)
  public void best(Blackhole sink) {
    scan.begin(users, excluded);
    for (int user = 0; user < BlockScan.USERS; user++) {
      sink.consume(scan.next());
    }
  }
}
