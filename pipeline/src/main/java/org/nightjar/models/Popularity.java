package org.nightjar.models;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.sum;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.Part;
import org.nightjar.table.Items;

/**
 * Popularity that fades: score(i) = Σ over users of 2^(−age/halfLife), age in days from the user's
 * last event with the item to the cutoff. Each user counts once per item. Items without events
 * score 0, so that every list can be filled.
 *
 * <p>Source: baseline; every model is compared with it.
 */
@JsonTypeName("popularity")
public record Popularity(
    @Setting(
            value = "Days after which a user's last event counts half; 0: events never fade.",
            byDefault = "28")
        double halfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights)
    implements CandidateModel {

  private static final String ITEM_SCORES = "item_scores";
  private static final String SCORE = "score";
  private static final int SCORE_SCALE = 6;

  public Popularity {
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
  }

  @Override
  public boolean proposesToNewUsers() {
    return true;
  }

  @Override
  public FittedModel fit(Training training) {
    Dataset<Row> itemScores =
        Interactions.pairsByCalendar(
                training.events(), training.cutoff(), halfLifeDays, eventWeights)
            .groupBy(Items.ITEM)
            .agg(round(sum(Interactions.ONCE), SCORE_SCALE).cast("float").as(SCORE));
    return restore(Map.of(ITEM_SCORES, itemScores), training.itemCount());
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("halfLifeDays", SearchSpace.oneOf(0, 7, 14, 30, 60, 120))
        .judgedOnColdUsers();
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return new Fitted(tables, itemCount);
  }

  private record Fitted(Map<String, Dataset<Row>> tables, int itemCount) implements FittedModel {
    @Override
    public StaticScorer scorer(String input) {
      float[] scores = new float[itemCount];
      Dataset<Row> itemScores = tables.get(ITEM_SCORES);
      for (Row row : itemScores.select(col(Items.ITEM), col(SCORE)).collectAsList()) {
        scores[row.getInt(0)] = row.getFloat(1);
      }
      return new StaticScorer(scores);
    }

    @Override
    public Decomposer decomposer(String input) {
      StaticScorer scorer = scorer(input);
      return (user, items) ->
          Arrays.stream(items)
              .mapToObj(item -> List.of(Part.everybody(scorer.byItem()[item])))
              .toList();
    }

    @Override
    public Explainer explainer() {
      return (user, item, names) -> "Popular right now";
    }
  }
}
