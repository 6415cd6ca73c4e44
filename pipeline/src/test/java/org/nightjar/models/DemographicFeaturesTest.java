package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemographicFeaturesTest extends ModelTest {
  private static final DemographicFeatures MODEL =
      new DemographicFeatures(List.of(), 5, 91, 14, Map.of(), 1_000, 4, 0.001, 10);
  private static final int USERS = 60;

  private static FittedModel fitted;

  @TempDir Path folder;

  /** Even users are A and buy three of items 0–4, odd ones are B and buy three of items 5–9. */
  @BeforeAll
  static void fit() {
    fitted = fit(1);
  }

  private static FittedModel fit(int partitions) {
    String[] tastes = new String[USERS];
    List<Row> events = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      tastes[user] = user % 2 == 0 ? "A" : "B";
      for (int purchase = 0; purchase < 3; purchase++) {
        events.add(bought(user, 5 * (user % 2) + (user / 2 + purchase) % 5, 1 + user % 7));
      }
    }
    Dataset<Row> spread = events(events).repartition(partitions);
    return MODEL.fit(training(profiles(tastes).repartition(partitions), 10, spread));
  }

  @Test
  void aPlantedTasteIsRecovered() {
    var lists = items(fitted.propose(request(10, 5, asks(100, "A"), asks(101, "B"))));

    assertThat(lists.get(100)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(lists.get(101)).containsExactlyInAnyOrder(5, 6, 7, 8, 9);
  }

  @Test
  void excludedItemsAreLeftOut() {
    assertThat(items(fitted.propose(request(10, 10, asks(100, "A", 0, 1, 9)))).get(100))
        .hasSize(7)
        .doesNotContain(0, 1, 9);
  }

  @Test
  void partitionsDoNotShow() {
    Request request = request(10, 10, asks(100, "A"), asks(101, "B"), asks(102, null));

    assertThat(sorted(fit(4).propose(request))).isEqualTo(sorted(fitted.propose(request)));
  }

  @Test
  void tablesAreTheWholeModel() {
    Request request = request(10, 10, asks(100, "A"), asks(102, null));

    assertThat(sorted(reread(MODEL, fitted, 10, folder).propose(request)))
        .isEqualTo(sorted(fitted.propose(request)));
  }

  @Test
  void withoutEventsTheModelProposesNothing() {
    FittedModel empty = MODEL.fit(training(profiles("A"), 3, events(List.of())));

    assertThat(items(empty.propose(request(3, 3, asks(0, "A"))))).isEmpty();
  }

  @Test
  void reasons() {
    assertThat(fitted.explainer().reason(explainedWithoutEvents("A"), 2, NAMES))
        .isEqualTo("Popular with customers like you (taste A)");
    assertThat(fitted.explainer().reason(explainedWithoutEvents(null), 2, NAMES))
        .isEqualTo("Popular with many customers");
  }
}
