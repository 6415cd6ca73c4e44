package org.nightjar.rank;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.config.RankSettings;

class RankerTest extends RankTest {
  private static final List<String> MODELS = List.of("a", "b");

  /** a: 5 → 1, 2 → 0.25 (a short list); b: 2 → 1, 7 → 0.75, 9 → 0.25, 1 → 0. */
  private static Dataset<Row> proposals() {
    return one(
        proposal(0, "a", items(5, 2), scores(4, 1)),
        proposal(0, "b", items(2, 7, 9, 1), scores(10, 8, 4, 2)));
  }

  /** User 0, a light one. */
  private static Dataset<Row> one(Proposal... proposals) {
    return gathered(MODELS, new long[] {1}, proposals);
  }

  private static Ranker ranker(RankSettings settings, String... categories) {
    return new Ranker(MODELS, settings, categories.length == 0 ? new String[10] : categories);
  }

  private static BlendWeights weights(double a, double b) {
    Map<String, Double> weights = Map.of("a", a, "b", b);
    return new BlendWeights(Map.of("cold", weights, "light", weights, "heavy", weights));
  }

  private static Row list(Ranker ranker, Dataset<Row> proposals, BlendWeights weights, int length) {
    return ranker
        .lists(proposals, weights.over(MODELS), ListShape.AS_SCORED, length)
        .collectAsList()
        .get(0);
  }

  @Test
  void scoresAreWeightedSumsAndTheSourceContributesMost() {
    Row list = list(ranker(settings(4, 0)), proposals(), weights(1, 0.5), 5);

    // 5: 1; 2: 0.25 + 0.5 · 1; 7: 0.5 · 0.75; 9: 0.5 · 0.25; 1 has nothing.
    assertThat(list.<Integer>getList(1)).containsExactly(5, 2, 7, 9);
    assertThat(list.<Double>getList(2)).containsExactly(1.0, 0.75, 0.375, 0.125);
    assertThat(list.<String>getList(3)).containsExactly("a", "b", "b", "b");
  }

  @Test
  void listsEndAtTheirLength() {
    assertThat(list(ranker(settings(4, 0)), proposals(), weights(1, 0.5), 2).<Integer>getList(1))
        .containsExactly(5, 2);
  }

  @Test
  void withoutAModelListsAreThoseOfTheOthers() {
    Ranker all = ranker(settings(4, 0, "a", "b"));
    Ranker fewer = all.over(List.of("b"));
    Row list =
        fewer
            .lists(
                all.gatheredBy(proposals(), List.of("b")),
                weights(1, 1).over(List.of("b")),
                ListShape.AS_SCORED,
                5)
            .collectAsList()
            .get(0);

    // 5, which a alone proposed, is gone; 1, the last of b's own, has the score 0 and fills up.
    assertThat(list.<Integer>getList(1)).containsExactly(2, 7, 9, 1);
    assertThat(list.<Double>getList(2)).startsWith(1.0, 0.75, 0.25);
    assertThat(fewer.settings().fallback()).containsExactly("b");
  }

  @Test
  void equalScoresGoByItem() {
    Row list =
        list(
            ranker(settings(4, 0)),
            one(proposal(0, "a", items(8), scores(1)), proposal(0, "b", items(3), scores(7))),
            weights(1, 1),
            2);

    assertThat(list.<Integer>getList(1)).containsExactly(3, 8);
  }

  @Test
  void fallbacksFillInTheirOrderWithFallingScores() {
    Row list =
        list(
            ranker(settings(4, 0, "a", "b")),
            one(
                proposal(0, "a", items(5, 2), scores(4, 1)),
                proposal(0, "b", items(2, 7, 9, 1), scores(10, 8, 4, 2))),
            weights(0, 0),
            5);

    // Step 0: −1/2, −2/2. Step 1: 2 is there already; −1 − 2/4, −1 − 3/4, −1 − 4/4.
    assertThat(list.<Integer>getList(1)).containsExactly(5, 2, 7, 9, 1);
    assertThat(list.<Double>getList(2)).containsExactly(-0.5, -1.0, -1.5, -1.75, -2.0);
    assertThat(list.<String>getList(3)).containsExactly("a", "a", "b", "b", "b");
  }

