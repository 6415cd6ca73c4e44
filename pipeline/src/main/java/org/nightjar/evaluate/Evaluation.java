package org.nightjar.evaluate;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.table.Metrics;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.UserSegments;

/**
 * Lists held against truth. Users without truth are left out; users with truth but without a list
 * score 0. Nothing of the size of the users or the truth reaches the driver, and no figure depends
 * on partitions or row order.
 *
 * @param lists {@code model} string, {@code user} int, {@code items} array of int, best first, as
 *     long as the largest k where possible; one row per user and model
 * @param models the models to measure; a model without any list scores 0, a list of another model
 *     is not looked at
 * @param truth {@code user} int, {@code item} int; a pair that stands twice counts once
 * @param seen {@code user} int, {@code item} int of the training part, repeated or not
 * @param segments {@link UserSegments#TABLE}, at most one row per user; users may be missing
 * @param categories category by item index, null where unknown; as long as the catalogue
 * @param folds that are measured together, each user counting once per fold, as {@code user · folds
 *     + fold}
 */
public record Evaluation(
    Dataset<Row> lists,
    List<String> models,
    Dataset<Row> truth,
    Dataset<Row> seen,
    Dataset<Row> segments,
    String[] categories,
    int folds) {

  /** Given segments beyond this number, counted from the most frequent, are not measured. */
  public static final int MAX_SEGMENTS = 100;

  public Evaluation {
    models = models.stream().distinct().toList();
  }

  /**
   * Every {@link Metric}, {@link ListMetric} and {@link CatalogueMetric} of every model at every k:
   * over {@code all} users with truth; {@code history=cold} and {@code history=warm} (without and
   * with a training event); {@code truth=new} and {@code truth=repeat} (only truth items that the
   * user did not have or had in training; users without any such are left out); and each given
   * segment, of which the {@value #MAX_SEGMENTS} with the most users are measured, ties by name.
   * Intervals are percentile intervals of a Poisson bootstrap over users, null for catalogue
   * metrics or without replicates. Runs at once.
   */
  public Measured measure(EvaluationSettings settings, String runId, long seed) {
    List<Integer> ks = settings.ks().stream().distinct().sorted().toList();
    Bootstrap bootstrap = Bootstrap.of(settings, seed, folds);
    List<String> given = mostFrequentSegments();
    Catalogue catalogue = Catalogue.of(seen, categories);
    List<Row> figures =
        HeldOutUser.rows(this, ks.get(ks.size() - 1), catalogue.rows(lists.sparkSession()))
            .mapPartitions(
                new SegmentSums(
                    places(), ks, given, bootstrap, Broadcasts.of(lists.sparkSession(), catalogue)),
                Encoders.row(SegmentSums.SCHEMA))
            .groupByKey((MapFunction<Row, String>) part -> part.getString(0), Encoders.STRING())
            .flatMapGroups(
                new SegmentFigures(runId, models, ks, categories.length, bootstrap),
                Encoders.row(Metrics.TABLE.schema()))
            .collectAsList();
    return measured(figures, given);
  }

  /**
   * Each user's own figures over the whole truth: {@link UserMetrics#TABLE}, one row per user with
   * truth, model, metric and k, 0 without a list. Lazy.
   */
  public Dataset<Row> perUser(List<Metric> metrics, List<Integer> ks) {
    int longest = ks.stream().mapToInt(k -> k).max().orElse(1);
    return HeldOutUser.rows(this, longest, Catalogue.EMPTY.rows(lists.sparkSession()))
        .mapPartitions(
            new UserFigures(places(), models, List.copyOf(metrics), List.copyOf(ks)),
            Encoders.row(UserMetrics.TABLE.schema()));
  }

  /**
   * Whether a model is better than a baseline, on the same users. Runs at once.
   *
   * @param model one of {@link #models}
   * @param baseline another one
   * @param settings replicates and confidence
   */
  public PairedDifference compare(
      String model, String baseline, Metric metric, int k, EvaluationSettings settings, long seed) {
    return PairedDifference.between(
        of(model).perUser(List.of(metric), List.of(k)),
        of(baseline).perUser(List.of(metric), List.of(k)),
        Bootstrap.of(settings, seed, folds));
  }

  /** The part that one model has in it. */
  public Evaluation of(String model) {
    return new Evaluation(lists, List.of(model), truth, seen, segments, categories, folds);
  }

  private Map<String, Integer> places() {
    Map<String, Integer> places = new HashMap<>();
    models.forEach(model -> places.putIfAbsent(model, places.size()));
    return places;
  }

  private List<String> mostFrequentSegments() {
    String users = Metrics.USERS;
    return segments
        .select(explode(array_distinct(col(UserSegments.SEGMENTS))).as(Metrics.SEGMENT))
        .filter(not(col(Metrics.SEGMENT).isin(SegmentSums.FIXED.toArray())))
        .groupBy(col(Metrics.SEGMENT))
        .agg(count(lit(1)).as(users))
        .orderBy(col(users).desc(), col(Metrics.SEGMENT))
        .limit(MAX_SEGMENTS)
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  private Measured measured(List<Row> figures, List<String> given) {
    long withTruth = 0;
    long withoutTruth = 0;
    Map<String, Long> withoutList = new TreeMap<>();
    List<Row> metrics = new ArrayList<>();
    for (Row figure : figures) {
      String metric = figure.getString(3);
      if (metric.equals(SegmentFigures.WITHOUT_TRUTH)) {
        withoutTruth = (long) figure.getDouble(5);
        withTruth = figure.getLong(8);
      } else if (metric.equals(SegmentFigures.WITHOUT_LIST)) {
        withoutList.put(figure.getString(1), (long) figure.getDouble(5));
      } else {
        metrics.add(figure);
      }
    }
    List<String> segmentOrder = Stream.concat(SegmentSums.FIXED.stream(), given.stream()).toList();
    metrics.sort(
        Comparator.<Row>comparingInt(row -> models.indexOf(row.getString(1)))
            .thenComparingInt(row -> segmentOrder.indexOf(row.getString(2)))
            .thenComparing(row -> row.getString(3))
            .thenComparingInt(row -> row.getInt(4)));
    return new Measured(
        lists.sparkSession().createDataFrame(metrics, Metrics.TABLE.schema()),
        withTruth,
        withoutTruth,
        withoutList);
  }

  /** Rows of {@link UserMetrics#TABLE} for the users with truth. */
  private record UserFigures(
      Map<String, Integer> places, List<String> models, List<Metric> metrics, List<Integer> ks)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      Iterable<Row> users = () -> rows;
      return StreamSupport.stream(users.spliterator(), false)
          .map(row -> HeldOutUser.of(row, places))
          .filter(HeldOutUser::hasTruth)
          .flatMap(user -> figures(user).stream())
          .iterator();
    }

    private List<Row> figures(HeldOutUser user) {
      int[] truth = user.truth();
      List<Row> figures = new ArrayList<>();
      for (int m = 0; m < models.size(); m++) {
        int[] list = user.lists[m];
        boolean[] hits = list == null ? new boolean[0] : HeldOutUser.hits(list, truth);
        for (Metric metric : metrics) {
          for (int k : ks) {
            double value = metric.at(k, hits, truth.length);
            figures.add(RowFactory.create(models.get(m), user.user, metric.label(), k, value));
          }
        }
      }
      return figures;
    }
  }
}
