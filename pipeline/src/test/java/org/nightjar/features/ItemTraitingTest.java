package org.nightjar.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.table.Attributes;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;

class ItemTraitingTest extends SparkTest {

  @Test
  void textCategoriesAndAttributesDescribeAnItem() {
    var items =
        rows(
            Items.CLEAN.schema().add(Attributes.column("brand"), DataTypes.StringType),
            row(
                0,
                "a",
                new String[] {"food", "hot drinks"},
                2.0,
                "Café-Tea, 20 BAGS",
                null,
                null,
                "Own"),
            row(1, "b", null, null, null, null, null, null));

    var traits = ItemTraits.TABLE.conform(ItemTraiting.of(items, 1, 2, List.of("brand")));

    assertThat(sorted(traits))
        .containsExactly(
            "[0,food,0,Café-Tea, 20 BAGS,ArraySeq(café, tea, 20, bags, category:food,"
                + " category:hot drinks, brand:Own)]",
            "[1,null,null,b,ArraySeq()]");
  }
}
