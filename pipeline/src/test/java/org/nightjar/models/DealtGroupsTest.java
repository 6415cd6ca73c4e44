package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.table.Neighbours;

class DealtGroupsTest extends SparkTest {
  private static final int ITEMS = 30;
  private static final StructType SCHEMA =
      new StructType()
          .add(Heaviest.ITEMS, DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add(Heaviest.WEIGHTS, DataTypes.createArrayType(DataTypes.FloatType, false))
          .add(CoOccurrences.DRAW, DataTypes.DoubleType);

  /** Group g has the items g, g + 1 and g + 7, around. */
  private static List<Row> groups() {
    List<Row> groups = new ArrayList<>();
    for (int group = 0; group < ITEMS; group++) {
      int[] items = {group % ITEMS, (group + 1) % ITEMS, (group + 7) % ITEMS};
      groups.add(
          RowFactory.create(
              Arrays.stream(items).boxed().toList(), List.of(1f, 2f, 3f), group % 10 / 10.0));
    }
    return spark.createDataFrame(groups, SCHEMA).collectAsList();
  }

  private static double[] shares() {
    double[] shares = new double[ITEMS];
    Arrays.fill(shares, 1);
    shares[4] = 0.5;
    return shares;
  }

  /** Who asks for what, over all that was handed on. */
  private static Set<String> asked(int stripes, int handedOnAt) {
    Set<String> asked = new TreeSet<>();
    new DealtGroups(groups().iterator(), shares(), stripes, handedOnAt)
        .forEachRemaining(
            dealt -> {
              PackedGroups packed = dealt._2;
              for (int group = 0; group < packed.size(); group++) {
                List<String> had = new ArrayList<>();
                for (int at = packed.hadFrom()[group]; at < packed.hadFrom()[group + 1]; at++) {
                  had.add(packed.had()[at] + ":" + packed.hadWeights()[at]);
                }
                for (int at = packed.askingFrom()[group];
                    at < packed.askingFrom()[group + 1];
                    at++) {
                  assertThat(
                          asked.add(packed.asking()[at] + ":" + packed.askingWeights()[at] + had))
                      .isTrue();
                }
              }
            });
    return asked;
  }

  @Test
  void everyItemGetsItsGroupsWholeHoweverTheyAreDealtOut() {
    Set<String> expected = new TreeSet<>();
    for (Row row : groups()) {
      List<String> had = new ArrayList<>();
      for (int at = 0; at < 3; at++) {
        int item = row.<Integer>getList(0).get(at);
        if (row.getDouble(2) < shares()[item]) {
          had.add(item + ":" + row.<Float>getList(1).get(at));
        }
      }
      had.forEach(one -> expected.add(one + had));
    }

    for (int stripes : new int[] {1, 4, 100}) {
      for (int handedOnAt : new int[] {1, 20, 1000}) {
        assertThat(asked(stripes, handedOnAt)).isEqualTo(expected);
      }
    }
  }

  @Test
  void stripesDoNotShowInNeighbours() {
    Dataset<Row> groups = spark.createDataFrame(groups(), SCHEMA);
    double[] totals = new double[ITEMS];
    Arrays.fill(totals, 1);
    List<Row> found =
        CoOccurrences.nearest(
                groups,
                new CoOccurrences.Totals(totals, totals, shares()),
                CoOccurrences.Sharing.PRODUCT,
                (together, had, total) -> together,
                2)
            .orderBy(Neighbours.ITEM)
            .collectAsList();

    assertThat(found).hasSize(ITEMS);
    // Item 0 is the third beside 24, the second before 6: 3 · 2 and 2 · 3; all others share less.
    assertThat(found.get(0).<Integer>getList(1)).containsExactly(6, 24);
    assertThat(found.get(0).<Float>getList(2)).containsExactly(6f, 6f);
  }
}
