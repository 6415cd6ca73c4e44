package org.nightjar.rank.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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
  private final List<BlockScorer> scorers;
  private final List<BlockScan> scans;

  private CandidateScan(List<BlockScorer> scorers, int[] eligible, int perModel) {
    this.scorers = scorers;
    this.scans = scorers.stream().map(scorer -> scorer.scan(eligible, perModel)).toList();
  }

  /**
   * Adds {@link Candidates#OF_ALL_MODELS} to the users; users without any candidate keep empty
   * arrays.
   *
   * @param users {@code user} int, {@link Candidates#EXCLUDED}, {@link Candidates#WITHIN} if
   *     anybody is bound, what the sources prepare from, and what is to be passed on
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
    List<Broadcast<BlockScorer>> scorers = new ArrayList<>();
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
          return new Blocks(rows, block -> one.rows(block, passed, schema));
        };
    return prepared.mapPartitions(scan, Encoders.row(schema));
  }

  private List<Row> rows(List<Row> users, List<String> passed, StructType schema) {
    List<int[]> excluded = TopN.excluded(users, Candidates.EXCLUDED);
    scans.forEach(scan -> scan.begin(users, excluded));
    return users.stream().map(user -> row(user, passed, schema)).toList();
  }

  /** The block's next user. */
  private Row row(Row user, List<String> passed, StructType schema) {
    int[] items = union(user);
    float[] scores = new float[items.length];
    Float[] all = new Float[scorers.size() * items.length];
    int next = 0;
    for (int model = 0; model < scorers.size(); model++) {
      scans.get(model).scores(items, scores);
      for (float score : scores) {
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

  /** The items that any model proposes to the block's next user, ascending. */
  private int[] union(Row user) {
    BitSet union = new BitSet();
    for (BlockScan scan : scans) {
      for (int item : scan.next().items()) {
        union.set(item);
      }
    }
    if (user.schema().getFieldIndex(Candidates.WITHIN).isDefined()
        && user.getAs(Candidates.WITHIN) != null) {
      BitSet within = new BitSet();
      for (int item : TopN.ints(user, Candidates.WITHIN)) {
        within.set(item);
      }
      union.and(within);
    }
    return union.stream().toArray();
  }
}
