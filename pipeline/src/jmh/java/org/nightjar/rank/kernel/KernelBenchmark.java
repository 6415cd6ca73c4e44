package org.nightjar.rank.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.nightjar.rank.kernel.FloatKernel.Rows;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The top-N scan of a block of users, and the two products of {@link FloatKernel} that it and
 * training are made of, by rank and kernel. The counter {@code gigaflops} is per second, two per
 * multiply-add.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class KernelBenchmark {
  private static final int ITEMS = 20_000;
  private static final int EXCLUDED = 100;
  private static final int LENGTH = 10;
  private static final int RATINGS = 256;

  /** Factors. */
  @Param({"64", "128"})
  public int rank;

  /** Which {@link FloatKernel}: with explicit vectors, or plain Java. */
  @Param({"fastest", "plain"})
  public String kernel;

  private FloatKernel floats;
  private BlockScan scan;
  private final List<Row> users = new ArrayList<>();
  private final List<int[]> excluded = new ArrayList<>();
  private Rows block;
  private Rows panel;
  private Rows scores;
  private Rows ratings;
  private Rows square;

  /** What was computed. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    /** Two per multiply-add. */
    public double gigaflops;

    /** JMH's iterations begin at 0. */
    @Setup(Level.Iteration)
    public void clear() {
      gigaflops = 0;
    }
  }

  /** Random normal factors, random exclusions. */
  @Setup
  public void fill() {
    Random random = new Random(rank);
    floats = kernel.equals("plain") ? FloatKernel.plain() : FloatKernel.fastest();
    float[][] byItem = new float[ITEMS][];
    for (int item = 0; item < ITEMS; item++) {
      byItem[item] = normal(random, rank);
    }
    for (int user = 0; user < BlockScan.USERS; user++) {
      users.add(RowFactory.create((Object) normal(random, rank)));
      excluded.add(random.ints(EXCLUDED, 0, ITEMS).distinct().sorted().toArray());
    }
    scan =
        new FactorScorer(user -> (float[]) user.get(0), byItem, rank)
            .scan(IntStream.range(0, ITEMS).toArray(), LENGTH, floats);
    block = new Rows(normal(random, rank * BlockScan.USERS), 0, BlockScan.USERS);
    panel = new Rows(normal(random, rank * FactorScorer.PANEL), 0, FactorScorer.PANEL);
    scores = new Rows(new float[BlockScan.USERS * FactorScorer.PANEL], 0, FactorScorer.PANEL);
    int stride = rank + FloatKernel.WIDTH_STEP;
    ratings = new Rows(normal(random, RATINGS * stride), 0, stride);
    square = new Rows(new float[rank * stride], 0, stride);
  }

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int at = 0; at < count; at++) {
      values[at] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Best items of 128 users among 20,000, 100 excluded for each. */
  @Benchmark
  public void scan(Work work, Blackhole sink) {
    scan.begin(users, excluded);
    for (int user = 0; user < users.size(); user++) {
      sink.consume(scan.next());
    }
    work.gigaflops += 2e-9 * rank * BlockScan.USERS * ITEMS;
  }

  /** Scores of 128 users with a panel of items. */
  @Benchmark
  public Rows products(Work work) {
    floats.products(block, panel, rank, scores, BlockScan.USERS, FactorScorer.PANEL);
    work.gigaflops += 2e-9 * rank * BlockScan.USERS * FactorScorer.PANEL;
    return scores;
  }

  /** The symmetric product of a row's 256 ratings; half of it is counted. */
  @Benchmark
  public Rows gram(Work work) {
    floats.gram(ratings, RATINGS, square, rank);
    work.gigaflops += 1e-9 * rank * (rank + 1) * RATINGS;
    return square;
  }
}
