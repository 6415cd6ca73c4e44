package org.nightjar.rank;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.InputException;
import org.nightjar.config.RankSettings;
import org.nightjar.config.RankSettings.Learned.Objective;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Users;

/**
 * Learns to order candidates by gradient-boosted trees: on the LambdaRank gradients of NDCG (Burges
 * 2010, "From RankNet to LambdaRank to LambdaMART") and on the logistic loss, by XGBoost, on the
 * driver, on a hashed sample of the held-out users that fits a budget of rows. A candidate is
 * relevant if it is in the user's truth; users without any relevant candidate teach nothing and are
 * left out. Each objective is trained for with several shares of the features: ensembles that
 * differ err less together (Breiman 1996, "Bagging predictors").
 */
public final class LambdaMart {
  private static final float UNKNOWN = Float.NaN;

  /** Threads of a training: a fixed number, since sums of gradients follow their division. */
  public static final int THREADS = 2;

  private static final long STEPS = 1_000_000;

  private final Ranker ranker;
  private final RankSettings.Learned settings;

  /** A learner for the models and settings of a ranker. */
  public LambdaMart(Ranker ranker) {
    this.ranker = ranker;
    this.settings = ranker.settings().learned();
  }

  /**
   * Whether the native library loads here.
   *
   * @throws InputException if it does not, with the remedy
   */
  public static void requireNative() {
    try {
      Class.forName("ml.dmlc.xgboost4j.java.XGBoost");
      new DMatrix(new float[] {0}, 1, 1, UNKNOWN).dispose();
    } catch (XGBoostError | ClassNotFoundException | LinkageError e) {
      throw new InputException(
          "rank.learned needs XGBoost's native library, which does not load on this driver ("
              + e.getMessage()
              + "). Install libgomp1 (Debian, Ubuntu) or libgomp (Red Hat), or set"
              + " rank.learned.enabled to false.");
    }
  }

  /**
   * Held-out users of one view.
   *
   * @param gathered {@link Ranker#gather} with {@link BlendLearner#TRUTH} and the columns of {@link
   *     RankFeatures#inputs}
   * @param features as of the view's cutoff
   */
  public record Taught(Dataset<Row> gathered, RankFeatures features) {}

  /**
   * What was learned.
   *
   * @param trees by objective, and by share of features
   * @param candidates how many of the blend's best they were trained to order
   * @param gains by feature: its share of the gain of all splits, mean over the ensembles, largest
   *     first; features that no tree uses are missing
   * @param users how many users taught something
   */
  public record Learned(
      List<TreeEnsemble> trees, int candidates, Map<String, Double> gains, long users) {}

  /**
   * Trains on the users of all views together.
   *
   * @param views at least one, with features of the same names
   * @param blend orders the candidates before the trees
   * @return empty if there is no user with both a relevant candidate and another
   */
  public Optional<Learned> train(List<Taught> views, Scoring blend, long seed) {
    Examples examples = examples(views, blend, seed);
    List<String> names = views.get(0).features().names();
    if (examples.groups().length == 0) {
      return Optional.empty();
    }
    List<TreeEnsemble> trees = new ArrayList<>();
    Map<String, Double> gains = new HashMap<>();
    try {
      DMatrix matrix =
          new DMatrix(examples.features(), examples.labels().length, names.size(), UNKNOWN);
      try {
        matrix.setLabel(examples.labels());
        matrix.setGroup(examples.groups());
        for (Objective objective : settings.objectives()) {
          for (int at = 0; at < settings.featureSamples().size(); at++) {
            Map<String, Object> parameters =
                parameters(objective, settings.featureSamples().get(at), seed + at);
            Booster booster =
                XGBoost.train(matrix, parameters, settings.trees(), Map.of(), null, null);
            trees.add(TreeEnsemble.of(booster.toByteArray("json"), names));
            shares(booster, names).forEach((name, share) -> gains.merge(name, share, Double::sum));
            booster.dispose();
          }
        }
      } finally {
        matrix.dispose();
      }
    } catch (XGBoostError e) {
      throw new IllegalStateException("LambdaMART failed", e);
    }
    Map<String, Double> ordered = new LinkedHashMap<>();
    gains.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(gain -> ordered.put(gain.getKey(), gain.getValue() / trees.size()));
    return Optional.of(
        new Learned(trees, settings.candidates(), ordered, examples.groups().length));
  }

