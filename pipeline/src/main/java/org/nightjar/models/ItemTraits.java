package org.nightjar.models;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.percentile;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Items;

/**
 * What models and rules need to know of an item: its category at a level, its price band, its name.
 */
public final class ItemTraits {
  /** Category name at the configured level; null when unknown. */
  public static final String CATEGORY = "trait_category";

  /** Quantile band of the price, int from 0; null when the price is unknown. */
  public static final String PRICE_BAND = "trait_price_band";

  /** The item's text, or its id where there is none. */
  public static final String NAME = "trait_name";

  private ItemTraits() {}

  /**
   * One row per item: {@code item}, {@link #CATEGORY}, {@link #PRICE_BAND}, {@link #NAME}.
   *
   * @param items cleaned items
   * @param categoryLevel level of the category path, 1 = most general; shorter paths give their
   *     last level
   * @param priceBands number of bands
   */
  public static Dataset<Row> of(Dataset<Row> items, int categoryLevel, int priceBands) {
    Column path = col(Items.CATEGORY);
    Column category =
        when(
            size(path).gt(0),
            element_at(path, org.apache.spark.sql.functions.least(lit(categoryLevel), size(path))));
    return items.select(
        col(Items.ITEM),
        category.as(CATEGORY),
        priceBand(items, priceBands).as(PRICE_BAND),
        coalesce(col(Items.TEXT), col(Items.ITEM_ID)).as(NAME));
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
