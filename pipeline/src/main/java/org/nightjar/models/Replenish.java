package org.nightjar.models;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.exp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.round;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.rank.kernel.BlockScorer;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.UserContext;

/**
 * What is due: the probability that a user buys an item again within the next days, given when they
 * bought it so far. Only for items that the user has bought; users without timed events get no row.
 *
 * <p>Intervals T between purchases are log-logistic with the pair's own median m (the mean of their
 * logarithms, drawn towards the item's, which is drawn towards the category's) and a common spread:
 * S(t) = P(T &gt; t) = 1 / (1 + (t/m)^s), s = π / (√3 · spread). With probability p there is
 * another purchase at all: (n − 1 + κr) / (n − 1 + κ) after n purchase days, r the item's share of
 * purchases that are followed by another, κ the shrinkage. The last purchase being a days ago,
 * score = p·(S(a) − S(a + horizon)) / (p·S(a) + 1 − p): it rises until the item is due, and fades
 * when the user seems to have given it up.
 *
 * <p>Source: after Bhagat et al. 2018, "Buy It Again: Modeling Repeat Purchase Recommendations",
 * whose repeat probability and shrunken rates it keeps; intervals vary less than a Poisson
 * process's, hence the log-logistic ones.
 */
@JsonTypeName("replenish")
public record Replenish(
    @Setting(value = "Days after the cutoff within which a purchase should fall.", byDefault = "7")
        double horizonDays,
    @Setting(
            value =
                "How many intervals of one's own weigh as much as what is usual for the item; also of the item beside its"
                    + " category, and of that beside all.",
            byDefault = "2")
        double shrinkage,
    @Setting(value = "Event types that are purchases; none: all types.", byDefault = "[]")
        List<String> eventTypes)
    implements CandidateModel {

  private static final String HISTORIES = "histories";
  private static final String ITEM_INTERVALS = "item_intervals";
  private static final String TYPICAL_DAYS = "typical_days";
  private static final String BOUGHT_BEFORE = "You bought this before";

  /** Most items that are kept of one user. */
  private static final int MAX_ITEMS = 2_000;

  private static final int SCORE_SCALE = 9;

  public Replenish {
    Require.that(horizonDays > 0, "horizonDays is %s but must be > 0 days", horizonDays);
    Require.that(shrinkage > 0, "shrinkage is %s but must be > 0", shrinkage);
    eventTypes = List.copyOf(eventTypes);
  }

  @Override
  public FittedModel fit(Training training) {
    Dataset<Row> purchases =
        eventTypes.isEmpty()
            ? training.events()
            : training.events().where(col(Events.EVENT_TYPE).isin(eventTypes.toArray()));
    Dataset<Row> pairs = Rhythm.pairs(purchases, training.cutoff());
    Rhythm rhythm = Rhythm.of(pairs, training.items(), shrinkage);
    Dataset<Row> scored =
        pairs
            .join(broadcast(rhythm.byItem()), Items.ITEM)
            .withColumn(Interactions.WEIGHT, round(score(rhythm.spread()), SCORE_SCALE))
            .where(col(Interactions.WEIGHT).gt(0));
    return restore(
        Map.of(
            HISTORIES,
            Histories.of(scored, col(Interactions.WEIGHT), MAX_ITEMS),
            ITEM_INTERVALS,
            rhythm
                .byItem()
                .select(
                    col(Items.ITEM),
                    exp(col(Rhythm.MEAN_LOG_DAYS)).cast("float").as(TYPICAL_DAYS))),
        training.itemCount());
  }

  private Column score(double spread) {
    Column intervals = col(Rhythm.DAYS).minus(1);
    Column weight = intervals.plus(shrinkage);
    Column medianDays =
        exp(col(Rhythm.LOG_SUM).plus(col(Rhythm.MEAN_LOG_DAYS).multiply(shrinkage)).divide(weight));
    Column again = intervals.plus(col(Rhythm.AGAIN).multiply(shrinkage)).divide(weight);
    double shape = Math.PI / (Math.sqrt(3) * spread);
    Column untilNow = survival(col(Rhythm.LATEST_DAYS), medianDays, shape);
    Column untilThen = survival(col(Rhythm.LATEST_DAYS).plus(horizonDays), medianDays, shape);
    return again
        .multiply(untilNow.minus(untilThen))
        .divide(again.multiply(untilNow).plus(lit(1.0)).minus(again));
  }

  private static Column survival(Column days, Column medianDays, double shape) {
    return lit(1.0).divide(pow(days.divide(medianDays), lit(shape)).plus(1.0));
  }

  @Override
  public boolean proposesOwnItems() {
    return true;
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("horizonDays", SearchSpace.oneOf(3, 7, 14, 28))
        .with("shrinkage", SearchSpace.logUniform(0.3, 10));
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
      float[] typicalDays = new float[itemCount];
      Dataset<Row> intervals = tables.get(ITEM_INTERVALS);
      for (Row row : intervals.select(col(Items.ITEM), col(TYPICAL_DAYS)).collectAsList()) {
        typicalDays[row.getInt(0)] = row.getFloat(1);
      }
      return (user, item, names) -> reason(user, item, typicalDays[item]);
    }
  }

  private static String reason(Row user, int item, float typicalDays) {
    int[] history = TopN.ints(user, UserContext.HISTORY);
    for (int at = 0; at < history.length; at++) {
      if (history[at] == item) {
        long times = user.<Long>getList(user.fieldIndex(UserContext.HISTORY_COUNTS)).get(at);
        Integer first = entry(user, UserContext.HISTORY_FIRST_DAYS, at);
        Integer last = entry(user, UserContext.HISTORY_LAST_DAYS, at);
        if (first == null || last == null) {
          return BOUGHT_BEFORE;
        }
        if (times > 1 && first - last >= times - 1) {
          long every = Math.round((first - last) / (double) (times - 1));
          return String.format(
              "You buy this about every %s; last time %s",
              every == 1 ? "day" : every + " days", ago(last));
        }
        return String.format(
            "You bought this %s; usually it is bought again after about %.0f days",
            ago(last), Math.max(2, typicalDays));
      }
    }
    return BOUGHT_BEFORE;
  }

  private static Integer entry(Row user, String column, int at) {
    return user.<Integer>getList(user.fieldIndex(column)).get(at);
  }

  private static String ago(int days) {
    return switch (days) {
      case 0 -> "today";
      case 1 -> "yesterday";
      default -> days + " days ago";
    };
  }
}
