package org.nightjar.rank;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.nightjar.config.RankSettings;
import org.nightjar.table.Candidates;
import org.nightjar.table.Users;

class RepeatMixTest extends RankTest {
  private static final List<String> MODELS = List.of("a");
  private static final int USERS = 120;

  private static Ranker ranker() {
    RankSettings one = settings(6, 0);
    RankSettings two =
        new RankSettings(
            2,
            6,
            one.repeat(),
            0,
            1,
            one.activity(),
            one.blend(),
            one.learned(),
            one.diversity(),
            one.newItems(),
            List.of());
    return new Ranker(MODELS, two, new String[6]);
  }

  private static Scoring scoring() {
    Map<String, Double> one = Map.of("a", 1.0);
    return new BlendWeights(Map.of("cold", one, "light", one, "heavy", one)).over(MODELS);
  }

  /**
   * Everybody is offered 0 to 3 in this order and has bought 0 and 1. Even users never repeated
   * before and buy 2 and 3 next; odd ones always do, and buy 0 and 1 again.
   */
  private static Dataset<Row> gathered() {
    Column even = col(Users.USER).mod(2).equalTo(0);
    return gathered(
            MODELS,
            IntStream.range(0, USERS).mapToLong(u -> 3).toArray(),
            IntStream.range(0, USERS)
                .mapToObj(u -> proposal(u, "a", items(0, 1, 2, 3), scores(9, 8, 7, 6)))
                .toArray(Proposal[]::new))
        .withColumn(Candidates.BOUGHT, functions.array(lit(0), lit(1)))
        .withColumn(Rules.REPEAT_SHARE, when(even, 0.0).otherwise(0.8))
        .withColumn(
            BlendLearner.TRUTH,
            when(even, functions.array(lit(2), lit(3))).otherwise(functions.array(lit(0), lit(1))));
  }

  @Test
  void eachBandLearnsItsShare() {
    RepeatMix mix =
        RepeatMix.learn(gathered().repartition(7), ranker(), scoring(), ListShape.AS_SCORED, 2);

    // New places only for the first band; for the last the smallest share that gives both places:
    // 0.8 · 2 = 1.6, so 2. The bands between have no users: both halves together do best with
    // either extreme, and ties go to the smaller share.
    assertThat(mix.shares()).containsExactly(0.0, 0.0, 0.0, 0.0, 0.8);
  }

  @Test
  void listsFollowTheShareOfTheUsersBand() {
    RepeatMix mix = new RepeatMix(List.of(0.5, 0.0, 0.0, 0.0, 1.0));

    List<Row> lists =
        ranker()
            .lists(gathered(), scoring(), ListShape.AS_SCORED.with(mix), 2)
            .orderBy(Users.USER)
            .collectAsList();

    assertThat(lists.get(0).<Integer>getList(1)).containsExactly(0, 2);
    assertThat(lists.get(1).<Integer>getList(1)).containsExactly(0, 1);
  }

  @Test
  void newItemsGetTheirShare() {
    Ranker half = ranker();
    RankSettings settings = half.settings();
    half =
        new Ranker(
            MODELS,
            new RankSettings(
                2,
                6,
                settings.repeat(),
                0,
                1,
                settings.activity(),
                settings.blend(),
                settings.learned(),
                settings.diversity(),
                new RankSettings.NewItems(0.5, 5),
                List.of()),
            new String[6]);
    BitSet fresh = new BitSet();
    fresh.set(3);
    fresh.set(5);

    Row list =
        half.lists(gathered(), scoring(), new ListShape(null, fresh, 0), 2).collectAsList().get(0);

    assertThat(list.<Integer>getList(1)).containsExactly(0, 3);
  }

  @Test
  void whoNeverBoughtHasNoPlacesForRepeats() {
    assertThat(RepeatMix.even(1).places(null, 10)).isZero();
    assertThat(RepeatMix.even(0.3).places(0.0, 10)).isEqualTo(3);
  }
}
