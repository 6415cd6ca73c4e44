package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTest extends ModelTest {
  private static final int USERS = 12;
  private static final int ITEMS = 25;

  @TempDir Path folder;

  private static Content model(int dimensions) {
    return new Content(dimensions, 2, Strength.LOG, 0, Map.of(), 500, 0);
  }

  /** Up to seven of twenty words per item; item 24 has none, words 18 and 19 are in no item. */
  private static String[][] words() {
    SplittableRandom random = new SplittableRandom(3);
    String[][] words = new String[ITEMS][];
    for (int item = 0; item < ITEMS; item++) {
      words[item] = new String[item == ITEMS - 1 ? 0 : random.nextInt(1, 8)];
      for (int at = 0; at < words[item].length; at++) {
        words[item][at] = "word " + random.nextInt(18);
      }
    }
    return words;
  }

  private static List<Row> purchases() {
    SplittableRandom random = new SplittableRandom(4);
    List<Row> events = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int count = random.nextInt(1, 6); count > 0; count--) {
        events.add(bought(user, random.nextInt(ITEMS - 1), 1));
      }
    }
    return events;
  }

  private static FittedModel fitted(int dimensions, int partitions) {
    Training training = training(profiles(), words(), events(purchases()).repartition(partitions));
    return model(dimensions)
        .fit(
            new Training(
                training.profiles(),
                training.profile(),
                training.items().repartition(partitions),
                training.events(),
                ITEMS,
                CUTOFF,
                42));
  }

  private static Request everybody() {
    Row[] users = new Row[USERS];
    for (int user = 0; user < USERS; user++) {
      users[user] = asks(user, null);
    }
    return request(ITEMS, ITEMS, users);
  }

  @Test
  void unsoldItemsComeByTheirWords() {
    String[][] words = {
      {"green", "tea"}, {"black", "tea"}, {"garden", "chair"}, {"garden", "table"}, {}, {"green"}
    };
    FittedModel fitted =
        model(16).fit(training(profiles(), words, events(List.of(bought(0, 0, 1)))));

    // Words of one item alone ("black", "chair", "table") are passed over, so items 0, 1, 2, 3 and
    // 5
    // are (green, tea), tea, garden, garden and green, all words equally rare.
    var proposed = fitted.propose(request(6, 6, asks(0, null, 0), asks(1, null)));

    assertThat(items(proposed).get(0).subList(0, 2)).containsExactlyInAnyOrder(1, 5);
    assertThat(items(proposed).get(0)).containsExactlyInAnyOrder(1, 5, 2, 3);
    assertThat(scores(proposed).get(0).get(0)).isCloseTo((float) Math.sqrt(0.5), within(1e-5f));
    assertThat(scores(proposed).get(0).get(2)).isCloseTo(0f, within(1e-5f));
    assertThat(items(proposed)).containsOnlyKeys(0);
  }

  @Test
  void itemsThatSoldMoreOftenThanTheBoundTeachButAreNotProposed() {
    String[][] words = {{"green", "tea"}, {"black", "tea"}, {"green"}, {"black", "green"}};
    Training training =
        training(
            profiles(), words, events(List.of(bought(0, 0, 1), bought(1, 0, 1), bought(1, 1, 1))));

    FittedModel fitted = new Content(16, 2, Strength.LOG, 0, Map.of(), 500, 1).fit(training);

    // Item 0 was sold twice, item 1 once.
    assertThat(items(fitted.propose(request(4, 4, asks(0, null)))).get(0))
        .containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void withAllDimensionsScoresAreCosinesOfTfIdf() {
    double[][] vectors = plainVectors();
    double[][] tastes = new double[USERS][20];
    Map<List<Integer>, Integer> counts = new HashMap<>();
    purchases().forEach(e -> counts.merge(List.of(e.getInt(0), e.getInt(1)), 1, Integer::sum));
    counts.forEach(
        (pair, count) -> {
          for (int word = 0; word < 20; word++) {
            tastes[pair.get(0)][word] +=
                Math.log1p(count) / Math.log(2) * vectors[pair.get(1)][word];
          }
        });

    int seen = 0;
    for (Row user : fitted(20, 3).propose(everybody()).collectAsList()) {
      for (int at = 0; at < user.getList(1).size(); at++, seen++) {
        double[] taste = tastes[user.getInt(0)];
        double[] item = vectors[user.<Integer>getList(1).get(at)];
        assertThat((double) user.<Float>getList(2).get(at))
            .isCloseTo(dot(taste, item) / Math.sqrt(dot(taste, taste)), within(1e-5));
      }
    }
    assertThat(seen).isEqualTo(USERS * (ITEMS - 1));
  }

  private static double[][] plainVectors() {
    String[][] words = words();
    double[] itemCounts = new double[20];
    for (String[] item : words) {
      new HashSet<>(List.of(item)).forEach(word -> itemCounts[number(word)]++);
    }
    double[][] vectors = new double[ITEMS][20];
    for (int item = 0; item < ITEMS; item++) {
      List<String> all = List.of(words[item]);
      for (String word : new TreeSet<>(all)) {
        if (itemCounts[number(word)] >= 2) {
          vectors[item][number(word)] =
              (1 + Math.log(Collections.frequency(all, word)))
                  * Math.log((1.0 + ITEMS) / (1 + itemCounts[number(word)]));
        }
      }
      double length = Math.sqrt(dot(vectors[item], vectors[item]));
      for (int word = 0; word < 20 && length > 0; word++) {
        vectors[item][word] /= length;
      }
    }
    return vectors;
  }

  private static int number(String word) {
    return Integer.parseInt(word.substring("word ".length()));
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int at = 0; at < one.length; at++) {
      sum += one[at] * other[at];
    }
    return sum;
  }

  @Test
  void fewDimensionsFindTheCommonestThemes() {
    // Words 0 to 4 are of one theme, 5 to 9 of another; each item has four words of its theme.
    List<LatentWords.Description> items = new ArrayList<>();
    for (int missing = 0; missing < 10; missing++) {
      int itself = missing;
      int[] words =
          IntStream.range(0, 10).filter(word -> word / 5 == itself / 5 && word != itself).toArray();
      items.add(new LatentWords.Description(words, new float[] {1, 1, 1, 1}));
    }

    float[][] basis = LatentWords.basis(items, 10, 2, 42);

    // Each theme's leading direction is its five words alike; together they nearly span the same
    // plane.
    for (int word = 0; word < 10; word++) {
      for (int other = 0; other < 10; other++) {
        double together = basis[0][word] * basis[0][other] + basis[1][word] * basis[1][other];
        assertThat(together).isCloseTo(word / 5 == other / 5 ? 0.2 : 0, within(1e-5));
      }
    }
  }

  @Test
  void moreDimensionsThanThereAreLeaveTheRestAtZero() {
    List<LatentWords.Description> items =
        List.of(new LatentWords.Description(new int[] {0, 1}, new float[] {3, 4}));

    float[][] basis = LatentWords.basis(items, 2, 5, 42);

    assertThat(basis).hasDimensions(2, 2);
    assertThat(Math.abs(basis[0][0])).isCloseTo(0.6f, within(1e-6f));
    assertThat(Math.abs(basis[0][1])).isCloseTo(0.8f, within(1e-6f));
    assertThat(basis[1]).containsExactly(0, 0);
  }

  @Test
  void partitionsDoNotShow() {
    List<String> one = sorted(fitted(6, 1).propose(everybody()));

    for (int partitions : new int[] {4, 16}) {
      assertThat(sorted(fitted(6, partitions).propose(everybody()))).isEqualTo(one);
    }
  }

  @Test
  void tablesAreTheWholeModel() {
    FittedModel fitted = fitted(6, 2);

    assertThat(sorted(reread(model(6), fitted, ITEMS, folder).propose(everybody())))
        .isEqualTo(sorted(fitted.propose(everybody())));
  }

  @Test
  void withoutEventsOrWordsNothingIsProposed() {
    Request request = request(3, 3, asks(0, null));
    String[][] words = {{"tea"}, {"tea"}, {"pot"}};

    assertThat(items(model(4).fit(training(profiles(), words, events(List.of()))).propose(request)))
        .isEmpty();
    assertThat(items(model(4).fit(training(3, bought(0, 0, 1))).propose(request))).isEmpty();
    // What the user has says nothing.
    assertThat(
            items(
                model(4)
                    .fit(training(profiles(), words, events(List.of(bought(0, 2, 1)))))
                    .propose(request)))
        .isEmpty();
  }

  @Test
  void itemVectorsAreOfItemsWithWords() {
    assertThat(fitted(6, 1).itemVectors().orElseThrow().count()).isEqualTo(ITEMS - 1);
  }

  @Test
  void reasons() {
    String[][] words = {{"tea", "green"}, {"tea"}, {"garden", "green"}, {"garden"}, {}};
    var explainer =
        model(4).fit(training(profiles(), words, events(List.of(bought(0, 0, 1))))).explainer();

    assertThat(explainer.reason(explained(null, Map.of(0, 1L, 3, 1L)), 1, NAMES))
        .isEqualTo("Similar to tea, which you bought");
    assertThat(explainer.reason(explained(null, Map.of(0, 1L, 3, 1L)), 2, NAMES))
        .isIn("Similar to jam, which you bought", "Similar to tea, which you bought");
    assertThat(explainer.reason(explainedWithoutEvents(null), 1, NAMES))
        .isEqualTo("Fits your taste");
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> model(0)).hasMessageContaining("dimensions is 0");
  }
}
