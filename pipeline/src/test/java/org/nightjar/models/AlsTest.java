package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

class AlsTest extends ModelTest {
  private static final Als MODEL = new Als(4, 5, 0.03, 3, true, Strength.BINARY, 0, Map.of(), 0);
  private static final int USERS = 40;

  @TempDir static Path checkpoints;

  @TempDir Path folder;

  private static FittedModel fitted;

  @BeforeAll
  static void fit() {
    spark.sparkContext().setCheckpointDir(checkpoints.toString());
    fitted = MODEL.fit(clusters(1));
  }

  @AfterAll
  static void forgetTheFolder() {
    spark.sparkContext().checkpointDir_$eq(Option.empty());
  }

  /** Even users buy four of items 0–4, odd ones four of items 5–9; item 10 is never bought. */
  static Training clusters(int partitions) {
    List<Row> events = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int purchase = 0; purchase < 4; purchase++) {
        events.add(bought(user, 5 * (user % 2) + (user / 2 + purchase) % 5, 1));
      }
    }
    Dataset<Row> spread = events(events).repartition(partitions);
    return training(profiles(), 11, spread);
  }

  @Test
  void plantedClustersAreRecovered() {
    var lists = items(fitted.propose(request(11, 5, asks(0, null), asks(1, null))));

    assertThat(lists.get(0)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(lists.get(1)).containsExactlyInAnyOrder(5, 6, 7, 8, 9);
  }

  @Test
  void theMissingItemOfTheClusterComesFirst() {
    // User 0 bought 0 to 3.
    assertThat(items(fitted.propose(request(11, 1, asks(0, null, 0, 1, 2, 3)))))
        .containsOnly(Map.entry(0, List.of(4)));
  }

  @Test
  void excludedIneligibleAndUnsoldItemsAreLeftOut() {
    Request request = request(11, 11, asks(0, null, 0, 9));
    request.eligible().clear(3);

    assertThat(items(fitted.propose(request)).get(0))
        .containsExactlyInAnyOrder(1, 2, 4, 5, 6, 7, 8);
  }

  @Test
  void anAlphaOfZeroLeavesPairsTheirPreference() {
    Als model = new Als(4, 5, 0.03, 0, true, Strength.BINARY, 0, Map.of(), 0);

    assertThat(items(model.fit(clusters(1)).propose(request(11, 1, asks(0, null, 0, 1, 2, 3)))))
        .containsOnly(Map.entry(0, List.of(4)));
  }

  @Test
  void usersWithoutEventsAreMissing() {
    assertThat(items(fitted.propose(request(11, 5, asks(77, null))))).isEmpty();
  }

  @Test
  void partitionsDoNotShow() {
    Request request = request(11, 11, asks(0, null), asks(1, null), asks(2, null));
    List<String> one = sorted(fitted.propose(request));

    for (int partitions : new int[] {4, 16}) {
      assertThat(sorted(MODEL.fit(clusters(partitions)).propose(request))).isEqualTo(one);
    }
  }

  @Test
  void tablesAreTheWholeModel() {
    Request request = request(11, 11, asks(0, null), asks(1, null));

    assertThat(sorted(reread(MODEL, fitted, 11, folder).propose(request)))
        .isEqualTo(sorted(fitted.propose(request)));
  }

  @Test
  void withoutCheckpointFolderFittingFails() {
    spark.sparkContext().checkpointDir_$eq(Option.empty());
    try {
      assertThatThrownBy(() -> MODEL.fit(clusters(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("checkpoint directory");
    } finally {
      spark.sparkContext().setCheckpointDir(checkpoints.toString());
    }
  }

  /** Even users like even items, odd ones odd items; user 0 has not rated item 3. */
  static List<Row> ratings() {
    List<Row> ratings = new ArrayList<>();
    for (int user = 0; user < 12; user++) {
      for (int item = 0; item < 4; item++) {
        if (user != 0 || item < 3) {
          boolean likes = user % 2 == item % 2;
          ratings.add(row(user, item, "rating", ago(1), likes ? 5.0 : 1.0));
        }
      }
    }
    return ratings;
  }

  @Test
  void explicitFactorsLearnRatings() {
    Als explicit = new Als(2, 10, 0.01, 1, false, Strength.BINARY, 0, Map.of(), 0);
    FittedModel model = explicit.fit(training(profiles(), 4, events(ratings())));

    // User 0 likes even items; item 3, unrated, is expected to be as bad as item 1.
    var proposed = model.propose(request(4, 4, asks(0, null)));
    assertThat(items(proposed).get(0).subList(0, 2)).containsExactlyInAnyOrder(0, 2);
    assertThat(scores(proposed).get(0).get(3)).isLessThan(2.5f);
  }

  @Test
  void foldedInFactorsAreMllibs() {
    FittedModel refreshed = MODEL.refresh(clusters(3), fitted.tables());
    Request request = request(11, 11, asks(0, null), asks(1, null));
    Map<Integer, List<Float>> scores = scores(fitted.propose(request));

    // MLlib ends with the users too, in double precision.
    scores(refreshed.propose(request))
        .forEach(
            (user, own) -> {
              for (int at = 0; at < own.size(); at++) {
                assertThat(own.get(at)).isCloseTo(scores.get(user).get(at), within(1e-3f));
              }
            });
  }

  @Test
  void itemVectorsAreOfTheSoldItems() {
    assertThat(fitted.itemVectors().orElseThrow().count()).isEqualTo(10);
  }

  @Test
  void reasons() {
    var explainer = fitted.explainer();

    assertThat(explainer.reason(explained(null, Map.of(0, 1L, 7, 5L)), 4, NAMES))
        .isEqualTo("Because you bought tea");
    assertThat(explainer.reason(explainedWithoutEvents(null), 4, NAMES))
        .isEqualTo("Fits your taste");
  }
}
