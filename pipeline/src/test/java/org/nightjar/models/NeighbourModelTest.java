package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nightjar.table.Events;
import org.nightjar.table.Neighbours;

/**
 * What holds for every model of neighbours, on events drawn once: 40 users, 14 items, purchases and
 * views of the last 40 days. Each model states its formula anew in plain Java.
 */
abstract class NeighbourModelTest extends ModelTest {
  static final int USERS = 40;
  static final int ITEMS = 14;
  static final int LARGEST_HISTORY = 6;
  static final int PER_ITEM = 4;
  static final double HALF_LIFE_DAYS = 10;
  static final Map<String, Double> TYPE_WEIGHTS = Map.of("view", 0.5);

  private static final StructType EVENTS_WITH_ORDERS =
      EVENTS.add(Events.ORDER_ID, DataTypes.StringType);

  @TempDir Path folder;

  /** An event, {@code daysAgo} before the cutoff; {@code order} may be null. */
  record Happened(int user, int item, String type, double daysAgo, String order) {
    double weight(double halfLifeDays) {
      return TYPE_WEIGHTS.getOrDefault(type, 1.0)
          * (halfLifeDays > 0 ? Math.pow(2, -daysAgo / halfLifeDays) : 1);
    }
  }

  /** The model whose partitions and empty events are tried; {@code cases()} names all. */
  abstract CandidateModel model();

  /** Everything a model does by plain loops. */
  interface Twin {
    /** s_ji at [j][i], 0 for none, before the k largest of each i are taken. */
    double[][] similarities(List<Happened> events);

    /** w_uj by user and item. */
    Map<Integer, Map<Integer, Double>> weights(List<Happened> events);
  }

  /** A model with its name, which tells the cases apart, and its twin. */
  record Case(String name, CandidateModel model, Twin twin) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Happened> DRAWN = drawn();

  private static List<Happened> drawn() {
    SplittableRandom random = new SplittableRandom(11);
    List<Happened> events = new ArrayList<>();
    for (int event = 0; event < 420; event++) {
      int user = Math.min(random.nextInt(USERS), random.nextInt(USERS));
      int item = Math.min(random.nextInt(ITEMS), random.nextInt(ITEMS));
      double daysAgo = random.nextInt(20) * 2 + 0.25 * random.nextInt(4);
      events.add(
          new Happened(
              user,
              item,
              random.nextInt(4) == 0 ? "view" : "purchase",
              daysAgo,
              random.nextInt(3) == 0 ? null : "order " + user + " " + (int) (daysAgo / 7)));
    }
    return events;
  }

  static Dataset<Row> happened(List<Happened> events) {
    List<Row> rows = new ArrayList<>();
    for (Happened e : events) {
      rows.add(row(e.user(), e.item(), e.type(), ago(e.daysAgo()), null, e.order()));
    }
    return spark.createDataFrame(rows, EVENTS_WITH_ORDERS);
  }

  static Training on(List<Happened> events, int itemCount) {
    return training(profiles(), itemCount, happened(events));
  }

  static Row[] everybody() {
    // One more than there are: a stranger gets nothing.
    return IntStream.rangeClosed(0, USERS).mapToObj(user -> asks(user, null)).toArray(Row[]::new);
  }

  /** Neighbours by the item that they speak for, in their order. */
  static Map<Integer, Map<Integer, Float>> neighbours(FittedModel fitted) {
    Map<Integer, Map<Integer, Float>> byItem = new TreeMap<>();
    for (Row row :
        Neighbours.TABLE
            .conform(fitted.tables().get(FittedNeighbours.NEIGHBOURS))
            .collectAsList()) {
      Map<Integer, Float> list = new LinkedHashMap<>();
      for (int at = 0; at < row.getList(1).size(); at++) {
        list.put(row.<Integer>getList(1).get(at), row.<Float>getList(2).get(at));
      }
      byItem.put(row.getInt(0), list);
    }
    return byItem;
  }

  /** Personal histories as {@link Histories} makes them; weights are of one user's item. */
  static Map<Integer, Map<Integer, Double>> histories(
      List<Happened> events, double halfLifeDays, Strength strength, int limit) {
    record Pair(int item, double weight, double latestDays) {}
    Map<Integer, Map<Integer, Pair>> pairs = new TreeMap<>();
    for (Happened e : events) {
      pairs
          .computeIfAbsent(e.user(), u -> new TreeMap<>())
          .merge(
              e.item(),
              new Pair(e.item(), e.weight(halfLifeDays), e.daysAgo()),
              (a, b) ->
                  new Pair(
                      a.item(), a.weight() + b.weight(), Math.min(a.latestDays(), b.latestDays())));
    }
    Map<Integer, Map<Integer, Double>> histories = new TreeMap<>();
    pairs.forEach(
        (user, ofUser) -> {
          Map<Integer, Double> history = new TreeMap<>();
          ofUser.values().stream()
              .sorted(
                  Comparator.comparing((Pair p) -> -Math.round(p.weight() * 1e9))
                      .thenComparing(Pair::latestDays)
                      .thenComparing(Pair::item))
              .limit(limit)
              .forEach(p -> history.put(p.item(), worth(strength, p.weight())));
          histories.put(user, history);
        });
    return histories;
  }

  /**
   * The items of a basket with their weights, and the days before the cutoff of its first event.
   */
  record Basket(String name, double daysAgo, Map<Integer, Double> weights) {}

