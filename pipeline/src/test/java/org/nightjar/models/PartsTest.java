package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.rank.kernel.Part;
import org.nightjar.table.Events;
import org.nightjar.table.Users;

/** Every model's scores are the sums of their parts, on purchases drawn once. */
class PartsTest extends ModelTest {
  private static final int USERS = 24;
  private static final int ITEMS = 12;
  private static final String PARTS = "parts";
  private static final StructType EVENTS_WITH_ORDERS =
      EVENTS.add(Events.ORDER_ID, DataTypes.StringType);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{type: als, rank: 4, iterations: 3, alpha: 2, regularisation: 0.1, strength: log}",
        "{type: als, rank: 4, iterations: 3, implicit: false, regularisation: 0.1}",
        "{type: ials, rank: 4, iterations: 3, countUnobserved: true, frequencyExponent: 0.5}",
        "{type: ease, regularisation: 3}",
        "{type: item-knn, shrinkage: 1}",
        "{type: rp3beta}",
        "{type: also-bought}",
        "{type: sequence}",
        "{type: content}",
        "{type: repeat}",
        "{type: replenish}",
        "{type: demographic}",
        "{type: popularity}"
      })
  void sumToTheScoreAndNameWhatTheUserHad(String settings) {
    spark.sparkContext().setCheckpointDir(folder.resolve("checkpoints").toString());
    Map<Integer, Set<Integer>> bought = new HashMap<>();
    CandidateModel model = model(settings);
    FittedModel fitted =
        reread(
            model,
            model.fit(training(profiles(tastes()), words(), purchases(bought))),
            ITEMS,
            folder);
    check(fitted, bought, settings);
  }

  @Test
  void aRefreshedModelExplainsByWhatItHasFactorsFor() {
    Map<Integer, Set<Integer>> bought = new HashMap<>();
    Dataset<Row> purchases = purchases(bought);
    CandidateModel model = model("{type: ials, rank: 4, iterations: 3}");
    int unknown = 2;
    FittedModel before =
        model.fit(
            training(profiles(tastes()), words(), purchases.where(Events.ITEM + " != " + unknown)));
    FittedModel refreshed =
        model.refresh(training(profiles(tastes()), words(), purchases), before.tables());
    assertThat(bought.values()).anyMatch(items -> items.contains(unknown));
    bought.values().forEach(items -> items.remove(unknown));
    check(reread(model, refreshed, ITEMS, folder), bought, "refreshed");
  }

  private static void check(
      FittedModel fitted, Map<Integer, Set<Integer>> bought, String settings) {
    Row[] asking = new Row[USERS];
    for (int user = 0; user < USERS; user++) {
      asking[user] = asks(user, tastes()[user]);
    }
    Request request = request(ITEMS, ITEMS, asking);
    Map<Integer, List<Float>> scores = scores(fitted.propose(request));
    Map<Integer, List<Integer>> items = items(fitted.propose(request));
    boolean ofLogarithms = fitted instanceof FittedProfile;
    assertThat(items).isNotEmpty();
    for (Row user : fitted.prepareParts(request.users(), PARTS).collectAsList()) {
      int index = user.getAs(Users.USER);
      int[] asked = items.getOrDefault(index, List.of()).stream().mapToInt(i -> i).toArray();
      List<List<Part>> parts = fitted.decomposer(PARTS).parts(user, asked);
      assertThat(parts).hasSize(asked.length);
      for (int at = 0; at < asked.length; at++) {
        double sum = parts.get(at).stream().mapToDouble(Part::value).sum();
        assertThat(ofLogarithms ? Math.exp(sum) : sum)
            .as("user %d item %d of %s", index, asked[at], settings)
            .isCloseTo(scores.get(index).get(at), within(1e-4));
        assertThat(parts.get(at))
            .filteredOn(part -> part.kind() == Part.Kind.HAD)
            .extracting(Part::item)
            .isSubsetOf(bought.get(index));
        assertThat(parts.get(at))
            .filteredOn(part -> part.kind() == Part.Kind.PROFILE)
            .extracting(Part::level)
            .isSubsetOf(TASTE + "=" + tastes()[index]);
      }
    }
  }

  /** By hand: one factor, y = (1, 2), r = (1, 3), α = 2, λ = 0.5. */
  @Test
  void alsFollowsHuKorenAndVolinsky() {
    float[][] factors = {{1}, {2}};
    Row user = user(new int[] {0, 1}, new float[] {2, 6});
    // As the weights α·r stand in the model's table.
    FactorParts parts = FactorParts.of(PARTS, factors, 1, new Objective(true, 1, 0.5, 1, false));
    // A = (1 + 4) + 2·1·1 + 2·3·4 + 2·0.5 = 32; item 1: 2 · A⁻¹ · (1 + 2·1)·1 and (1 + 2·3)·2
    List<Part> of = parts.parts(user, new int[] {1}).get(0);
    assertThat(of).extracting(Part::item).containsExactly(0, 1);
    assertThat(of.get(0).value()).isCloseTo(2 * 3 * 1 / 32.0, within(1e-12));
    assertThat(of.get(1).value()).isCloseTo(2 * 7 * 2 / 32.0, within(1e-12));
  }

  /** Along principal axes the sums beside the diagonal cancel: rounding is all that they hold. */
  @Test
  void factorsMayCancel() {
    Random random = new Random(3);
    int pairs = 50;
    int rank = 8;
    float[][] factors = new float[2 * pairs + 1][rank];
    for (int item = 0; item < pairs; item++) {
      for (int factor = 0; factor < rank; factor++) {
        float value = random.nextFloat();
        factors[item][factor] = value;
        factors[pairs + (7 * item) % pairs][factor] = factor % 2 == 0 ? value : -value;
      }
    }
    FactorParts parts =
        FactorParts.of(PARTS, factors, rank, new Objective(true, 0.3, 0.1, 1, false));
    // Nothing of the user's own covers the rounding.
    Row user = user(new int[] {2 * pairs}, new float[] {1});
    assertThat(parts.parts(user, new int[] {4}).get(0))
        .extracting(Part::value)
        .containsExactly(0.0);
  }

  @Test
  void withoutAPenaltyTheShortestOfManySolutionsExplains() {
    float[][] factors = {{1, 2}, {3, 1}};
    FactorParts parts = FactorParts.of(PARTS, factors, 2, new Objective(false, 0, 0, 1, false));
    Row user = user(new int[] {0}, new float[] {5});
    assertThat(parts.parts(user, new int[] {0, 1}))
        .extracting(of -> of.get(0).value())
        // 5 · (1, 2) / 5 is the user; times (1, 2), and times (3, 1).
        .satisfiesExactly(
            own -> assertThat(own).isCloseTo(5, within(1e-12)),
            other -> assertThat(other).isCloseTo(5, within(1e-12)));
  }

  private static Row user(int[] items, float[] weights) {
    Dataset<Row> histories =
        rows(
            new StructType()
                .add(Users.USER, DataTypes.IntegerType)
                .add(Histories.ITEMS, DataTypes.createArrayType(DataTypes.IntegerType))
                .add(Histories.WEIGHTS, DataTypes.createArrayType(DataTypes.FloatType)),
            row(0, boxed(items), boxed(weights)));
    return Histories.attach(histories.select(Users.USER), histories, PARTS).first();
  }

  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    for (int at = 0; at < values.length; at++) {
      boxed[at] = values[at];
    }
    return boxed;
  }

  private static CandidateModel model(String settings) {
    return ConfigurationLoader.load(
            """
            name: parts
            sources:
              users: {format: csv, path: users.csv, columns: {user_id: u, taste: t}}
              items: {format: csv, path: items.csv, columns: {item_id: i, text: n}}
              events: {format: csv, path: events.csv, columns: {user_id: u, item_id: i, event_at: t, value: v, order_id: o}}
            userAttributes: {taste: {type: categorical}}
            models: {popular: {type: popularity}, tried: SETTINGS}
            output: {path: out}
            """
                .replace("SETTINGS", settings),
            "parts.yaml",
            List.of(),
            name -> null)
        .models()
        .get("tried");
  }

  private static String[] tastes() {
    String[] tastes = new String[USERS];
    for (int user = 0; user < USERS; user++) {
      tastes[user] = user % 3 == 0 ? "sweet" : "salty";
    }
    return tastes;
  }

  private static String[][] words() {
    String[][] words = new String[ITEMS][];
    for (int item = 0; item < ITEMS; item++) {
      words[item] = new String[] {"kind" + item % 3, "brand" + item % 4, "item" + item};
    }
    return words;
  }

  private Dataset<Row> purchases(Map<Integer, Set<Integer>> bought) {
    SplittableRandom random = new SplittableRandom(7);
    List<Row> events = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int visit = 0; visit < 8; visit++) {
        for (int line = 0; line < 2; line++) {
          int item = (random.nextInt(ITEMS / 2) + (user % 3 == 0 ? 0 : ITEMS / 2)) % ITEMS;
          events.add(
              row(
                  user,
                  item,
                  "purchase",
                  ago(60 - 7.0 * visit),
                  1.0 + random.nextInt(5),
                  user + "-" + visit));
          bought.computeIfAbsent(user, u -> new HashSet<>()).add(item);
        }
      }
    }
    return spark.createDataFrame(events, EVENTS_WITH_ORDERS);
  }
}
