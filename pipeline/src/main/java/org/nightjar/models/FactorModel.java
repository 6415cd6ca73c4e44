package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.BlockScorer;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.FactorScorer;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Items;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;

/**
 * A factorisation, whoever trained it: score(u,i) = x_u·y_i. Users without factors get no row,
 * items without are not proposed.
 *
 * @param tables {@link #USER_FACTORS} with {@code user}, {@link #ITEM_FACTORS} with {@code item},
 *     both with {@link #FACTORS}, an array of {@code rank} floats, and {@link #RATINGS}
 * @param objective what the users' factors are the best for, given the items'
 */
record FactorModel(Map<String, Dataset<Row>> tables, int itemCount, int rank, Objective objective)
    implements FittedModel {
  static final String USER_FACTORS = "user_factors";
  static final String ITEM_FACTORS = "item_factors";
  static final String FACTORS = "factors";

  /** What each user's factors were found from, see {@link RatingTable}. */
  static final String RATINGS = "ratings";

  @Override
  public Dataset<Row> prepare(Dataset<Row> users, String input) {
    return users.join(
        tables.get(USER_FACTORS).select(col(Users.USER), col(FACTORS).as(input)),
        new String[] {Users.USER},
        "left");
  }

  @Override
  public BlockScorer scorer(String input) {
    return new FactorScorer(input, itemVectorsByIndex(), rank);
  }

  @Override
  public Dataset<Row> prepareParts(Dataset<Row> users, String input) {
    return Histories.attach(users, tables.get(RATINGS), input);
  }

  @Override
  public Decomposer decomposer(String input) {
    return FactorParts.of(input, itemVectorsByIndex(), rank, objective);
  }

  private float[][] itemVectorsByIndex() {
    return ItemVectors.byIndex(tables.get(ITEM_FACTORS), Items.ITEM, FACTORS, itemCount);
  }

  @Override
  public Optional<Dataset<Row>> itemVectors() {
    return Optional.of(
        tables.get(ITEM_FACTORS).select(col(Items.ITEM), col(FACTORS).as(ItemVectors.VECTOR)));
  }

  @Override
  public Explainer explainer() {
    float[][] vectors = ItemVectors.normalised(itemVectorsByIndex());
    return (user, item, names) -> {
      int closest = ItemVectors.closest(vectors, item, TopN.ints(user, UserContext.HISTORY));
      return closest < 0 ? "Fits your taste" : "Because you bought " + names[closest];
    };
  }
}
