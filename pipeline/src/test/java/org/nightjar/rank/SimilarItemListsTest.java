package org.nightjar.rank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.table.Items;
import org.nightjar.table.Neighbours;

class SimilarItemListsTest extends RankTest {
  private static final StructType VECTORS =
      new StructType()
          .add(Items.ITEM, DataTypes.IntegerType)
          .add("vector", DataTypes.createArrayType(DataTypes.FloatType));

  /** Vectors of length 1, 5, 2 and 0; item 3 has none. */
  private static Dataset<Row> vectors() {
    return rows(
        VECTORS,
        row(0, scores(1, 0)),
        row(1, scores(3, 4)),
        row(2, scores(0, 2)),
        row(4, scores(0, 0)));
  }

  private static final float[][] UNIT = {{1, 0}, {0.6f, 0.8f}, {0, 1}, null, null};

  private static BitSet items(int from, int to) {
    BitSet items = new BitSet();
    items.set(from, to);
    return items;
  }

  @Test
  void cosinesByHandAndNeverTheItemItself() {
    assertThat(sorted(SimilarItemLists.of(vectors(), "vector", UNIT, items(0, 5), 5)))
        .containsExactly(
            "[0,1,1,0.6]",
            "[0,2,2,0.0]",
            "[1,1,2,0.8]",
            "[1,2,0,0.6]",
            "[2,1,1,0.8]",
            "[2,2,0,0.0]");
  }

  @Test
  void onlyEligibleItemsAndNoMoreThanAsked() {
    assertThat(sorted(SimilarItemLists.of(vectors(), "vector", UNIT, items(1, 5), 1)))
        .containsExactly("[0,1,1,0.6]", "[1,1,2,0.8]", "[2,1,1,0.8]");
  }

  @Test
  void withoutVectorsThereAreNone() {
    assertThat(sorted(SimilarItemLists.of(rows(VECTORS), "vector", new float[3][], items(0, 3), 5)))
        .isEmpty();
  }

  @Test
  void neighboursKeepTheirOrder() {
    Dataset<Row> neighbours =
        rows(
            Neighbours.TABLE.schema(),
            row(0, new Integer[] {3, 1, 2}, scores(0.9, 0.5, 0.5)),
            row(4, new Integer[] {3}, scores(0.7)));

    assertThat(sorted(SimilarItemLists.ofNeighbours(neighbours, items(0, 3), 5)))
        .containsExactly("[0,1,1,0.5]", "[0,2,2,0.5]");
    assertThat(sorted(SimilarItemLists.ofNeighbours(neighbours, items(0, 5), 1)))
        .containsExactly("[0,1,3,0.9]", "[4,1,3,0.7]");
  }
}
