package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemographicTest extends ModelTest {
  private static final Demographic MODEL = new Demographic(List.of(), 1, 1, 0, Map.of(), 10);

  @TempDir Path folder;

  /** A buys item 0 (twice) and item 1 (once), B item 1 (three times) and item 2 (once). */
  private static FittedModel fitted() {
    return MODEL.fit(
        training(
            profiles("A", "A", "B", "B", "B"),
            4,
            events(
                List.of(
                    bought(0, 0, 0),
                    bought(1, 0, 0),
                    bought(0, 1, 0),
                    bought(2, 1, 0),
                    bought(3, 1, 0),
                    bought(4, 1, 0),
                    bought(4, 2, 0)))));
  }

  @Test
  void aUserGetsWhatTheLevelBuys() {
    var proposed = fitted().propose(request(4, 4, asks(0, "A"), asks(2, "B")));

    assertThat(items(proposed))
        .containsOnly(Map.entry(0, List.of(0, 1, 2)), Map.entry(2, List.of(1, 2, 0)));
    // p_g · (W_vg + s) / (W_v · p_g + s), here with s = 1, W_v = 3.
    List<Float> scores = scores(proposed).get(0);
    assertThat((double) scores.get(0)).isCloseTo(2 / 7.0 * (2 + 1) / (6 / 7.0 + 1), within(1e-6));
    assertThat((double) scores.get(1)).isCloseTo(4 / 7.0 * (1 + 1) / (12 / 7.0 + 1), within(1e-6));
    assertThat((double) scores.get(2)).isCloseTo(1 / 7.0 * (0 + 1) / (3 / 7.0 + 1), within(1e-6));
  }

  @Test
  void withoutKnownProfileThereIsPopularity() {
    var proposed = fitted().propose(request(4, 4, asks(8, null), asks(9, "unheard of")));

    assertThat(items(proposed))
        .containsOnly(Map.entry(8, List.of(1, 0, 2)), Map.entry(9, List.of(1, 0, 2)));
    assertThat((double) scores(proposed).get(8).get(0)).isCloseTo(4 / 7.0, within(1e-6));
  }

  @Test
  void excludedAndIneligibleItemsAreLeftOut() {
    Request request = request(4, 4, asks(0, "A", 0));
    request.eligible().clear(2);

    assertThat(items(fitted().propose(request))).containsOnly(Map.entry(0, List.of(1)));
  }

  @Test
  void tablesAreTheWholeModel() {
    Request request = request(4, 4, asks(0, "A"), asks(2, "B"), asks(8, null));

    assertThat(sorted(reread(MODEL, fitted(), 4, folder).propose(request)))
        .isEqualTo(sorted(fitted().propose(request)));
  }

  @Test
  void reasons() {
    var explainer = fitted().explainer();

    assertThat(explainer.reason(explainedWithoutEvents("A"), 0, NAMES))
        .isEqualTo("Popular with customers like you (taste A)");
    assertThat(explainer.reason(explainedWithoutEvents("B"), 0, NAMES))
        .isEqualTo("Popular with many customers");
    assertThat(explainer.reason(explainedWithoutEvents(null), 0, NAMES))
        .isEqualTo("Popular with many customers");
  }
}
