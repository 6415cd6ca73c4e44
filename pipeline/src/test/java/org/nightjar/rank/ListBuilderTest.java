package org.nightjar.rank;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ListBuilderTest {
  /** Items 0 to 3 are tea, 4 and 5 cake, the others without category. */
  private static final String[] CATEGORIES = {
    "tea", "tea", "tea", "tea", "cake", "cake", null, null, null, null
  };

  /** Offers items 0, 1, 2, … with scores 10, 9, 8, … */
  private static void offerAll(ListBuilder list) {
    for (int item = 0; item < CATEGORIES.length; item++) {
      list.offer(item, 10 - item, "model");
    }
  }

  private static Integer[] items(ListBuilder list) {
    return list.row(0).getAs(1);
  }

  @Test
  void placesAreKeptForTheirKindAndTakenInOrder() {
    ListBuilder list = new ListBuilder(4, 4, CATEGORIES, 0);
    list.reserve(item -> item >= 7, 2, 4);

    offerAll(list);

    assertThat(items(list)).containsExactly(0, 1, 7, 8);
    assertThat(list.row(0).<Double[]>getAs(2)).containsExactly(10.0, 9.0, 3.0, 2.0);
  }

  @Test
  void aKindTakesNoMoreThanItsPlaces() {
    ListBuilder list = new ListBuilder(4, 4, CATEGORIES, 0);
    list.reserve(item -> item <= 3, 1, 1);

    offerAll(list);

    assertThat(items(list)).containsExactly(0, 4, 5, 6);
  }

  @Test
  void twoKindsBothGetTheirPlaces() {
    ListBuilder list = new ListBuilder(5, 5, CATEGORIES, 0);
    list.reserve(item -> item == 4 || item == 5, 2, 2);
    list.reserve(item -> item == 9, 1, 5);

    offerAll(list);

    assertThat(items(list)).containsExactly(0, 1, 4, 5, 9);
  }

  @Test
  void placesThatNobodyTakesAreReleasedAndScoresNeverRise() {
    ListBuilder list = new ListBuilder(4, 4, CATEGORIES, 0);
    list.reserve(item -> item == 9, 2, 4);
    offerAll(list);
    assertThat(items(list)).containsExactly(0, 1, 9);

    list.release();
    offerAll(list);

    assertThat(items(list)).containsExactly(0, 1, 9, 2);
    assertThat(list.row(0).<Double[]>getAs(2)).containsExactly(10.0, 9.0, 1.0, 1.0);
  }

  @Test
  void theHeadIsFilledFirstAndCapsHoldThroughout() {
    ListBuilder list = new ListBuilder(6, 3, CATEGORIES, 2);
    list.reserve(item -> item == 6, 1, 1);
    offerAll(list);
    assertThat(list.isFull()).isTrue();
    assertThat(items(list)).containsExactly(0, 1, 6);

    list.extend();
    offerAll(list);

    assertThat(items(list)).containsExactly(0, 1, 6, 4, 5, 7);
    assertThat(list.hits(new int[] {1, 5, 9}))
        .containsExactly(false, true, false, false, true, false);
  }
}
