package org.nightjar.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.models.Als;

class BenchTest extends SparkTest {
  @TempDir private Path folder;

  @Test
  void piecesTakeTurnsAfterAWarmUp() {
    List<String> order = new ArrayList<>();
    Map<String, Rounds.Work> pieces = new LinkedHashMap<>();
    pieces.put("a", () -> order.add("a"));
    pieces.put("b", () -> order.add("b"));

    assertThat(Rounds.medians(2, pieces).seconds()).containsOnlyKeys("a", "b");
    assertThat(order).containsExactly("a", "b", "a", "b", "a", "b");
    assertThat(Rounds.median(3, 1, 2)).isEqualTo(2);
    assertThat(Rounds.median(4, 1, 2, 3)).isEqualTo(2.5);
  }

  @Test
  void theSlopeIsThePowerOfGrowth() {
    double[] x = {1, 3, 10, 30};
    double[] y = new double[4];
    for (int at = 0; at < 4; at++) {
      y[at] = 5 * Math.pow(x[at], 1.25);
    }
    assertThat(ScaleBench.slope(x, y)).isCloseTo(1.25, within(1e-12));
  }

  @Test
  void modelsTakeTheSettingsThatTheirTypeHas() {
    Map<String, Object> settings = Map.of("rank", 7, "iterations", 3);

    Als als = (Als) BenchModels.of("als", settings, List.of("alpha=2.5"));
    assertThat(als.rank()).isEqualTo(7);
    assertThat(als.iterations()).isEqualTo(3);
    assertThat(als.alpha()).isEqualTo(2.5);
    assertThat(BenchModels.has(BenchModels.of("popularity", settings, List.of()), "rank"))
        .isFalse();
    assertThatThrownBy(() -> BenchModels.of("alz", settings, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("alz");
  }

  /** What is timed side by side does the same work. */
  @Test
  void bothScansGiveTheSameLists() {
    Map<String, Object> result =
        new TopNBench(300, 120, 6_000, 4, 5, 40, "als", true, 1, 3).run(spark, folder.toString());

    assertThat((Double) result.get("items_in_common")).isGreaterThan(0.995);
    assertThat(result).containsKeys("times_faster_than_mllib", "share_of_sgemm_roof");
    assertThat(ResultLine.of(result)).startsWith("{\"bench\":\"topn\"").doesNotContain("\n");
  }

  @Test
  void trainersLearnFromAFileOfPairs() throws IOException {
    StringBuilder pairs = new StringBuilder("user_id,item_id,rating\n");
    for (int user = 0; user < 60; user++) {
      for (int item = 0; item < 20; item++) {
        if ((user + item) % 2 == 0 && (user * item) % 7 != 0) {
          pairs.append("u").append(user).append(",i").append(item).append(",3\n");
        }
      }
    }
    Path file = Files.writeString(folder.resolve("pairs.csv"), pairs);

    Map<String, Object> result =
        new TrainBench(0, 0, 0, file.toString(), List.of("als", "ials"), 4, 2, List.of(), 1, 3)
            .run(spark, folder.resolve("bench").toString());

    @SuppressWarnings("unchecked")
    var models = (Map<String, Map<String, Object>>) result.get("models");
    for (String type : List.of("als", "ials")) {
      assertThat(models.get(type)).containsKeys("fit_seconds", "seconds_per_iteration");
      assertThat((Double) models.get(type).get("ndcg_at_10")).isGreaterThan(0.5);
    }
    assertThatThrownBy(
            () ->
                BenchShop.of(
                    spark,
                    Files.writeString(folder.resolve("bad.csv"), "user,item_id\n").toString(),
                    3,
                    folder.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no column user_id");
  }
}
