package org.nightjar.models;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.table.Candidates;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.UserContext;

/**
 * The user's own purchases: score(u,i) = Σ over the user's events with the item of
 * 2^(−age/halfLife), age in days before the cutoff. Users without events get no row.
 *
 * <p>Source: personal frequency, the strongest single predictor where people buy again (Hu et al.
 * 2020, "Modeling Personalized Item Frequency Information for Next-basket Recommendation").
 */
@JsonTypeName("repeat")
public record Repeat(
    @Setting(
            value = "Days after which an event counts half; 0: events never fade.",
            byDefault = "180")
        double halfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights)
    implements CandidateModel {

  private static final String PAIRS = "pairs";
  private static final String NEGATED = "negated";
  private static final String BEST = "best";

  public Repeat {
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
  }

  @Override
  public FittedModel fit(Training training) {
    Dataset<Row> pairs =
        Interactions.pairs(training.events(), training.cutoff(), halfLifeDays, eventWeights)
            .select(
                col(Events.USER),
                col(Events.ITEM),
                col(Interactions.WEIGHT).cast("float").as(Interactions.WEIGHT));
    return restore(Map.of(PAIRS, pairs), training.itemCount());
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE.with("halfLifeDays", SearchSpace.oneOf(0, 14, 30, 60, 90, 180, 365));
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return new Fitted(tables);
  }

  private record Fitted(Map<String, Dataset<Row>> tables) implements FittedModel {
    @Override
    public Dataset<Row> propose(Request request) {
      Dataset<Row> pairs = tables.get(PAIRS);
      Dataset<Row> eligible = eligibleItems(pairs.sparkSession(), request);
      Dataset<Row> best =
          pairs
              .join(eligible, Items.ITEM)
              .join(request.users().select(Candidates.USER, Request.EXCLUDED), Candidates.USER)
              .where(
                  coalesce(array_contains(col(Request.EXCLUDED), col(Items.ITEM)), lit(false))
                      .equalTo(false))
              .groupBy(Candidates.USER)
              .agg(
                  slice(
                          array_sort(
                              collect_list(
                                  struct(
                                      negate(col(Interactions.WEIGHT)).as(NEGATED),
                                      col(Items.ITEM)))),
                          1,
                          request.perUser())
                      .as(BEST));
      return best.select(
          col(Candidates.USER),
          transform(col(BEST), e -> e.getField(Items.ITEM)).as(Candidates.ITEMS),
          transform(col(BEST), e -> negate(e.getField(NEGATED))).as(Candidates.SCORES));
    }

    private static Dataset<Row> eligibleItems(SparkSession spark, Request request) {
      java.util.List<Row> rows =
          request.eligible().stream().mapToObj(org.apache.spark.sql.RowFactory::create).toList();
      return spark.createDataFrame(
          rows,
          new org.apache.spark.sql.types.StructType()
              .add(Items.ITEM, org.apache.spark.sql.types.DataTypes.IntegerType, false));
    }

    @Override
    public Explainer explainer() {
      return Repeat::reason;
    }
  }

  private static String reason(Row user, int item, String[] names) {
    int[] history = org.nightjar.rank.kernel.TopN.ints(user, UserContext.HISTORY);
    for (int at = 0; at < history.length; at++) {
      if (history[at] == item) {
        long times = user.<Long>getList(user.fieldIndex(UserContext.HISTORY_COUNTS)).get(at);
        return times == 1
            ? "You bought this before"
            : "You often buy this: " + times + " times so far";
      }
    }
    return "You bought this before";
  }
}
