package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PopularityTest extends ModelTest {
  private static final Popularity MODEL = new Popularity(10, Map.of());

  @TempDir Path folder;

  private static FittedModel fitted() {
    return MODEL.fit(
        training(
            5,
            // Item 0: user 0 counts once, by the later event: 1/2; user 1 adds 1/4.
            bought(0, 0, 10),
            bought(0, 0, 30),
            bought(1, 0, 20),
            // Item 2: 1; item 3: 1/2 + 1/4, as much as item 0.
            bought(2, 2, 0),
            bought(0, 3, 10),
            bought(1, 3, 20)));
  }

  @Test
  void userCountsFade() {
    var proposed = fitted().propose(request(5, 4, asks(0, null), asks(7, null)));

    assertThat(items(proposed))
        .containsOnly(Map.entry(0, List.of(2, 0, 3, 1)), Map.entry(7, List.of(2, 0, 3, 1)));
    assertThat(scores(proposed)).containsEntry(0, List.of(1f, 0.75f, 0.75f, 0f));
  }

  @Test
  void excludedAndIneligibleItemsAreLeftOut() {
    Request request = request(5, 4, asks(0, null, 2, 1));
    request.eligible().clear(0);

    assertThat(items(fitted().propose(request))).containsEntry(0, List.of(3, 4));
  }

  @Test
  void tablesAreTheWholeModel() {
    Request request = request(5, 4, asks(0, null));

    assertThat(sorted(reread(MODEL, fitted(), 5, folder).propose(request)))
        .isEqualTo(sorted(fitted().propose(request)));
  }

  @Test
  void reason() {
    assertThat(fitted().explainer().reason(explainedWithoutEvents(null), 0, NAMES))
        .isEqualTo("Popular right now");
  }
}
