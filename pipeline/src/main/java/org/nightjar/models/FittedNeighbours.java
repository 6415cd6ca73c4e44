package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Require;
import org.nightjar.rank.kernel.BlockScorer;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.ItemGraph;
import org.nightjar.rank.kernel.NeighbourScorer;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Neighbours;
import org.nightjar.table.UserContext;

/**
 * A fitted model of items that speak for items: score(u,i) = Σ_j w_uj · s_ji over what the user has
 * had, from {@link Neighbours} and {@link Histories}. An item does not speak for itself. Users
 * without a history get no proposals.
 *
 * @param graph the neighbours in memory, read when first needed
 * @param weights w_uj, made of the weights of {@link Histories}
 * @param areAlike whether neighbours resemble each other, both ways, rather than lead from one to
 *     the other
 */
record FittedNeighbours(
    Map<String, Dataset<Row>> tables, Once<ItemGraph> graph, Column weights, boolean areAlike)
    implements FittedModel {

  /** What every such model says of its setting. */
  static final String NEIGHBOURS_SETTING =
      "Neighbours kept per item, those that speak most for it, 1 to 1,000; in memory, each takes 8"
          + " bytes.";

  static final String NEIGHBOURS = "neighbours";
  private static final String HISTORIES = "histories";
  private static final int MOST = 1_000;

  /** Checks the setting described by {@link #NEIGHBOURS_SETTING}. */
  static void check(int neighbours) {
    Require.that(
        neighbours >= 1 && neighbours <= MOST,
        "neighbours is %s but must be from 1 to %s",
        neighbours,
        MOST);
  }

  /**
   * The tables, in the order in which they should be written: both may come from the same cached
   * rows.
   *
   * @param neighbours {@link Neighbours#TABLE}
   * @param histories see {@link Histories#of}
   */
  static Map<String, Dataset<Row>> tables(Dataset<Row> neighbours, Dataset<Row> histories) {
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
    tables.put(NEIGHBOURS, neighbours);
    tables.put(HISTORIES, histories);
    return tables;
  }

  /**
   * Computes neighbours from rows that are cached meanwhile, and releases these, also by a failure.
   *
   * @param source from which {@code neighbours} makes them
   * @return the neighbours, cached until they are written
   */
  static Dataset<Row> settled(Dataset<Row> source, UnaryOperator<Dataset<Row>> neighbours) {
    Dataset<Row> cached = SparkScope.persisted(source);
    try {
      Dataset<Row> found = SparkScope.persisted(neighbours.apply(cached));
      try {
        found.count();
      } catch (RuntimeException | Error e) {
        SparkScope.release(found);
        throw e;
      }
      return found;
    } finally {
      SparkScope.release(cached);
    }
  }

  /**
   * The same where the tables come from the cached rows too: they stay until the tables are
   * written, and are released by a failure.
   *
   * @param source see {@link Histories#of}
   */
  static Map<String, Dataset<Row>> ofCached(
      Dataset<Row> source, UnaryOperator<Dataset<Row>> neighbours) {
    Dataset<Row> cached = SparkScope.persisted(source);
    try {
      return tables(neighbours.apply(cached), cached);
    } catch (RuntimeException | Error e) {
      SparkScope.release(cached);
      throw e;
    }
  }

  /** The model of such tables. */
  static FittedNeighbours of(Map<String, Dataset<Row>> tables, int itemCount) {
    return of(tables, itemCount, col(Histories.WEIGHTS), false);
  }

  /** The model of such tables, where neighbours are alike. */
  static FittedNeighbours ofLikes(Map<String, Dataset<Row>> tables, int itemCount) {
    return of(tables, itemCount, col(Histories.WEIGHTS), true);
  }

  /** The model of such tables, with other weights. */
  static FittedNeighbours of(Map<String, Dataset<Row>> tables, int itemCount, Column weights) {
    return of(tables, itemCount, weights, false);
  }

  private static FittedNeighbours of(
      Map<String, Dataset<Row>> tables, int itemCount, Column weights, boolean areAlike) {
    return new FittedNeighbours(
        tables,
        new Once<>(() -> ItemGraph.of(tables.get(NEIGHBOURS).toLocalIterator(), itemCount)),
        weights,
        areAlike);
  }

  @Override
  public Dataset<Row> prepare(Dataset<Row> users, String input) {
    return Histories.attach(
        users, tables.get(HISTORIES).withColumn(Histories.WEIGHTS, weights), input);
  }

  @Override
  public BlockScorer scorer(String input) {
    return new NeighbourScorer(graph.get(), input, Histories.ITEMS, Histories.WEIGHTS);
  }

  @Override
  public Decomposer decomposer(String input) {
    return new HistoryParts(input, graph.get()::similarity);
  }

  @Override
  public Optional<Dataset<Row>> similarItems() {
    return areAlike ? Optional.of(tables.get(NEIGHBOURS)) : Optional.empty();
  }

  @Override
  public Explainer explainer() {
    ItemGraph known = graph.get();
    return (user, item, names) -> {
      int strongest = known.strongest(item, TopN.ints(user, UserContext.HISTORY));
      return strongest < 0 ? "Goes with what you bought" : "Because you bought " + names[strongest];
    };
  }
}
