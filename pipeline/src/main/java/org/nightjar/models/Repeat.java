package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.rank.kernel.BlockScorer;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.TopN;
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

  private static final String HISTORIES = "histories";

  /** Most items that are kept of one user. */
  private static final int MAX_ITEMS = 2_000;

  public Repeat {
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
  }

  @Override
  public FittedModel fit(Training training) {
    Dataset<Row> pairs =
        Interactions.pairs(training.events(), training.cutoff(), halfLifeDays, eventWeights);
    return restore(
        Map.of(HISTORIES, Histories.of(pairs, col(Interactions.WEIGHT), MAX_ITEMS)),
        training.itemCount());
  }

  @Override
  public boolean proposesOwnItems() {
    return true;
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE.with("halfLifeDays", SearchSpace.oneOf(0, 14, 30, 60, 90, 180, 365));
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return new Fitted(tables, itemCount);
  }

  private record Fitted(Map<String, Dataset<Row>> tables, int itemCount) implements FittedModel {
    @Override
    public Dataset<Row> prepare(Dataset<Row> users, String input) {
      return Histories.attach(users, tables.get(HISTORIES), input);
    }

    @Override
    public BlockScorer scorer(String input) {
      return new OwnItemsScorer(input, itemCount);
    }

    @Override
    public Decomposer decomposer(String input) {
      return HistoryParts.ofItself(input);
    }

    @Override
    public Explainer explainer() {
      return Repeat::reason;
    }
  }

  private static String reason(Row user, int item, String[] names) {
    int[] history = TopN.ints(user, UserContext.HISTORY);
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
