package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.table.UserContext;
import scala.jdk.javaapi.CollectionConverters;

class ReplenishTest extends ModelTest {
  private static final Replenish MODEL = new Replenish(7, 2, List.of());
  private static final int USERS = 20;
  private static final int ITEMS = 9;

  @TempDir Path folder;

  /** Item 8 is never bought; the others at odd times of the last year. */
  private static List<Row> purchases() {
    SplittableRandom random = new SplittableRandom(11);
    List<Row> events = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < ITEMS - 1; item++) {
        for (int count = random.nextInt(6); count > 0; count--) {
          events.add(bought(user, item, Math.round(random.nextDouble(1, 365) * 4) / 4.0));
        }
      }
    }
    return events;
  }

  private static FittedModel fitted(int partitions) {
    return MODEL.fit(training(profiles(), ITEMS, events(purchases()).repartition(partitions)));
  }

  private static Request everybody() {
    Row[] users = new Row[USERS];
    for (int user = 0; user < USERS; user++) {
      users[user] = asks(user, null);
    }
    return request(ITEMS, ITEMS, users);
  }

  @Test
  void scoresByHand() {
    // All intervals are 10 days, half of the four purchases were followed by another. The spread is
    // at its least, so that S(10) = 1/2 and S(17) is next to nothing.
    var proposed =
        MODEL
            .fit(
                training(2, bought(0, 1, 30), bought(0, 1, 20), bought(0, 1, 10), bought(1, 1, 10)))
            .propose(request(2, 2, asks(0, null), asks(1, null), asks(2, null)));

    assertThat(items(proposed)).containsOnly(Map.entry(0, List.of(1)), Map.entry(1, List.of(1)));
    // p = (2 + 2/2) / (2 + 2) = 3/4: 3/4 · 1/2 / (3/4 · 1/2 + 1/4) = 3/5.
    assertThat(scores(proposed).get(0).get(0)).isCloseTo(0.6f, within(1e-3f));
    // p = (0 + 2/2) / (0 + 2) = 1/2: 1/2 · 1/2 / (1/2 · 1/2 + 1/2) = 1/3.
    assertThat(scores(proposed).get(1).get(0)).isCloseTo(1 / 3f, within(1e-3f));
  }

  @Test
  void whatIsDueComesBeforeWhatIsNotAndWhatWasGivenUp() {
    List<Row> events = new ArrayList<>();
    int[] latest = {2, 13, 80};
    for (int item = 0; item < latest.length; item++) {
      for (int purchase = 0; purchase < 6; purchase++) {
        events.add(bought(0, item, latest[item] + 14 * purchase));
      }
    }

    var proposed =
        MODEL.fit(training(3, events.toArray(Row[]::new))).propose(request(3, 3, asks(0, null)));

    assertThat(items(proposed).get(0)).startsWith(1);
    assertThat(scores(proposed).get(0).get(0)).isGreaterThan(0.8f);
    assertThat(scores(proposed).get(0).get(1)).isLessThan(0.1f);
  }

  @Test
  void scoresAreThoseOfThePlainFormula() {
    Map<List<Integer>, Double> expected = plainScores();

    var proposed = fitted(3).propose(everybody()).collectAsList();

    int seen = 0;
    for (Row user : proposed) {
      for (int at = 0; at < user.getList(1).size(); at++, seen++) {
        Integer item = user.<Integer>getList(1).get(at);
        assertThat((double) user.<Float>getList(2).get(at))
            .isCloseTo(expected.get(List.of(user.getInt(0), item)), within(1e-6));
      }
    }
    assertThat(seen).isEqualTo(expected.size());
  }

  private static Map<List<Integer>, Double> plainScores() {
    Map<List<Integer>, List<Double>> ages = new TreeMap<>(ReplenishTest::compare);
    for (Row event : purchases()) {
      double age = (CUTOFF.toEpochMilli() - event.<Timestamp>getAs(3).getTime()) / 86_400_000.0;
      ages.computeIfAbsent(List.of(event.getInt(0), event.getInt(1)), pair -> new ArrayList<>())
          .add(age);
    }
    double[] all = new double[3];
    double[][] byCategory = new double[2][3];
    double[][] byItem = new double[ITEMS][3];
    double within = 0;
    double freedom = 0;
    Map<List<Integer>, double[]> sums = new TreeMap<>(ReplenishTest::compare);
    for (var pair : ages.entrySet()) {
      // The cutoff is at midnight, so the day of an age is the age rounded up.
      double[] days =
          pair.getValue().stream().mapToDouble(Math::ceil).distinct().sorted().toArray();
      double[] own = {0, days.length - 1, days.length};
      double squares = 0;
      for (int at = 1; at < days.length; at++) {
        double log = Math.log(days[at] - days[at - 1]);
        own[0] += log;
        squares += log * log;
      }
      if (days.length > 2) {
        within += squares - own[0] * own[0] / own[1];
        freedom += own[1] - 1;
      }
      int item = pair.getKey().get(1);
      for (int at = 0; at < 3; at++) {
        all[at] += own[at];
        byCategory[item % 2][at] += own[at];
        byItem[item][at] += own[at];
      }
      sums.put(pair.getKey(), own);
    }
    double shape = Math.PI / (Math.sqrt(3) * Math.sqrt(within / freedom));
    Map<List<Integer>, Double> scores = new TreeMap<>(ReplenishTest::compare);
    sums.forEach(
        (pair, own) -> {
          double mean = all[0] / all[1];
          double again = all[1] / all[2];
          for (double[] group : List.of(byCategory[pair.get(1) % 2], byItem[pair.get(1)])) {
            mean = (group[0] + 2 * mean) / (group[1] + 2);
            again = (group[1] + 2 * again) / (group[2] + 2);
          }
          double median = Math.exp((own[0] + 2 * mean) / (own[1] + 2));
          double p = (own[1] + 2 * again) / (own[1] + 2);
          double age = ages.get(pair).stream().min(Double::compare).orElseThrow();
          double now = 1 / (1 + Math.pow(age / median, shape));
          double then = 1 / (1 + Math.pow((age + 7) / median, shape));
          scores.put(pair, p * (now - then) / (p * now + 1 - p));
        });
    return scores;
  }

  private static int compare(List<Integer> one, List<Integer> other) {
    return Arrays.compare(one.toArray(Integer[]::new), other.toArray(Integer[]::new));
  }

  @Test
  void partitionsDoNotShow() {
    List<String> one = sorted(fitted(1).propose(everybody()));

    for (int partitions : new int[] {4, 16}) {
      assertThat(sorted(fitted(partitions).propose(everybody()))).isEqualTo(one);
    }
  }

  @Test
  void tablesAreTheWholeModel() {
    FittedModel fitted = fitted(2);

    assertThat(sorted(reread(MODEL, fitted, ITEMS, folder).propose(everybody())))
        .isEqualTo(sorted(fitted.propose(everybody())));
  }

  @Test
  void withoutEventsOrTimesOrRepeatsNothingIsProposed() {
    Request request = request(3, 3, asks(0, null));

    assertThat(items(MODEL.fit(training(3)).propose(request))).isEmpty();
    assertThat(items(MODEL.fit(training(3, row(0, 1, "purchase", null, null))).propose(request)))
        .isEmpty();
    assertThat(items(MODEL.fit(training(3, bought(0, 1, 3), bought(0, 1, 3))).propose(request)))
        .isEmpty();
  }

  @Test
  void onlyTheNamedTypesArePurchases() {
    Replenish purchases = new Replenish(7, 2, List.of("purchase"));

    var proposed =
        purchases
            .fit(
                training(
                    3,
                    bought(0, 1, 30),
                    bought(0, 1, 3),
                    event(0, 2, "view", 20),
                    event(0, 2, "view", 9)))
            .propose(request(3, 3, asks(0, null)));

    assertThat(items(proposed)).containsOnly(Map.entry(0, List.of(1)));
  }

  @Test
  void reasons() {
    var explainer =
        MODEL.fit(training(5, bought(0, 1, 30), bought(0, 1, 20), bought(0, 1, 10))).explainer();

    assertThat(explainer.reason(explained(1, 3, 33, 5), 1, NAMES))
        .isEqualTo("You buy this about every 14 days; last time 5 days ago");
    assertThat(explainer.reason(explained(1, 2, 2, 1), 1, NAMES))
        .isEqualTo("You buy this about every day; last time yesterday");
    assertThat(explainer.reason(explained(1, 1, 4, 4), 1, NAMES))
        .isEqualTo("You bought this 4 days ago; usually it is bought again after about 10 days");
    assertThat(explainer.reason(explained(1, 2, 0, 0), 1, NAMES))
        .isEqualTo("You bought this today; usually it is bought again after about 10 days");
    assertThat(explainer.reason(explained(1, 1, null, null), 1, NAMES))
        .isEqualTo("You bought this before");
    assertThat(explainer.reason(explained(2, 1, 4, 4), 1, NAMES))
        .isEqualTo("You bought this before");
    assertThat(explainer.reason(explainedWithoutEvents(null), 1, NAMES))
        .isEqualTo("You bought this before");
  }

  /** What reasons see of a user who bought one item. */
  private static Row explained(int item, long times, Integer firstDays, Integer lastDays) {
    StructType schema = new StructType();
    for (String name :
        List.of(
            UserContext.HISTORY,
            UserContext.HISTORY_COUNTS,
            UserContext.HISTORY_FIRST_DAYS,
            UserContext.HISTORY_LAST_DAYS)) {
      schema = schema.add(UserContext.TABLE.schema().apply(name));
    }
    Object[] values = {item, times, firstDays, lastDays};
    return new GenericRowWithSchema(
        Arrays.stream(values)
            .map(value -> (Object) CollectionConverters.asScala(Arrays.asList(value)).toSeq())
            .toArray(),
        schema);
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> new Replenish(0, 2, List.of())).hasMessageContaining("horizonDays is");
    assertThatThrownBy(() -> new Replenish(7, 0, List.of())).hasMessageContaining("shrinkage is");
  }
}
