package org.nightjar.models;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.xxhash64;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.table.Events;

/**
 * A supervised model on profile and item features: logistic regression (MLlib) of "has bought" on
 * the item's popularity (long and recent) and, for each profile attribute, how much likelier the
 * item, its category and its price band are among the user's level ({@link Audience}).
 *
 * <p>So that no example sees its own label, the shares are counted on one hashed half of the users
 * and the examples are the interactions of the other half, each with negatives drawn evenly from
 * the items sold. The final shares are counted on everybody. Score: exp of the linear predictor
 * without intercept, the odds up to a factor.
 *
 * <p>Attributes that carry no signal get a weight near 0, which naive Bayes cannot do.
 */
@JsonTypeName("demographic-features")
public record DemographicFeatures(
    @Setting(value = "Profile attributes to use; empty: all.", byDefault = "[]")
        List<String> attributes,
    @Setting(
            value =
                "Imagined interactions of every level with every item, category and price band, as many as everybody's, that"
                    + " draw a level's preferences towards everybody's.",
            byDefault = "40")
        double smoothing,
    @Setting(
            value =
                "Days after which an event counts half, for the long popularity and the shares; 0: never.",
            byDefault = "91")
        double halfLifeDays,
    @Setting(value = "The same for the recent popularity.", byDefault = "14")
        double recentHalfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights,
    @Setting(value = "Most positive examples; a hashed sample beyond.", byDefault = "10000")
        int maxPositives,
    @Setting(value = "Negative examples per positive one.", byDefault = "4") int negatives,
    @Setting(value = "Ridge penalty of the regression.", byDefault = "0.001") double regularisation,
    @Setting(value = "Most levels per attribute, those of most users first.", byDefault = "64")
        int maxLevels)
    implements CandidateModel {

  private static final String COEFFICIENTS = "coefficients";
  private static final String NAME = "name";
  private static final String VALUE = "value";
  private static final String LABEL = "label";
  private static final String FEATURES = "features";
  private static final String DRAW = "draw";
  private static final String HASH = "hash";
  private static final int MAX_ITERATIONS = 25;
  private static final StructType EXAMPLES =
      new StructType()
          .add(LABEL, DataTypes.DoubleType, false)
          .add(FEATURES, SQLDataTypes.VectorType(), false);
  private static final StructType COEFFICIENT_ROWS =
      new StructType()
          .add(NAME, DataTypes.StringType, false)
          .add(VALUE, DataTypes.DoubleType, false);

  public DemographicFeatures {
    Require.that(smoothing > 0, "smoothing is %s but must be > 0", smoothing);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
    Require.that(
        recentHalfLifeDays > 0,
        "recentHalfLifeDays is %s but must be > 0 days",
        recentHalfLifeDays);
    Require.that(maxPositives >= 1, "maxPositives is %s but must be >= 1", maxPositives);
    Require.that(negatives >= 1, "negatives is %s but must be >= 1", negatives);
    Require.that(regularisation >= 0, "regularisation is %s but must be >= 0", regularisation);
    Require.that(maxLevels >= 1, "maxLevels is %s but must be >= 1", maxLevels);
  }

  @Override
  public boolean readsProfiles() {
    return true;
  }

  @Override
  public boolean proposesToNewUsers() {
    return true;
  }

  @Override
  public FittedModel fit(Training training) {
    List<String> used = Demographic.used(attributes, training.profile());
    Dataset<Row> pairs =
        SparkScope.persisted(
            Interactions.pairsByCalendar(
                training.events(), training.cutoff(), halfLifeDays, eventWeights));
    Dataset<Row> recentPairs =
        Interactions.pairsByCalendar(
            training.events(), training.cutoff(), recentHalfLifeDays, eventWeights);
    Map<String, Dataset<Row>> tables = new HashMap<>();
    try {
      ProfileShares.tables(pairs, recentPairs, training, used, maxLevels)
          .forEach((name, rows) -> tables.put(name, SparkScope.persisted(rows)));
      // Shares from one half of the users explain the purchases of the other half.
      ProfileShares shares =
          ProfileShares.of(tables, used, training.itemCount(), smoothing, Set.of(0));
      Column half = ProfileShares.half(training.seed());
      double[] coefficients = coefficients(pairs.where(half.equalTo(1)), shares, training);
      tables.put(
          COEFFICIENTS,
          coefficientRows(training.events().sparkSession(), shares.names(), coefficients));
      return restore(tables, training.itemCount());
    } catch (RuntimeException | Error e) {
      tables.values().forEach(SparkScope::release);
      throw e;
    } finally {
      SparkScope.release(pairs);
    }
  }

  private double[] coefficients(Dataset<Row> pairs, ProfileShares shares, Training training) {
    int[] sold = shares.soldItems();
    long positives = pairs.count();
    if (sold.length == 0 || positives == 0) {
      return new double[shares.names().size()];
    }
    SparkSession spark = pairs.sparkSession();
    long every = (positives + maxPositives - 1) / maxPositives;
    long seed = training.seed();
    Dataset<Row> drawn =
        pairs
            .where(
                abs(xxhash64(col(Events.ITEM), col(Events.USER), lit(seed)).mod(lit(every)))
                    .equalTo(0))
            .select(
                col(Events.USER),
                col(Events.ITEM),
                explode(sequence(lit(0), lit(negatives))).as(DRAW))
            .withColumn(HASH, xxhash64(col(Events.USER), col(Events.ITEM), col(DRAW), lit(seed)))
            .join(training.profiles(), Events.USER)
            .repartition(1)
            .sortWithinPartitions(Events.USER, Events.ITEM, DRAW);
    Broadcast<ProfileShares> broadcast = Broadcasts.of(spark, shares);
    MapFunction<Row, Row> example =
        row -> {
          int draw = row.getAs(DRAW);
          int item =
              draw == 0
                  ? row.<Integer>getAs(Events.ITEM)
                  : sold[(int) Math.floorMod(row.<Long>getAs(HASH), (long) sold.length)];
          Vector features = Vectors.dense(broadcast.value().features(row, item));
          return RowFactory.create(draw == 0 ? 1.0 : 0.0, features);
        };
    Dataset<Row> examples = drawn.map(example, Encoders.row(EXAMPLES));
    return new LogisticRegression()
        .setLabelCol(LABEL)
        .setFeaturesCol(FEATURES)
        .setRegParam(regularisation)
        .setMaxIter(MAX_ITERATIONS)
        .fit(examples)
        .coefficients()
        .toArray();
  }

  private static Dataset<Row> coefficientRows(
      SparkSession spark, List<String> names, double[] values) {
    List<Row> rows = new ArrayList<>();
    for (int at = 0; at < values.length; at++) {
      rows.add(RowFactory.create(names.get(at), values[at]));
    }
    return spark.createDataFrame(rows, COEFFICIENT_ROWS);
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("halfLifeDays", SearchSpace.oneOf(0, 30, 60, 120, 240))
        .with("recentHalfLifeDays", SearchSpace.oneOf(3, 7, 14, 30))
        .with("smoothing", SearchSpace.logUniform(3, 300))
        .with("regularisation", SearchSpace.logUniform(1e-5, 0.1))
        .judgedOnColdUsers();
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return new FittedProfile(tables, new Once<>(() -> scorer(tables, itemCount)));
  }

  private ProfileScorer scorer(Map<String, Dataset<Row>> tables, int itemCount) {
    Map<String, Double> coefficients = new HashMap<>();
    for (Row row : tables.get(COEFFICIENTS).collectAsList()) {
      coefficients.put(row.getString(0), row.getDouble(1));
    }
    List<String> used = ProfileShares.attributes(coefficients.keySet());
    return ProfileShares.of(tables, used, itemCount, smoothing, Set.of(0, 1)).scorer(coefficients);
  }
}
