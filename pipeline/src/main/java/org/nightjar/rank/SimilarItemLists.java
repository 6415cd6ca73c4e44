package org.nightjar.rank;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.sqrt;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.FactorScorer;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Candidates;
import org.nightjar.table.Items;
import org.nightjar.table.Neighbours;
import org.nightjar.table.SimilarItems;

/**
 * The most similar items of each item: by the cosine of item vectors, through the scoring kernel,
 * or from a model's neighbours.
 */
public final class SimilarItemLists {
  /** Index of the similar item. */
  public static final String SIMILAR_ITEM = "similar_item";

  private static final String VECTOR = "unit_vector";
  private static final String ITSELF = "itself";
  private static final int SCORE_SCALE = 6;

  private SimilarItemLists() {}

  /**
   * One row per item and rank: {@code item}, {@code rank}, {@link #SIMILAR_ITEM}, {@code score}
   * (cosine).
   *
   * @param itemVectors {@code item} int and an array of float
   * @param vectorColumn name of the array
   * @param unitVectors the same vectors by item index, of length 1; null where an item has none
   * @param eligible items that may be named as similar
   * @param perItem most similar items per item
   */
  public static Dataset<Row> of(
      Dataset<Row> itemVectors,
      String vectorColumn,
      float[][] unitVectors,
      BitSet eligible,
      int perItem) {
    int rank =
        Arrays.stream(unitVectors).filter(v -> v != null).mapToInt(v -> v.length).max().orElse(0);
    Column norm = sqrt(aggregate(col(vectorColumn), lit(0.0), (sum, v) -> sum.plus(v.multiply(v))));
    Dataset<Row> requests =
        itemVectors.select(
            col(Items.ITEM).as(Candidates.USER),
            array(col(Items.ITEM)).as(ITSELF),
            when(norm.gt(0), transform(col(vectorColumn), v -> v.divide(norm).cast("float")))
                .as(VECTOR));
    Dataset<Row> lists =
        TopN.perUser(
            requests,
            ITSELF,
            Broadcasts.of(itemVectors.sparkSession(), new FactorScorer(VECTOR, unitVectors, rank)),
            eligible,
            perItem);
    return byRank(lists);
  }

  /**
   * The same from neighbours.
   *
   * @param neighbours {@link Neighbours#TABLE}
   * @param eligible items that may be named as similar
   * @param perItem most similar items per item
   */
  public static Dataset<Row> ofNeighbours(Dataset<Row> neighbours, BitSet eligible, int perItem) {
    MapFunction<Row, Row> firstEligible =
        row -> {
          int[] items = TopN.ints(row, Neighbours.NEIGHBOURS);
          int[] places =
              IntStream.range(0, items.length)
                  .filter(at -> eligible.get(items[at]))
                  .limit(perItem)
                  .toArray();
          float[] similarities = TopN.floats(row, Neighbours.SIMILARITIES);
          float[] scores = new float[places.length];
          for (int at = 0; at < places.length; at++) {
            scores[at] = similarities[places[at]];
          }
          int[] similar = Arrays.stream(places).map(at -> items[at]).toArray();
          return TopN.candidates(row.getAs(Neighbours.ITEM), new TopN.Ranked(similar, scores));
        };
    return byRank(neighbours.map(firstEligible, Encoders.row(Candidates.OF_ONE_MODEL.schema())));
  }

  private static Dataset<Row> byRank(Dataset<Row> lists) {
    return Ranker.byRank(lists, Candidates.USER, Candidates.ITEMS, Candidates.SCORES)
        .select(
            col(Candidates.USER).as(Items.ITEM),
            col(SimilarItems.RANK),
            col(Candidates.ITEMS).as(SIMILAR_ITEM),
            round(col(Candidates.SCORES).cast("double"), SCORE_SCALE).as(SimilarItems.SCORE));
  }
}
