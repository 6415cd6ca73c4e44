package org.nightjar.features;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.percentile;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Attributes;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;

/** Computes {@link ItemTraits}. */
public final class ItemTraiting {
  private static final String NOT_OF_A_WORD = "[^\\p{L}\\p{N}]+";
  private static final String SEPARATOR = ":";

  private ItemTraiting() {}

  /**
   * One row of {@link ItemTraits#TABLE} per item.
   *
   * @param items cleaned items
   * @param categoryLevel level of the category path, 1 = most general; shorter paths give their
   *     last level
   * @param priceBands number of bands
   * @param attributes names of the text columns that describe items beside text and category
   */
  public static Dataset<Row> of(
      Dataset<Row> items, int categoryLevel, int priceBands, List<String> attributes) {
    Column path = col(Items.CATEGORY);
    Column category =
        when(size(path).gt(0), element_at(path, least(lit(categoryLevel), size(path))));
    return items.select(
        col(Items.ITEM),
        category.as(ItemTraits.CATEGORY),
        priceBand(items, priceBands).as(ItemTraits.PRICE_BAND),
        coalesce(col(Items.TEXT), col(Items.ITEM_ID)).as(ItemTraits.NAME),
        words(attributes).as(ItemTraits.WORDS));
  }

  private static Column words(List<String> attributes) {
    List<Column> described = new ArrayList<>();
    described.add(split(lower(col(Items.TEXT)), NOT_OF_A_WORD));
    described.add(
        transform(col(Items.CATEGORY), name -> concat(lit(Items.CATEGORY + SEPARATOR), name)));
    for (String name : attributes) {
      described.add(array(concat(lit(name + SEPARATOR), col(Attributes.column(name)))));
    }
    Column none = array().cast("array<string>");
    Column all =
        concat(described.stream().map(words -> coalesce(words, none)).toArray(Column[]::new));
    return filter(all, word -> word.isNotNull().and(length(word).gt(0)));
  }

  private static Column priceBand(Dataset<Row> items, int bands) {
    if (bands < 2) {
      return when(col(Items.PRICE).isNotNull(), lit(0));
    }
    Column[] shares = new Column[bands - 1];
    for (int band = 1; band < bands; band++) {
      shares[band - 1] = lit((double) band / bands);
    }
    Row edges = items.agg(percentile(abs(col(Items.PRICE)), array(shares))).head();
    if (edges.isNullAt(0)) {
      return lit(null).cast("int");
    }
    List<Double> values = edges.getList(0);
    Column band = lit(bands - 1);
    for (int at = values.size() - 1; at >= 0; at--) {
      band = when(col(Items.PRICE).leq(values.get(at)), lit(at)).otherwise(band);
    }
    return when(col(Items.PRICE).isNotNull(), band);
  }
}
