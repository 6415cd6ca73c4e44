package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nightjar.SparkTest;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Events;

class PackedRatingsTest extends SparkTest {
  private static final StructType SCHEMA =
      new StructType()
          .add(Events.USER, DataTypes.IntegerType)
          .add(Events.ITEM, DataTypes.IntegerType)
          .add(Preferences.PREFERENCE, DataTypes.FloatType);

  /** User 5 has 3,000 items, more than the table keeps; others have few; ids beyond two digits. */
  private static final List<Row> ROWS = rows();

  private PackedRatings packed;

  private static List<Row> rows() {
    Random random = new Random(2);
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, 3000).forEach(item -> rows.add(row(5, 7 * item, 1f + item % 3)));
    for (int user = 1_000_000; user < 1_000_040; user++) {
      int from = user;
      random
          .ints(0, 5_000_000)
          .distinct()
          .limit(1 + user % 9)
          .forEach(item -> rows.add(row(from, item, random.nextInt(5) - 2f)));
    }
    return rows;
  }

  private PackedRatings packed(int partitions) {
    List<Row> shuffled = new ArrayList<>(ROWS);
    Collections.shuffle(shuffled, new Random(partitions));
    packed = PackedRatings.of(spark.createDataFrame(shuffled, SCHEMA).repartition(partitions));
    return packed;
  }

  @AfterEach
  void release() {
    packed.release();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void sidesHaveAllIdsAndHowOftenTheyOccur(int partitions) {
    Map<Integer, Integer> users = new TreeMap<>();
    ROWS.forEach(row -> users.merge(row.getInt(0), 1, Integer::sum));

    PackedRatings.Sides sides = packed(partitions).sides();

    assertThat(sides.users().ids()).containsExactly(ints(users.keySet()));
    assertThat(sides.users().counts()).containsExactly(ints(users.values()));
    assertThat(sides.items().ids())
        .containsExactly(
            ROWS.stream().mapToInt(row -> row.getInt(1)).sorted().distinct().toArray());
    assertThat(sides.items().ratings()).isEqualTo(packed.count()).isEqualTo(ROWS.size());
    assertThat(packed.longUsers(1000))
        .usingRecursiveComparison()
        .isEqualTo(sides.users().parts(1000));
  }

  private static int[] ints(Collection<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void blocksHaveEveryRatingOnceInOrderWithLongRowsInParts(int blocks) {
    packed(3);
    RowParts parts = packed.sides().users().parts(1000);
    Map<String, Float> found = new TreeMap<>();
    List<Integer> numbers = new ArrayList<>();

    for (RatingBlock block : packed.by(Events.USER, parts, blocks).collect()) {
      for (int row = 0; row < block.rows(); row++) {
        int from = block.starts()[row];
        int to = block.starts()[row + 1];
        int id = block.ids()[row];
        if (id == 5) {
          numbers.add(block.parts()[row]);
          assertThat(to - from).as("of 3,000 a third").isBetween(900, 1100);
        } else {
          assertThat(block.parts()[row]).isEqualTo(RowParts.WHOLE);
        }
        for (int at = from; at < to; at++) {
          assertThat(at == from || block.places()[at - 1] < block.places()[at]).isTrue();
          found.put(id + "/" + block.places()[at], block.values()[at]);
        }
      }
    }

    assertThat(numbers).containsExactlyInAnyOrder(0, 1, 2);
    Map<String, Float> expected = new TreeMap<>();
    ROWS.forEach(row -> expected.put(row.getInt(0) + "/" + row.getInt(1), row.getFloat(2)));
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 100_000})
  void theTableKeepsEachUsersLargestValuesInOrder(int longest) {
    packed(2);
    RowParts parts = packed.sides().users().parts(longest);

    Dataset<Row> table = RatingTable.of(spark, packed.by(Events.USER, parts, 3), longest < 3000);

    Map<Integer, List<Row>> expected = new TreeMap<>();
    ROWS.forEach(
        row -> expected.computeIfAbsent(row.getInt(0), user -> new ArrayList<>()).add(row));
    List<Row> rows = table.collectAsList();
    assertThat(rows).hasSize(expected.size());
    for (Row row : rows) {
      List<Row> best =
          expected.get(row.getInt(0)).stream()
              .sorted(
                  Comparator.comparing((Row rating) -> -rating.getFloat(2))
                      .thenComparing(rating -> rating.getInt(1)))
              .limit(2000)
              .toList();
      assertThat(TopN.ints(row, Histories.ITEMS))
          .containsExactly(best.stream().mapToInt(rating -> rating.getInt(1)).toArray());
      assertThat(TopN.floats(row, Histories.WEIGHTS))
          .usingComparatorWithPrecision(0f)
          .containsExactly(floats(best));
    }
  }

  private static float[] floats(List<Row> ratings) {
    float[] values = new float[ratings.size()];
    for (int at = 0; at < values.length; at++) {
      values[at] = ratings.get(at).getFloat(2);
    }
    return values;
  }

  @Test
  void noRatingsMakeEmptySidesAndBlocks() {
    packed = PackedRatings.of(spark.createDataFrame(List.of(), SCHEMA));

    assertThat(packed.sides().users().size()).isZero();
    assertThat(packed.by(Events.ITEM, RowParts.NONE, 2).collect())
        .hasSize(2)
        .allSatisfy(block -> assertThat(block.rows()).isZero());
  }
}
