package org.nightjar.rank.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nightjar.table.Candidates;
import scala.collection.immutable.ArraySeq;

/**
 * Asks several models for candidates in one pass over the users: the union of each model's best,
 * and every model's score for all of them. One row per user goes in and comes out; nothing is
 * shuffled.
 */
public final class CandidateScan {
  private final List<CatalogueScorer> scorers;
  private final TopN best;
  private final float[][] scores;

  private CandidateScan(List<CatalogueScorer> scorers, int[] eligible, int perModel) {
    this.scorers = scorers;
    this.best = new TopN(eligible, perModel);
    this.scores = new float[scorers.size()][];
    for (int model = 0; model < scores.length; model++) {
      scores[model] = new float[scorers.get(model).itemCount()];
    }
  }

  /**
   * Adds {@link Candidates#OF_ALL_MODELS} to the users; users without any candidate keep empty
   * arrays.
   *
   * @param users {@code user} int, {@link Candidates#EXCLUDED}, what the sources prepare from, and
   *     what is to be passed on
   * @param passed the columns that are kept
   * @param sources the models, in the order of the scores
   * @param eligible items that may be proposed
   * @param perModel how many items each model proposes
   */
  public static Dataset<Row> of(
      Dataset<Row> users,
      List<String> passed,
      List<? extends CandidateSource> sources,
      BitSet eligible,
      int perModel) {
    Dataset<Row> prepared = users;
    List<Broadcast<CatalogueScorer>> scorers = new ArrayList<>();
    for (int model = 0; model < sources.size(); model++) {
      String input = "model_input_" + model;
      prepared = sources.get(model).prepare(prepared, input);
      scorers.add(Broadcasts.of(users.sparkSession(), sources.get(model).scorer(input)));
    }
    StructType kept = users.select(passed.stream().map(users::col).toArray(Column[]::new)).schema();
    for (StructField field : Candidates.OF_ALL_MODELS.fields()) {
      kept = kept.add(field);
    }
    StructType schema = kept;
    int[] items = eligible.stream().toArray();
    MapPartitionsFunction<Row, Row> scan =
        rows -> {
          CandidateScan one =
              new CandidateScan(scorers.stream().map(Broadcast::value).toList(), items, perModel);
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return rows.hasNext();
            }

            @Override
            public Row next() {
              return one.row(rows.next(), passed, schema);
            }
          };
        };
    return prepared.mapPartitions(scan, Encoders.row(schema));
  }

  private Row row(Row user, List<String> passed, StructType schema) {
    int[] items = union(user);
    Float[] all = new Float[scorers.size() * items.length];
    int next = 0;
    for (int model = 0; model < scores.length; model++) {
      for (int item : items) {
        float score = scores[model][item];
        all[next++] = Float.isFinite(score) ? scorers.get(model).published(score) : Float.NaN;
      }
    }
    Object[] values = new Object[passed.size() + 2];
    for (int at = 0; at < passed.size(); at++) {
      values[at] = user.getAs(passed.get(at));
    }
    values[passed.size()] =
        ArraySeq.unsafeWrapArray(Arrays.stream(items).boxed().toArray(Integer[]::new));
    values[passed.size() + 1] = ArraySeq.unsafeWrapArray(all);
    // As a row that has been read: Spark hands it to the next step as it is.
    return new GenericRowWithSchema(values, schema);
  }

  /** Scores the catalogue with every model and gives the items that any of them proposes. */
  private int[] union(Row user) {
    int[] excluded = TopN.ints(user, Candidates.EXCLUDED);
    BitSet union = new BitSet();
    for (int model = 0; model < scores.length; model++) {
      if (scorers.get(model).score(user, scores[model])) {
        for (int item : best.select(scores[model], excluded).items()) {
          union.set(item);
        }
      } else {
        Arrays.fill(scores[model], Float.NaN);
      }
    }
    return union.stream().toArray();
  }
}
