package org.nightjar.models;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Users;
import scala.Tuple2;

/**
 * Factors of users for items' factors that stay as they are: one half step of {@link Alternation},
 * the same equations, so a user whose ratings have not changed since gets the same factors as in
 * training. Nothing user-sized reaches the driver; the items' factors do.
 */
final class FoldIn {
  private static final String RATINGS = "ratings";
  private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";

  private FoldIn() {}

  /**
   * A factorisation's tables with the users' factors found anew; and the items' ones where they had
   * to be turned for that, see {@link PrincipalAxes}, which changes no score.
   *
   * @param ratings see {@link Preferences#of}; read several times
   */
  static Map<String, Dataset<Row>> refreshed(
      Map<String, Dataset<Row>> before, Dataset<Row> ratings, Objective objective, int rank) {
    SparkSession spark = ratings.sparkSession();
    Dataset<Row> itemFactors = before.get(FactorModel.ITEM_FACTORS);
    List<Row> items =
        itemFactors.select(Items.ITEM, FactorModel.FACTORS).orderBy(Items.ITEM).collectAsList();
    int[] ids = items.stream().mapToInt(row -> row.getInt(0)).toArray();
    FactorMatrix matrix = packed(items, rank);
    boolean turned = objective.unobservedWeight() > 0 && PrincipalAxes.turn(matrix);
    Dataset<Row> known = known(ratings, itemFactors);
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>(before);
    tables.put(
        FactorModel.USER_FACTORS,
        userFactors(known, ids, Broadcasts.of(spark, FixedSide.of(matrix, objective)), objective));
    tables.put(FactorModel.RATINGS, FactorModel.ratings(known));
    if (turned) {
      tables.put(FactorModel.ITEM_FACTORS, matrix.table(spark, ids, Items.ITEM));
    }
    return tables;
  }

  private static FactorMatrix packed(List<Row> items, int rank) {
    FactorMatrix matrix = FactorMatrix.zeros(items.size(), rank);
    for (int place = 0; place < items.size(); place++) {
      System.arraycopy(
          TopN.floats(items.get(place), FactorModel.FACTORS),
          0,
          matrix.values(),
          place * rank,
          rank);
    }
    return matrix;
  }

  /** The ratings of items with factors. */
  private static Dataset<Row> known(Dataset<Row> ratings, Dataset<Row> itemFactors) {
    return ratings.join(
        broadcast(itemFactors.select(col(Items.ITEM).as(Events.ITEM))),
        new String[] {Events.ITEM},
        "left_semi");
  }

  /** {@link FactorModel#USER_FACTORS} of all users with a rating of an item with factors. */
  private static Dataset<Row> userFactors(
      Dataset<Row> known, int[] itemIds, Broadcast<FixedSide> fixed, Objective objective) {
    SparkSession spark = known.sparkSession();
    int rank = fixed.value().factors().rank();
    Map<Integer, Integer> parts = parts(known);
    JavaRDD<RatingBlock> blocks =
        RatingBlock.of(
            known,
            Events.USER,
            parts,
            new Side(Events.ITEM, itemIds, new int[itemIds.length]),
            Integer.parseInt(spark.conf().get(SHUFFLE_PARTITIONS)));
    return spark.createDataFrame(
        HalfStep.of(
                blocks,
                block -> new Tuple2<>(block, fixed.value()),
                !parts.isEmpty(),
                objective,
                fixed)
            .flatMap(solved -> rows(solved, rank)),
        FactorMatrix.schema(Users.USER));
  }

  private static Map<Integer, Integer> parts(Dataset<Row> ratings) {
    Map<Integer, Integer> parts = new LinkedHashMap<>();
    for (Row row :
        ratings
            .groupBy(Events.USER)
            .agg(count(lit(1)).as(RATINGS))
            .where(col(RATINGS).gt(Alternation.LONGEST_ROW))
            .collectAsList()) {
      parts.put(row.getInt(0), Side.parts(row.getLong(1), Alternation.LONGEST_ROW));
    }
    return parts;
  }

  private static Iterator<Row> rows(HalfStep.Solved solved, int rank) {
    FactorMatrix factors = new FactorMatrix(rank, solved.factors());
    return IntStream.range(0, solved.ids().length)
        .mapToObj(row -> RowFactory.create(solved.ids()[row], factors.boxed(row)))
        .iterator();
  }
}