  private Map<String, Object> parameters(Objective objective, double featureSample, long seed) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (objective == Objective.NDCG) {
      parameters.put("objective", "rank:ndcg");
      parameters.put("lambdarank_pair_method", "topk");
      parameters.put("lambdarank_num_pair_per_sample", settings.pairsAt());
    } else {
      parameters.put("objective", "binary:logistic");
    }
    parameters.put("tree_method", "hist");
    parameters.put("eta", settings.learningRate());
    parameters.put("max_depth", settings.depth());
    parameters.put("min_child_weight", settings.minChildWeight());
    parameters.put("subsample", settings.rowSample());
    parameters.put("colsample_bytree", featureSample);
    parameters.put("lambda", settings.regularisation());
    parameters.put("nthread", THREADS);
    parameters.put("seed", (int) (seed & Integer.MAX_VALUE));
    parameters.put("verbosity", 0);
    return parameters;
  }

  /** By feature: share of the gain of all splits. */
  private static Map<String, Double> shares(Booster booster, List<String> names)
      throws XGBoostError {
    Map<String, Double> gains = booster.getScore((String) null, "total_gain");
    double all = gains.values().stream().mapToDouble(gain -> gain).sum();
    Map<String, Double> shares = new HashMap<>();
    gains.forEach(
        (feature, gain) ->
            shares.put(names.get(Integer.parseInt(feature.substring(1))), gain / all));
    return shares;
  }

  /** Rows of features, perhaps with room to spare, and labels, in groups of one list each. */
  private record Examples(float[] features, float[] labels, int[] groups) {}

  /** One copy of the features and, on its way to it, one view's. */
  private Examples examples(List<Taught> views, Scoring blend, long seed) {
    long users = views.stream().mapToLong(view -> view.gathered().count()).sum();
    double share = Math.min(1, (double) settings.mostLists() / Math.max(1, users));
    List<Dataset<Row>> samples = new ArrayList<>();
    for (int place = 0; place < views.size(); place++) {
      // Apart for each view, so that as many users as there is room for teach something.
      Column draw = abs(xxhash64(lit(seed), lit(place), col(Users.USER)).mod(lit(STEPS)));
      samples.add(views.get(place).gathered().where(draw.lt(lit(share * STEPS))));
    }
    long lists = samples.stream().mapToLong(Dataset::count).sum();
    int width = views.get(0).features().names().size();
    int most = Math.toIntExact(lists * settings.candidates());
    float[] all = new float[Math.multiplyExact(most, width)];
    float[] labels = new float[most];
    int[] groups = new int[Math.toIntExact(lists)];
    int group = 0;
    int filled = 0;
    for (int place = 0; place < views.size(); place++) {
      for (Row list : lists(samples.get(place), views.get(place).features(), blend)) {
        byte[] relevant = list.getAs(Maker.LABELS);
        ByteBuffer.wrap(list.<byte[]>getAs(Maker.FEATURES))
            .asFloatBuffer()
            .get(all, filled * width, relevant.length * width);
        for (byte label : relevant) {
          labels[filled++] = label;
        }
        groups[group++] = relevant.length;
      }
    }
    return new Examples(all, Arrays.copyOf(labels, filled), Arrays.copyOf(groups, group));
  }

  /** By user, ascending, {@link Maker#SCHEMA}. */
  private List<Row> lists(Dataset<Row> gathered, RankFeatures features, Scoring blend) {
    Broadcast<Maker> maker =
        Broadcasts.of(
            gathered.sparkSession(), new Maker(ranker, features, blend, settings.candidates()));
    FlatMapFunction<Row, Row> make = row -> maker.value().rows(row);
    try {
      List<Row> lists =
          new ArrayList<>(gathered.flatMap(make, Encoders.row(Maker.SCHEMA)).collectAsList());
      lists.sort(Comparator.comparingInt(list -> list.getInt(0)));
      return lists;
    } finally {
      SparkScope.release(maker);
    }
  }

  /** Makes the examples of one user. */
  private record Maker(Ranker ranker, RankFeatures features, Scoring blend, int candidates)
      implements Serializable {
    static final String FEATURES = "features";
    static final String LABELS = "labels";
    static final StructType SCHEMA =
        new StructType()
            .add(Users.USER, DataTypes.IntegerType)
            .add(FEATURES, DataTypes.BinaryType)
            .add(LABELS, DataTypes.BinaryType);

    Iterator<Row> rows(Row user) {
      CandidateSet set = ranker.candidates(user);
      double[] blended = blend.scores(user, set);
      int[] best = LearnedRanking.best(blended, candidates);
      int[] truth = TopN.ints(user, BlendLearner.TRUTH);
      byte[] labels = new byte[best.length];
      int relevant = 0;
      for (int row = 0; row < best.length; row++) {
        if (Arrays.binarySearch(truth, set.items()[best[row]]) >= 0) {
          labels[row] = 1;
          relevant++;
        }
      }
      if (relevant == 0 || relevant == labels.length) {
        return Collections.emptyIterator();
      }
      float[] rows = features.of(user, set, blended, best);
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * rows.length);
      bytes.asFloatBuffer().put(rows);
      return List.of(RowFactory.create(user.<Integer>getAs(Users.USER), bytes.array(), labels))
          .iterator();
    }
  }
}
