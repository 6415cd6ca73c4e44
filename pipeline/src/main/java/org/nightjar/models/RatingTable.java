package org.nightjar.models;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.rank.kernel.BestFirst;
import org.nightjar.table.Users;
import scala.Tuple2;

/** The table {@link FactorModel#RATINGS}: what each user's factors were found from. */
final class RatingTable {
  /** Ratings kept of a user, for explanations; those of users with more are not exact. */
  private static final int MOST = 2_000;

  private static final StructType SCHEMA =
      new StructType()
          .add(Users.USER, DataTypes.IntegerType, false)
          .add(Histories.ITEMS, DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add(Histories.WEIGHTS, DataTypes.createArrayType(DataTypes.FloatType, false), false);

  private RatingTable() {}

  /**
   * Each user's items of the largest values, as {@link Histories} has them, and these values;
   * largest first, of equals the lowest item.
   *
   * @param blocks by user, with items' ids, see {@link PackedRatings#by}
   * @param inParts whether some users are
   */
  static Dataset<Row> of(SparkSession spark, JavaRDD<RatingBlock> blocks, boolean inParts) {
    JavaRDD<Row> rows =
        blocks.flatMap(
            block -> users(block, part -> part == RowParts.WHOLE).map(User::row).iterator());
    return spark.createDataFrame(inParts ? rows.union(longUsers(blocks)) : rows, SCHEMA);
  }

  private static JavaRDD<Row> longUsers(JavaRDD<RatingBlock> blocks) {
    return blocks
        .flatMapToPair(
            block ->
                users(block, part -> part != RowParts.WHOLE)
                    .map(user -> new Tuple2<>(user.id(), user))
                    .iterator())
        .reduceByKey(User::with)
        .values()
        .map(User::row);
  }

  private static Stream<User> users(RatingBlock block, IntPredicate parts) {
    return IntStream.range(0, block.rows())
        .filter(row -> parts.test(block.parts()[row]))
        .mapToObj(row -> User.of(block, row));
  }

  /**
   * A user's ratings.
   *
   * @param ratings values and items, see {@link BestFirst}, in order
   */
  private record User(int id, long[] ratings) implements Serializable {
    static User of(RatingBlock block, int row) {
      return largest(
          block.ids()[row],
          IntStream.range(block.starts()[row], block.starts()[row + 1])
              .mapToLong(at -> BestFirst.of(block.values()[at], block.places()[at])));
    }

    private static User largest(int id, LongStream ratings) {
      return new User(id, ratings.sorted().limit(MOST).toArray());
    }

    User with(User part) {
      return largest(id, LongStream.concat(Arrays.stream(ratings), Arrays.stream(part.ratings)));
    }

    Row row() {
      Integer[] items = new Integer[ratings.length];
      Float[] values = new Float[ratings.length];
      for (int at = 0; at < ratings.length; at++) {
        items[at] = BestFirst.id(ratings[at]);
        values[at] = BestFirst.value(ratings[at]);
      }
      return RowFactory.create(id, items, values);
    }
  }
}