  @Test
  void fallbacksComeBelowTheBlend() {
    Row list = list(ranker(settings(4, 0, "b")), proposals(), weights(1, 0), 4);

    assertThat(list.<Integer>getList(1)).containsExactly(5, 2, 7, 9);
    assertThat(list.<Double>getList(2)).containsExactly(1.0, 0.25, -0.5, -0.75);
  }

  @Test
  void aCategoryIsCappedInTheBlendAndInFallbacks() {
    String[] categories = {"x", "x", "x", null, null, null, null, "y"};
    Dataset<Row> proposals =
        one(
            proposal(0, "a", items(0, 1, 3, 4), scores(9, 8, 7, 6)),
            proposal(0, "b", items(2, 7, 5), scores(3, 2, 1)));

    Row list = list(ranker(settings(4, 1, "b"), categories), proposals, weights(1, 0), 5);

    // 1 and 2 are second and third of x; 4 has blended score 0, so b fills up. No category, no cap.
    assertThat(list.<Integer>getList(1)).containsExactly(0, 3, 7, 5);
  }

  @Test
  void everySegmentHasItsWeights() {
    BlendWeights weights =
        new BlendWeights(
            Map.of(
                "cold", Map.of("a", 1.0, "b", 0.0),
                "light", Map.of("a", 0.0, "b", 1.0),
                "heavy", Map.of("a", 0.0, "b", 0.0)));
    Dataset<Row> proposals =
        gathered(
            MODELS,
            new long[] {0, 20, 21},
            proposal(0, "a", items(1), scores(1)),
            proposal(0, "b", items(2), scores(1)),
            proposal(1, "a", items(1), scores(1)),
            proposal(1, "b", items(2), scores(1)),
            proposal(2, "a", items(1), scores(1)),
            proposal(9, "a", items(1), scores(1)));
    Ranker ranker = ranker(settings(4, 0));

    Dataset<Row> lists = ranker.lists(proposals, weights.over(MODELS), ListShape.AS_SCORED, 3);

    assertThat(sorted(lists.select(col("user"), col("items").cast("string"))))
        .containsExactly("[0,[1]]", "[1,[2]]", "[2,[]]", "[9,[1]]");
  }

  @Test
  void activityByNumberOfEvents() {
    Dataset<Row> counts =
        rows(
            new StructType().add("n", DataTypes.LongType),
            row((Object) null),
            row(0L),
            row(1L),
            row(20L),
            row(21L));

    assertThat(
            sorted(
                counts.select(col("n"), Ranker.activity(col("n"), new RankSettings.Activity(20)))))
        .containsExactly("[0,cold]", "[1,light]", "[20,light]", "[21,heavy]", "[null,cold]");
  }

  @Test
  void partitionsDoNotShow() {
    Ranker ranker = ranker(settings(4, 0, "b"));
    List<String> one =
        sorted(
            ranker.lists(
                proposals().repartition(1), weights(1, 0.5).over(MODELS), ListShape.AS_SCORED, 5));

    assertThat(
            sorted(
                ranker.lists(
                    proposals().repartition(5),
                    weights(1, 0.5).over(MODELS),
                    ListShape.AS_SCORED,
                    5)))
        .isEqualTo(one);
  }

  @Test
  void weightsOfTheConfiguration() {
    RankSettings.Blend blend =
        new RankSettings.Blend(
            RankSettings.Normalisation.RANK,
            false,
            Map.of("a", 0.5),
            Map.of("heavy", Map.of("b", 3.0)));

    BlendWeights weights = BlendWeights.configured(blend, MODELS);

    assertThat(weights.of("cold", MODELS)).containsExactly(0.5, 1);
    assertThat(weights.of("heavy", MODELS)).containsExactly(0.5, 3);
  }
}
