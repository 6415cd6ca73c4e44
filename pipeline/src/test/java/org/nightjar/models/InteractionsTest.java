package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nightjar.table.Events;

class InteractionsTest extends ModelTest {

  @Test
  void weightsHalveWithAge() {
    var pairs =
        Interactions.pairs(
            events(
                List.of(
                    bought(0, 0, 0),
                    bought(0, 0, 10),
                    bought(0, 0, 20),
                    bought(1, 0, 30),
                    event(1, 1, "view", 10))),
            CUTOFF,
            10,
            Map.of("view", 0.5));

    // 1 + 1/2 + 1/4; 1/8; 0.5 · 1/2. The columns: user, item, weight, once, count, latest_days.
    assertThat(sorted(pairs))
        .containsExactly(
            "[0,0,1.75,1.0,3,0.0]", "[1,0,0.125,0.125,1,30.0]", "[1,1,0.25,0.25,1,10.0]");
  }

  @Test
  void withoutHalfLifeNothingFades() {
    assertThat(
            sorted(
                Interactions.pairs(
                    events(List.of(bought(0, 0, 1), bought(0, 0, 500))), CUTOFF, 0, Map.of())))
        .containsExactly("[0,0,2.0,1.0,2,1.0]");
  }

  @Test
  void eventsWithoutTimeAreOfAgeZeroAndTypesOfWeightZeroDropOut() {
    var pairs =
        Interactions.pairs(
            events(List.of(row(0, 0, "purchase", null, null), event(0, 1, "view", 1))),
            CUTOFF,
            10,
            Map.of("view", 0.0));

    assertThat(sorted(pairs)).containsExactly("[0,0,1.0,1.0,1,0.0]");
    assertThat(pairs.columns())
        .containsExactly(
            Events.USER,
            Events.ITEM,
            Interactions.WEIGHT,
            Interactions.ONCE,
            Interactions.COUNT,
            Interactions.LATEST_DAYS);
  }
}
