package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepeatTest extends ModelTest {
  private static final Repeat MODEL = new Repeat(10, Map.of("view", 0.5));

  @TempDir Path folder;

  private static FittedModel fitted() {
    return MODEL.fit(
        training(
            5,
            // User 0: item 4 has 1 + 1/2, item 1 has 1/2 · 1, item 3 has 1/4 + 1/4.
            bought(0, 4, 0),
            bought(0, 4, 10),
            event(0, 1, "view", 0),
            bought(0, 3, 20),
            bought(0, 3, 20),
            bought(1, 2, 10)));
  }

  @Test
  void ownPurchasesFade() {
    var proposed = fitted().propose(request(5, 9, asks(0, null), asks(1, null), asks(2, null)));

    assertThat(items(proposed))
        .containsOnly(Map.entry(0, List.of(4, 1, 3)), Map.entry(1, List.of(2)));
    assertThat(scores(proposed))
        .containsOnly(Map.entry(0, List.of(1.5f, 0.5f, 0.5f)), Map.entry(1, List.of(0.5f)));
  }

  @Test
  void onlyTheBestAreProposed() {
    assertThat(items(fitted().propose(request(5, 2, asks(0, null)))))
        .containsOnly(Map.entry(0, List.of(4, 1)));
  }

  @Test
  void excludedAndIneligibleItemsAreNeverProposed() {
    Request request = request(5, 9, asks(0, null, 4), asks(1, null, 2));
    request.eligible().clear(1);

    assertThat(items(fitted().propose(request))).containsOnly(Map.entry(0, List.of(3)));
  }

  @Test
  void tablesAreTheWholeModel() {
    Request request = request(5, 4, asks(0, null), asks(1, null));

    assertThat(sorted(reread(MODEL, fitted(), 5, folder).propose(request)))
        .isEqualTo(sorted(fitted().propose(request)));
  }

  @Test
  void reasons() {
    var explainer = fitted().explainer();
    var user = explained(null, Map.of(1, 1L, 4, 3L));

    assertThat(explainer.reason(user, 1, NAMES)).isEqualTo("You bought this before");
    assertThat(explainer.reason(user, 4, NAMES)).isEqualTo("You often buy this: 3 times so far");
    assertThat(explainer.reason(user, 2, NAMES)).isEqualTo("You bought this before");
    assertThat(explainer.reason(explainedWithoutEvents(null), 2, NAMES))
        .isEqualTo("You bought this before");
  }
}
