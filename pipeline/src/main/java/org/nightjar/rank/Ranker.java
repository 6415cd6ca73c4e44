package org.nightjar.rank;

import static org.apache.spark.sql.functions.arrays_zip;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.RankSettings;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.CandidateScan;
import org.nightjar.rank.kernel.CandidateSource;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Candidates;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Recommendations;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;

/**
 * From candidates to the final lists: the order of the scores (ties by item index), variety, places
 * kept for repeats and new items, the category cap, and the fallback chain.
 *
 * @param models the models in the order of the configuration
 * @param settings list length, blend, variety, places, caps and fallbacks
 * @param categories category by item index, null where unknown; for caps and variety
 */
public record Ranker(List<String> models, RankSettings settings, String[] categories)
    implements Serializable {
  /** Activity segment of a user: one of {@link RankSettings#ACTIVITY_SEGMENTS}. */
  public static final String ACTIVITY = "activity";

  /** Items of a list, best first. */
  public static final String ITEMS = Candidates.ITEMS;

  /** Scores of a list, falling. */
  public static final String SCORES = Candidates.SCORES;

  /** The model that put each item there most. */
  public static final String SOURCES = "sources";

  /** {@code user}, {@link #ITEMS}, {@link #SCORES}, {@link #SOURCES}. */
  public static final StructType LISTS =
      new StructType()
          .add(Users.USER, IntegerType, false)
          .add(ITEMS, createArrayType(IntegerType, false), false)
          .add(SCORES, createArrayType(DoubleType, false), false)
          .add(SOURCES, createArrayType(StringType, false), false);

  private static final StructType LISTS_OF_MODELS =
      new StructType()
          .add(Users.USER, IntegerType, false)
          .add(Candidates.MODEL, StringType, false)
          .add(ITEMS, createArrayType(IntegerType, false), false);

  private static final double SCORE_STEP = 1e6;

  /** Category by item index from {@link ItemTraits}. */
  public static String[] categories(Dataset<Row> traits, int itemCount) {
    return texts(traits, ItemTraits.CATEGORY, itemCount);
  }

  /** Name by item index from {@link ItemTraits}. */
  public static String[] names(Dataset<Row> traits, int itemCount) {
    return texts(traits, ItemTraits.NAME, itemCount);
  }

  private static String[] texts(Dataset<Row> traits, String column, int itemCount) {
    String[] texts = new String[itemCount];
    for (Row row : traits.select(ItemTraits.ITEM, column).collectAsList()) {
      texts[row.getInt(0)] = row.getString(1);
    }
    return texts;
  }

  /**
   * The activity segment from the number of events before the cutoff.
   *
   * @param eventCount long column; null counts as 0
   */
  public static Column activity(Column eventCount, RankSettings.Activity bounds) {
    Column events = coalesce(eventCount, lit(0L));
    return when(events.equalTo(0), lit(RankSettings.ACTIVITY_SEGMENTS.get(0)))
        .when(events.leq(bounds.lightMaxEvents()), lit(RankSettings.ACTIVITY_SEGMENTS.get(1)))
        .otherwise(lit(RankSettings.ACTIVITY_SEGMENTS.get(2)));
  }

  /**
   * Every model's candidates for each user, in one pass.
   *
   * @param users {@code user} int, {@link Rules#EXCLUDED}, {@link UserContext#EVENT_COUNT}, the
   *     profile's level columns and whatever is to be passed on
   * @param passed columns that are kept beside the user
   * @param fitted one model for each of {@link #models}
   * @return {@code user}, {@link #ACTIVITY}, the passed columns, {@link Candidates#OF_ALL_MODELS}
   */
  public Dataset<Row> gather(
      Dataset<Row> users,
      List<String> passed,
      List<? extends CandidateSource> fitted,
      BitSet eligible) {
    List<String> kept = new ArrayList<>(List.of(Users.USER, ACTIVITY));
    kept.addAll(passed);
    return CandidateScan.of(
        users.withColumn(ACTIVITY, activity(col(UserContext.EVENT_COUNT), settings.activity())),
        kept,
        fitted,
        eligible,
        settings.candidatesPerModel());
  }

  /** This ranker with some of its models only. */
  public Ranker over(List<String> fewer) {
    List<String> chain = settings.fallback().stream().filter(fewer::contains).toList();
    return new Ranker(fewer, settings.fallingBackOn(chain).withFallback(fewer), categories);
  }

  /**
   * What only some of the models would have proposed, without asking them again: their scores of
   * what all proposed. Nothing but their own best candidates counts, so what the others alone
   * proposed gets into no list.
   *
   * @param gathered see {@link #gather}
   * @param fewer some of {@link #models}, in that order
   * @return for {@link #over} the same models
   */
  public Dataset<Row> gatheredBy(Dataset<Row> gathered, List<String> fewer) {
    Column items = size(col(Candidates.ITEMS));
    return gathered.withColumn(
        Candidates.MODEL_SCORES,
        concat(
            fewer.stream()
                .map(
                    name ->
                        slice(
                            col(Candidates.MODEL_SCORES),
                            items.multiply(models.indexOf(name)).plus(1),
                            items))
                .toArray(Column[]::new)));
  }

  /**
   * The final lists.
   *
   * @param gathered see {@link #gather}
   * @param scoring what orders a user's candidates
   * @param shape what a list is made of beside that order
   * @param length items per list
   * @return {@link #LISTS}
   */
  public Dataset<Row> lists(Dataset<Row> gathered, Scoring scoring, ListShape shape, int length) {
    Broadcast<Ranker> ranker = Broadcasts.of(gathered.sparkSession(), this);
    Broadcast<Scoring> order = Broadcasts.of(gathered.sparkSession(), scoring);
    Broadcast<ListShape> made = Broadcasts.of(gathered.sparkSession(), shape);
    MapFunction<Row, Row> rank =
        row ->
            ranker
                .value()
                .list(row, order.value(), made.value(), length)
                .row(row.<Integer>getAs(Users.USER));
    return gathered.map(rank, Encoders.row(LISTS));
  }

  /**
   * Each model's own list.
   *
   * @param gathered see {@link #gather}
   * @param length items per list
   * @return {@code user}, {@link Candidates#MODEL}, {@link #ITEMS} best first; no row where a model
   *     proposes nothing
   */
  public Dataset<Row> ofModels(Dataset<Row> gathered, int length) {
    List<String> names = models;
    FlatMapFunction<Row, Row> lists =
        row -> {
          CandidateSet set = candidates(row);
          int user = row.getAs(Users.USER);
          return IntStream.range(0, names.size())
              .filter(model -> set.listed(model).length > 0)
              .mapToObj(
                  model ->
                      RowFactory.create(
                          user,
                          names.get(model),
                          Arrays.stream(set.listed(model))
                              .limit(length)
                              .boxed()
                              .toArray(Integer[]::new)))
              .iterator();
        };
    return gathered.flatMap(lists, Encoders.row(LISTS_OF_MODELS));
  }

  /**
   * Columns of {@link UserContext} that {@link #lists} reads, to be passed on by {@link #gather}.
   */
  public List<String> inputs() {
    return Diversity.inputs(settings.diversity());
  }

  /** A user's candidates, their scores normalised as configured. */
  CandidateSet candidates(Row row) {
    return CandidateSet.of(
        row, models.size(), settings.blend().normalisation(), settings.candidatesPerModel());
  }

  /** One user's list. */
  ListBuilder list(Row row, Scoring scoring, ListShape shape, int length) {
    CandidateSet set = candidates(row);
    double[] scores = scoring.scores(row, set);
    double[] weights = scoring.weights(row);
    int[] order = LearnedRanking.best(scores, scores.length);
    int[] items = Arrays.stream(order).map(at -> set.items()[at]).toArray();
    int[] varied =
        new Diversity(settings.diversity(), categories)
            .reorder(
                row,
                items,
                Arrays.stream(order).mapToDouble(at -> scores[at]).toArray(),
                shape.diversity(),
                length);
    // What is measured further down is what is published, and more behind it.
    int head = Math.min(settings.listLength(), length);
    ListBuilder list = new ListBuilder(length, head, categories, settings.maxPerCategory());
    Runnable offers =
        () -> {
          for (int next = 0; next < varied.length && !list.isFull(); next++) {
            int at = order[varied[next]];
            list.offer(set.items()[at], scores[at], source(set.scores(), weights, at));
          }
        };
    reserve(list, row, items, shape, head);
    offers.run();
    list.release();
    offers.run();
    list.extend();
    offers.run();
    for (int step = 0; step < settings.fallback().size() && !list.isFull(); step++) {
      fill(list, set, models.indexOf(settings.fallback().get(step)), step);
    }
    return list;
  }

  /** Keeps places for repeats and for new items, as many as there are candidates for. */
  private void reserve(ListBuilder list, Row user, int[] items, ListShape shape, int length) {
    int free = length;
    if (shape.mix() != null) {
      int[] bought =
          user.getAs(Candidates.BOUGHT) == null ? new int[0] : TopN.ints(user, Candidates.BOUGHT);
      IntPredicate repeated = item -> Arrays.binarySearch(bought, item) >= 0;
      int places = shape.mix().places(user.getAs(Rules.REPEAT_SHARE), length);
      int least = Math.min(places, count(items, repeated));
      list.reserve(repeated, least, places);
      free -= least;
    }
    int places = (int) Math.rint(settings.newItems().share() * length);
    if (places > 0) {
      IntPredicate fresh = shape.newItems()::get;
      list.reserve(fresh, Math.min(Math.min(places, free), count(items, fresh)), length);
    }
  }

  private static int count(int[] items, IntPredicate kind) {
    return (int) Arrays.stream(items).filter(kind).count();
  }

  /**
   * Parallel arrays taken apart: the id, {@link Recommendations#RANK} from 1, and each array's
   * element under the array's name.
   */
  public static Dataset<Row> byRank(Dataset<Row> lists, String id, String... arrays) {
    Column zipped = arrays_zip(Arrays.stream(arrays).map(name -> col(name)).toArray(Column[]::new));
    List<Column> columns = new ArrayList<>();
    columns.add(col(id));
    columns.add(col("pos").plus(1).as(Recommendations.RANK));
    for (String name : arrays) {
      columns.add(col("col").getField(name).as(name));
    }
    return lists.select(col(id), posexplode(zipped)).select(columns.toArray(Column[]::new));
  }

  /** Weighted sums, rounded to 1e-6 so that equal scores are equal on every machine. */
  static double[] blend(float[][] scores, double[] weights, int count) {
    double[] blended = sum(scores, weights, count);
    for (int at = 0; at < count; at++) {
      blended[at] = rounded(blended[at]);
    }
    return blended;
  }

  /** Σ_m weight_m · score_m by candidate. */
  static double[] sum(float[][] scores, double[] weights, int count) {
    double[] sums = new double[count];
    for (int model = 0; model < weights.length; model++) {
      for (int at = 0; at < count; at++) {
        sums[at] += weights[model] * scores[model][at];
      }
    }
    return sums;
  }

  /** To the digits in which scores are compared and published. */
  static double rounded(double score) {
    return Math.rint(score * SCORE_STEP) / SCORE_STEP;
  }

  private String source(float[][] scores, double[] weights, int at) {
    int most = 0;
    for (int model = 1; model < weights.length; model++) {
      if (weights[model] * scores[model][at] > weights[most] * scores[most][at]) {
        most = model;
      }
    }
    return models.get(most);
  }

  /**
   * Fallback scores fall from −step to −step − 1: below every blended score, and below earlier
   * steps.
   */
  private void fill(ListBuilder list, CandidateSet set, int model, int step) {
    int[] candidates = set.listed(model);
    for (int place = 0; place < candidates.length && !list.isFull(); place++) {
      list.offer(
          candidates[place],
          -step - Math.rint((place + 1.0) / candidates.length * SCORE_STEP) / SCORE_STEP,
          models.get(model));
    }
  }
}
