package org.nightjar.models;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

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
import org.apache.spark.sql.types.StructType;
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
  private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";

  /** What {@link #refreshed} reads of a trained model, by table. */
  static final Map<String, StructType> TABLES =
      Map.of(FactorModel.ITEM_FACTORS, FactorMatrix.schema(Items.ITEM));

  private FoldIn() {}

  /**
   * A factorisation's tables with the users' factors found anew; and the items' ones where they had
   * to be turned for that, see {@link PrincipalAxes}, which changes no score.
   *
   * @param ratings see {@link Preferences#of}; read once
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
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>(before);
    // In memory until the scope ends: the tables are made when they are written.
    PackedRatings known = PackedRatings.of(known(ratings, itemFactors));
    RowParts parts = known.longUsers(Alternation.LONGEST_ROW);
    JavaRDD<RatingBlock> blocks =
        known.by(Events.USER, parts, Integer.parseInt(spark.conf().get(SHUFFLE_PARTITIONS)));
    Broadcast<Side.Places> places =
        Broadcasts.of(spark, new Side(Events.ITEM, ids, new int[ids.length]).places());
    Broadcast<FixedSide> fixed = Broadcasts.of(spark, FixedSide.of(matrix, objective));
    JavaRDD<HalfStep.Solved> solved =
        HalfStep.of(
            blocks.map(block -> block.placed(places.value())),
            block -> new Tuple2<>(block, fixed.value()),
            !parts.isEmpty(),
            objective,
            fixed);
    tables.put(
        FactorModel.USER_FACTORS,
        spark.createDataFrame(
            solved.flatMap(rows -> rows(rows, rank)), FactorMatrix.schema(Users.USER)));
    tables.put(FactorModel.RATINGS, RatingTable.of(spark, blocks, !parts.isEmpty()));
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

  private static Iterator<Row> rows(HalfStep.Solved solved, int rank) {
    FactorMatrix factors = new FactorMatrix(rank, solved.factors());
    return IntStream.range(0, solved.ids().length)
        .mapToObj(row -> RowFactory.create(solved.ids()[row], factors.boxed(row)))
        .iterator();
  }
}
