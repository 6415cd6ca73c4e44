package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Items;

/**
 * Drops events and items whose item id is no product, such as postage.
 *
 * @param patterns regular expressions, matched against the whole id
 */
record NonProduct(List<String> patterns) implements Rule {
  static final String NAME = "non-product";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column id = col(Items.ITEM_ID);
    return Judgement.drop(
        judged,
        NAME,
        id.rlike(whole(patterns)),
        concat(lit(Items.ITEM_ID + " is '"), id, lit("', no product")));
  }

  /** One pattern that matches whatever one of the patterns matches as a whole. */
  static String whole(List<String> patterns) {
    return patterns.stream()
        .map(p -> "(?:" + p + ")")
        .collect(Collectors.joining("|", "\\A(?:", ")\\z"));
  }
}
