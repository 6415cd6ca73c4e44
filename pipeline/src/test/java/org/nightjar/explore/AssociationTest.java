package org.nightjar.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AssociationTest {
  @Test
  void chiSquareOfATableByHand() {
    // Every expectation is 15, every difference 5: 4 · 25 / 15.
    Association association = Association.chiSquare(new long[][] {{10, 20}, {20, 10}});
    assertThat(association.statistic()).isCloseTo(100.0 / 15, within(1e-12));
    assertThat(association.degrees()).isEqualTo(1);
    assertThat(association.pValue()).isCloseTo(0.009823, within(1e-6));
    assertThat(association.effect()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(association.users()).isEqualTo(60);
  }

  @Test
  void emptyLinesAndColumnsDoNotCount() {
    assertThat(Association.chiSquare(new long[][] {{10, 0, 20}, {0, 0, 0}, {20, 0, 10}}))
        .isEqualTo(Association.chiSquare(new long[][] {{10, 20}, {20, 10}}));
    assertThat(Association.chiSquare(new long[][] {{10, 20}, {0, 0}})).isNull();
    assertThat(Association.chiSquare(new long[0][0])).isNull();
  }

  @Test
  void kruskalWithoutTiesByHand() {
    // Ranks 1 + 2 + 3 and 4 + 5 + 6: 12/42 · (36/3 + 225/3) − 21.
    Association association =
        Association.kruskal(
            List.of(Map.of(1.0, 1L, 2.0, 1L, 3.0, 1L), Map.of(7.0, 1L, 8.0, 1L, 9.0, 1L)));
    assertThat(association.statistic()).isCloseTo(12.0 / 42 * 87 - 21, within(1e-12));
    assertThat(association.effect()).isCloseTo((12.0 / 42 * 87 - 21) / 5, within(1e-12));
    assertThat(association.users()).isEqualTo(6);
  }

  @Test
  void kruskalWithTiesByHand() {
    // 1, 1 and 1, 2: the three 1s have rank 2, so H = 12/20 · (16/2 + 36/2) − 15 = 0.6 over 1 −
    // 24/60.
    Association association =
        Association.kruskal(
            List.of(new TreeMap<>(Map.of(1.0, 2L)), new TreeMap<>(Map.of(1.0, 1L, 2.0, 1L))));
    assertThat(association.statistic()).isCloseTo(1.0, within(1e-12));
    assertThat(association.degrees()).isEqualTo(1);
  }

  @Test
  void oneGroupOrOneValueSaysNothing() {
    assertThat(Association.kruskal(List.of(Map.of(1.0, 5L, 2.0, 1L)))).isNull();
    assertThat(Association.kruskal(List.of(Map.of(1.0, 5L), Map.of(1.0, 2L)))).isNull();
    assertThat(Association.kruskal(List.of())).isNull();
  }
}
