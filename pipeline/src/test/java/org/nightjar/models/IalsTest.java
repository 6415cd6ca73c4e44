package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;

class IalsTest extends ModelTest {
  private static final Ials MODEL = model(4, 5, 0.1, true);

  @TempDir Path folder;

  private static FittedModel fitted;

  private static Ials model(int rank, int iterations, double regularisation, boolean implicit) {
    return new Ials(
        rank, iterations, regularisation, 1, false, 0.3, implicit, Strength.BINARY, 0, Map.of());
  }

  @BeforeAll
  static void fit() {
    fitted = MODEL.fit(AlsTest.clusters(1));
  }

  @Test
  void plantedClustersAreRecovered() {
    var lists = items(fitted.propose(request(11, 5, asks(0, null), asks(1, null), asks(77, null))));

    assertThat(lists).containsOnlyKeys(0, 1);
    assertThat(lists.get(0)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(lists.get(1)).containsExactlyInAnyOrder(5, 6, 7, 8, 9);
  }

  @Test
  void partitionsDoNotShow() {
    Request request = request(11, 11, asks(0, null), asks(1, null), asks(2, null));

    assertThat(sorted(MODEL.fit(AlsTest.clusters(5)).propose(request)))
        .isEqualTo(sorted(fitted.propose(request)));
  }

  @Test
  void tablesAreTheWholeModel() {
    Request request = request(11, 11, asks(0, null), asks(1, null));

    assertThat(sorted(reread(MODEL, fitted, 11, folder).propose(request)))
        .isEqualTo(sorted(fitted.propose(request)));
    assertThat(fitted.tables().get(Losses.TABLE).count()).isEqualTo(5);
  }

  @Test
  void unchangedUsersAreFoldedInAsTheyWereTrained() {
    assertThat(sorted(userFactors(MODEL.refresh(AlsTest.clusters(3), fitted.tables()))))
        .isEqualTo(sorted(userFactors(fitted)));
  }

  @Test
  void newUsersAreFoldedIn() {
    // Item 10 has no factors.
    Training later =
        training(11, bought(99, 0, 1), bought(99, 2, 1), bought(99, 10, 1), bought(98, 10, 1));
    FittedModel refreshed = MODEL.refresh(later, fitted.tables());

    var lists = items(refreshed.propose(request(11, 3, asks(99, null, 0, 2), asks(98, null))));
    assertThat(lists).containsOnlyKeys(99);
    assertThat(lists.get(99)).containsExactlyInAnyOrder(1, 3, 4);
  }

  private static Dataset<Row> userFactors(FittedModel model) {
    return model.tables().get(FactorModel.USER_FACTORS);
  }

  @Test
  void noEventsGiveNoLists() {
    FittedModel empty = MODEL.fit(training(profiles(), 11, events(List.of())));

    assertThat(items(empty.propose(request(11, 5, asks(0, null))))).isEmpty();
  }

  @Test
  void explicitFactorsLearnRatings() {
    FittedModel model =
        model(2, 10, 0.01, false).fit(training(profiles(), 4, events(AlsTest.ratings())));

    // User 0 likes even items; item 3, unrated, is expected to be as bad as item 1.
    var proposed = model.propose(request(4, 4, asks(0, null)));
    assertThat(items(proposed).get(0).subList(0, 2)).containsExactlyInAnyOrder(0, 2);
    assertThat(scores(proposed).get(0).get(3)).isLessThan(2.5f);
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> model(4, 5, 0, true))
        .isInstanceOf(InputException.class)
        .hasMessage("regularisation is 0.0 but must be > 0");
    assertThatThrownBy(() -> new Ials(4, 5, 1, 1.5, false, 0.3, true, Strength.BINARY, 0, Map.of()))
        .hasMessage("frequencyExponent is 1.5 but must be from 0 to 1");
  }
}