  /** Baskets by user, in time, as {@link Baskets} makes them. */
  static Map<Integer, List<Basket>> baskets(List<Happened> events, double halfLifeDays, int limit) {
    Map<Integer, Map<String, List<Happened>>> named = new TreeMap<>();
    for (Happened e : events) {
      String name =
          e.order() == null
              ? "day " + ago(e.daysAgo()).toInstant().toString().substring(0, 10)
              : "order " + e.order();
      named
          .computeIfAbsent(e.user(), u -> new TreeMap<>())
          .computeIfAbsent(name, n -> new ArrayList<>())
          .add(e);
    }
    Map<Integer, List<Basket>> baskets = new TreeMap<>();
    named.forEach(
        (user, byName) -> {
          List<Basket> ofUser = new ArrayList<>();
          byName.forEach(
              (name, lines) -> {
                Map<Integer, Double> best = new TreeMap<>();
                lines.forEach(e -> best.merge(e.item(), e.weight(halfLifeDays), Math::max));
                Map<Integer, Double> weights = new TreeMap<>();
                best.entrySet().stream()
                    .sorted(Comparator.comparing(entry -> -entry.getValue().floatValue()))
                    .limit(limit)
                    .forEach(entry -> weights.put(entry.getKey(), entry.getValue()));
                double first = lines.stream().mapToDouble(Happened::daysAgo).max().orElseThrow();
                ofUser.add(new Basket(name, first, weights));
              });
          ofUser.sort(Comparator.comparing((Basket b) -> -b.daysAgo()).thenComparing(Basket::name));
          baskets.put(user, ofUser);
        });
    return baskets;
  }

  private static double worth(Strength strength, double weight) {
    return switch (strength) {
      case BINARY -> 1;
      case LOG -> Math.log1p(weight) / Math.log(2);
      case LINEAR -> weight;
    };
  }

  /** Σ over groups of what items i and j share, at [i][j]; what an item has alone, at [i][i]. */
  static double[][] together(Iterable<Map<Integer, Double>> groups, DoubleBinaryOperator sharing) {
    double[][] together = new double[ITEMS][ITEMS];
    for (Map<Integer, Double> group : groups) {
      group.forEach(
          (i, weight) ->
              group.forEach((j, other) -> together[i][j] += sharing.applyAsDouble(weight, other)));
    }
    return together;
  }

  private static Map<Integer, Map<Integer, Double>> nearest(double[][] similarities) {
    Map<Integer, Map<Integer, Double>> nearest = new TreeMap<>();
    for (int item = 0; item < ITEMS; item++) {
      int self = item;
      Map<Integer, Double> list = new TreeMap<>();
      IntStream.range(0, ITEMS)
          .filter(had -> had != self && similarities[had][self] > 0)
          .boxed()
          .sorted(Comparator.comparing((Integer had) -> -(float) similarities[had][self]))
          .limit(PER_ITEM)
          .forEach(had -> list.put(had, similarities[had][self]));
      if (!list.isEmpty()) {
        nearest.put(item, list);
      }
    }
    return nearest;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPlainLoopsAfterBeingWrittenAndRead(Case its) {
    FittedModel fitted = reread(its.model(), its.model().fit(on(DRAWN, ITEMS)), ITEMS, folder);
    Map<Integer, Map<Integer, Double>> nearest = nearest(its.twin().similarities(DRAWN));
    Map<Integer, Map<Integer, Float>> found = neighbours(fitted);

    assertThat(found.keySet()).isEqualTo(nearest.keySet());
    nearest.forEach(
        (item, expected) -> {
          assertThat(found.get(item).keySet())
              .containsExactlyInAnyOrderElementsOf(expected.keySet());
          expected.forEach(
              (other, similarity) ->
                  assertThat((double) found.get(item).get(other))
                      .isCloseTo(similarity, within(1e-5 * similarity)));
        });

    var proposed = fitted.propose(request(ITEMS, ITEMS, everybody()));
    Map<Integer, Map<Integer, Double>> expected = new TreeMap<>();
    its.twin()
        .weights(DRAWN)
        .forEach(
            (user, weights) ->
                nearest.forEach(
                    (item, neighbours) ->
                        neighbours.forEach(
                            (had, similarity) -> {
                              if (weights.containsKey(had)) {
                                expected
                                    .computeIfAbsent(user, u -> new TreeMap<>())
                                    .merge(item, weights.get(had) * similarity, Double::sum);
                              }
                            })));
    Map<Integer, List<Integer>> items = items(proposed);
    Map<Integer, List<Float>> scores = scores(proposed);
    assertThat(items.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (user, byItem) -> {
          assertThat(items.get(user)).containsExactlyInAnyOrderElementsOf(byItem.keySet());
          for (int at = 0; at < items.get(user).size(); at++) {
            double score = byItem.get(items.get(user).get(at));
            assertThat((double) scores.get(user).get(at)).isCloseTo(score, within(1e-4 * score));
          }
        });
  }

  @Test
  void partitionsAndOrderDoNotShow() {
    Dataset<Row> events = happened(DRAWN);
    List<String> one = null;
    for (int partitions : new int[] {1, 4, 16}) {
      Dataset<Row> spread =
          events.repartition(partitions).sortWithinPartitions(Events.ITEM, Events.EVENT_AT);
      FittedModel fitted = model().fit(training(profiles(), ITEMS, spread));
      List<String> all = new ArrayList<>();
      fitted.tables().values().forEach(rows -> all.addAll(sorted(rows)));
      if (one == null) {
        one = all;
      }
      assertThat(all).isEqualTo(one);
    }
  }

  @Test
  void withoutEventsNothingIsProposed() {
    FittedModel fitted = model().fit(on(List.of(), ITEMS));

    assertThat(items(fitted.propose(request(ITEMS, ITEMS, everybody())))).isEmpty();
    assertThat(neighbours(fitted)).isEmpty();
  }
}
