package org.nightjar.models;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One row of an alternation of {@code ials}: equations set up and solved, by rank and ratings. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class NormalEquationsBenchmark {
  private static final int COLUMNS = 20_000;

  /** Factors. */
  @Param({"64", "128"})
  public int rank;

  /** The row's; few of them make a system of their own, see {@link DualEquations}. */
  @Param({"8", "32", "128", "1024"})
  public int ratings;

  private NormalEquations equations;
  private int[] places;
  private float[] values;
  private float[] row;

  /** Random factors and places. */
  @Setup
  public void fill() {
    int[] ids = IntStream.range(0, COLUMNS).toArray();
    Objective objective = new Objective(true, 0.1, 10, 1, false);
    equations =
        new NormalEquations(objective, FixedSide.of(FactorMatrix.random(ids, rank, 1), objective));
    places = new Random(rank).ints(ratings, 0, COLUMNS).sorted().toArray();
    values = new float[ratings];
    Arrays.fill(values, 1);
    row = new float[rank];
  }

  /** Solves for the row. */
  @Benchmark
  public double solve() {
    return equations.solve(places, values, 0, ratings, row, 0);
  }
}
