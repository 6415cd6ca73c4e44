package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nightjar.HeldOnExecutors;
import org.nightjar.InputException;

class EaseTest extends ModelTest {
  private static final int USERS = 60;
  private static final int ITEMS = 14;

  @TempDir Path folder;

  private static Ease model(double regularisation, double normalisation, int neighbours) {
    return model(regularisation, 0, normalisation, neighbours);
  }

  private static Ease model(
      double regularisation, double dropout, double normalisation, int neighbours) {
    return new Ease(
        regularisation,
        dropout,
        Strength.LOG,
        normalisation,
        30,
        Map.of(),
        1000,
        neighbours,
        20_000);
  }

  /** Up to nine events of each user with items 1 to 12; items 0 and 13 are never bought. */
  private static List<Row> purchases() {
    SplittableRandom random = new SplittableRandom(5);
    List<Row> events = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int count = random.nextInt(1, 10); count > 0; count--) {
        int item = 1 + (random.nextInt(5) + (user % 3) * 4) % 12;
        events.add(bought(user, item, random.nextInt(90)));
      }
    }
    return events;
  }

  private static Training drawn(int partitions) {
    return training(profiles(), ITEMS, events(purchases()).repartition(partitions));
  }

  private static Request everybody(int perUser) {
    Row[] users = new Row[USERS];
    for (int user = 0; user < USERS; user++) {
      users[user] = asks(user, null);
    }
    return request(ITEMS, perUser, users);
  }

  @Test
  void aFitThatFailsLeavesNothingCachedOrBroadcast() {
    // Two items that the same users have, and hardly any regularisation: no inverse.
    Training twins =
        training(
            profiles(),
            2,
            events(List.of(bought(0, 0, 1), bought(0, 1, 1), bought(1, 0, 1), bought(1, 1, 1))));
    Set<String> before = HeldOnExecutors.names(spark);

    assertThatThrownBy(
            () -> new Ease(1e-300, 0, Strength.BINARY, 0, 0, Map.of(), 1000, 0, 20_000).fit(twins))
        .isInstanceOf(ArithmeticException.class);

    assertThat(HeldOnExecutors.since(before, spark)).isEmpty();
  }

  @Test
  void scoresByHand() {
    // Users have items 0 and 1, 0 and 1, 0. G = (3 2; 2 2), λ = 1: P = (3 -2; -2 4) / 8, so item 0
    // speaks for item 1 with 2/4 and item 1 for item 0 with 2/3.
    FittedModel fitted =
        new Ease(1, 0, Strength.BINARY, 0, 0, Map.of(), 1000, 0, 20_000)
            .fit(
                training(
                    4,
                    bought(0, 1, 1),
                    bought(0, 3, 1),
                    bought(1, 1, 1),
                    bought(1, 3, 1),
                    bought(2, 1, 1),
                    bought(2, 1, 2)));

    var proposed = fitted.propose(request(4, 4, asks(0, null), asks(2, null), asks(3, null)));

    assertThat(items(proposed))
        .containsOnly(Map.entry(0, List.of(1, 3)), Map.entry(2, List.of(3, 1)));
    assertThat(scores(proposed).get(0).get(0)).isCloseTo(2 / 3f, within(1e-6f));
    assertThat(scores(proposed).get(0).get(1)).isCloseTo(2 / 4f, within(1e-6f));
    assertThat(scores(proposed).get(2).get(0)).isCloseTo(2 / 4f, within(1e-6f));
    assertThat(scores(proposed).get(2).get(1)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 0.5", "0, 1", "0.25, 0", "0.6, 0.5"})
  void scoresAreThoseOfThePlainFormula(double dropout, double normalisation) {
    double[][] expected = plainScores(20, dropout, normalisation);

    var rows = rows(model(20, dropout, normalisation, 0).fit(drawn(3)).propose(everybody(ITEMS)));

    assertThat(rows).hasSize(USERS);
    rows.forEach(
        (user, row) -> {
          assertThat(row).hasSize(12).doesNotContainKeys(0, 13);
          row.forEach(
              (item, score) ->
                  assertThat((double) score).isCloseTo(expected[user][item], within(2e-5)));
        });
  }

  /**
   * Ridge regressions of each item on all others: what the closed form solves at once. Where each
   * item of a history, weight w, is there with probability q = 1 − p, and then with w / q, the mean
   * of a product of two different ones is that of the whole, and a square's is 1/q of it.
   */
  private static double[][] plainScores(
      double regularisation, double dropout, double normalisation) {
    double[][] weights = new double[USERS][ITEMS];
    for (Row event : purchases()) {
      double days = (CUTOFF.toEpochMilli() - event.<Timestamp>getAs(3).getTime()) / 86_400_000.0;
      weights[event.getInt(0)][event.getInt(1)] += Math.pow(2, -days / 30);
    }
    double[][] gram = new double[ITEMS][ITEMS];
    double pairs = 0;
    for (double[] user : weights) {
      double square = 0;
      for (int item = 0; item < ITEMS; item++) {
        user[item] = Math.log1p(user[item]) / Math.log(2);
        square += user[item] * user[item];
        pairs += user[item] > 0 ? 1 : 0;
      }
      for (int one = 0; one < ITEMS; one++) {
        for (int other = 0; other < ITEMS; other++) {
          gram[one][other] += user[one] * user[other] * Math.pow(square, -normalisation);
        }
      }
    }
    double trace = 0;
    for (int item = 0; item < ITEMS; item++) {
      trace += gram[item][item];
    }
    double[][] scores = new double[USERS][ITEMS];
    for (int target = 0; target < ITEMS; target++) {
      double[] coefficients =
          ridge(gram, target, 1 / (1 - dropout), regularisation * trace / pairs);
      for (int user = 0; user < USERS; user++) {
        for (int item = 0; item < ITEMS; item++) {
          scores[user][target] += weights[user][item] * coefficients[item];
        }
      }
    }
    return scores;
  }

  /**
   * Solves (G + λI)·b = G_target with b_target = 0 by coordinate descent, G with a larger diagonal.
   *
   * @param diagonal what the diagonal of G counts
   */
  private static double[] ridge(double[][] gram, int target, double diagonal, double lambda) {
    double[] solution = new double[ITEMS];
    for (int sweep = 0; sweep < 2_000; sweep++) {
      for (int item = 0; item < ITEMS; item++) {
        double residual = gram[item][target];
        for (int other = 0; other < ITEMS; other++) {
          residual -= other == item ? 0 : gram[item][other] * solution[other];
        }
        solution[item] = item == target ? 0 : residual / (diagonal * gram[item][item] + lambda);
      }
    }
    return solution;
  }

  @Test
  void keepingFewNeighboursKeepsTheLargest() {
    Row[] users = new Row[ITEMS];
    List<Row> events = purchases();
    for (int item = 0; item < ITEMS; item++) {
      // One more user per item, who bought just that and is scored by its row alone.
      events.add(bought(USERS + item, item, 1));
      users[item] = asks(USERS + item, null);
    }
    Training training = training(profiles(), ITEMS, events(events));
    Ease all = new Ease(20, 0, Strength.BINARY, 0.5, 0, Map.of(), 1000, 0, 20_000);
    Ease three = new Ease(20, 0, Strength.BINARY, 0.5, 0, Map.of(), 1000, 3, 20_000);
    Request request = request(ITEMS, ITEMS, users);

    var whole = rows(all.fit(training).propose(request));
    var kept = rows(three.fit(training).propose(request));

    for (int user = USERS; user < USERS + ITEMS; user++) {
      Map<Integer, Float> wholeRow = whole.get(user);
      Map<Integer, Float> keptRow = kept.get(user);
      List<Integer> largest =
          wholeRow.entrySet().stream()
              .sorted(
                  Map.Entry.<Integer, Float>comparingByValue(
                          (one, other) -> Float.compare(Math.abs(other), Math.abs(one)))
                      .thenComparing(Map.Entry.comparingByKey()))
              .limit(3)
              .map(Map.Entry::getKey)
              .toList();
      wholeRow.replaceAll((item, score) -> largest.contains(item) ? score : 0f);
      assertThat(keptRow).isEqualTo(wholeRow);
    }
  }

  /** Score by item, by user. */
  private static Map<Integer, Map<Integer, Float>> rows(Dataset<Row> proposed) {
    Map<Integer, Map<Integer, Float>> rows = new TreeMap<>();
    for (Row user : proposed.collectAsList()) {
      Map<Integer, Float> row = new TreeMap<>();
      for (int at = 0; at < user.getList(1).size(); at++) {
        row.put(user.<Integer>getList(1).get(at), user.<Float>getList(2).get(at));
      }
      rows.put(user.getInt(0), row);
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void partitionsDoNotShow(int neighbours) {
    Ease model = model(20, 0.5, neighbours);
    List<String> one = sorted(model.fit(drawn(1)).propose(everybody(5)));

    for (int partitions : new int[] {4, 16}) {
      assertThat(sorted(model.fit(drawn(partitions)).propose(everybody(5)))).isEqualTo(one);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void tablesAreTheWholeModel(int neighbours) {
    Ease model = model(20, 0.5, neighbours);
    FittedModel fitted = model.fit(drawn(2));

    assertThat(sorted(reread(model, fitted, ITEMS, folder).propose(everybody(5))))
        .isEqualTo(sorted(fitted.propose(everybody(5))));
  }

  @Test
  void withoutEventsNothingIsProposed() {
    FittedModel fitted = model(20, 0.5, 0).fit(training(3));

    assertThat(items(fitted.propose(request(3, 3, asks(0, null))))).isEmpty();
    assertThat(items(reread(model(20, 0.5, 0), fitted, 3, folder).propose(everybody(5)))).isEmpty();
  }

  @Test
  void excludedAndIneligibleItemsAreNeverProposed() {
    Request request = request(ITEMS, ITEMS, asks(0, null, 1, 2));
    request.eligible().clear(3);

    assertThat(items(model(20, 0.5, 0).fit(drawn(1)).propose(request)).get(0))
        .containsExactlyInAnyOrder(4, 5, 6, 7, 8, 9, 10, 11, 12);
  }

  @Test
  void longHistoriesAreCutToTheHeaviest() {
    Ease two = new Ease(1, 0, Strength.LINEAR, 0, 0, Map.of(), 2, 0, 20_000);
    FittedModel fitted =
        two.fit(
            training(
                3,
                bought(0, 0, 1),
                bought(0, 1, 1),
                bought(0, 1, 2),
                bought(0, 2, 1),
                bought(0, 2, 2)));

    // Items 1 and 2 stay; item 0 goes with nothing, so it scores 0.
    var proposed = fitted.propose(request(3, 3, asks(0, null)));
    assertThat(items(proposed)).containsOnly(Map.entry(0, List.of(1, 2, 0)));
    assertThat(scores(proposed).get(0).get(2)).isZero();
  }

  @Test
  void tooManyItemsAreRefused() {
    Ease model = new Ease(20, 0, Strength.LOG, 0.5, 0, Map.of(), 1000, 1000, 5);

    assertThatThrownBy(() -> model.fit(drawn(1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("12 items have events but maxItems is 5")
        .hasMessageContaining("Raise maxItems");
  }

  @Test
  void tooSmallAHeapIsRefused() {
    Ease model = model(500, 0.5, 1000);

    // 20,000 · 20,001 / 2 · 8 bytes = 1.49 GiB, two stripes of 64 MB, twice 160 MB of weights.
    assertThatThrownBy(() -> model.checkFits(20_000, 2L << 30))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("20,000 items with events need 1.91 GiB")
        .hasMessageContaining("may take 1.60 GiB (80 % of 2.00 GiB)")
        .hasMessageContaining("NIGHTJAR_MEMORY");
    model.checkFits(20_000, 3L << 30);
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> model(0, 0.5, 10)).hasMessageContaining("regularisation is 0");
    assertThatThrownBy(() -> model(1, 1.5, 10)).hasMessageContaining("normalisation is 1.5");
    assertThatThrownBy(() -> model(1, 0.5, -1)).hasMessageContaining("neighbours is -1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void reasonsNameTheMostTellingPurchase(int neighbours) {
    // Item 1 goes with 2 most often, item 3 with 4.
    FittedModel fitted =
        model(1, 0, neighbours)
            .fit(
                training(
                    8,
                    bought(0, 1, 1),
                    bought(0, 2, 1),
                    bought(1, 1, 1),
                    bought(1, 2, 1),
                    bought(2, 3, 1),
                    bought(2, 4, 1)));
    var explainer = fitted.explainer();

    assertThat(explainer.reason(explained(null, Map.of(1, 1L, 3, 1L, 7, 1L)), 2, NAMES))
        .isEqualTo("Because you bought cup");
    assertThat(explainer.reason(explained(null, Map.of(1, 1L)), 4, NAMES))
        .isEqualTo("Fits your taste");
    assertThat(explainer.reason(explainedWithoutEvents(null), 2, NAMES))
        .isEqualTo("Fits your taste");
  }
}
