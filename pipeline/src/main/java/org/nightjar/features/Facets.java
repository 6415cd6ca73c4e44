package org.nightjar.features;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;
import static org.apache.spark.sql.functions.map_from_entries;
import static org.apache.spark.sql.functions.map_values;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How something is spread over the levels of several columns, all of them in one pass. */
final class Facets {
  private static final String ENTRY = "facet_entry";
  private static final String NAME = "facet_name";
  private static final String LEVEL = "facet_level";
  private static final String WEIGHT = "facet_weight";

  private Facets() {}

  /**
   * One row per key with a known level in any column: for each column a map of level to its share
   * of the weight with known levels, ascending by level; null where no level is known.
   *
   * @param key name of the column of which there is one row
   * @param weight whole numbers
   * @param columns expressions of text, by the name of the map's column; not empty
   */
  static Dataset<Row> shares(
      Dataset<Row> rows, String key, Column weight, Map<String, Column> columns) {
    Dataset<Row> weightPerLevel =
        rows.select(col(key), weight.as(WEIGHT), explode(Levels.entries(columns)).as(ENTRY))
            .select(
                col(key),
                col(WEIGHT),
                Levels.nameOf(col(ENTRY)).as(NAME),
                Levels.levelOf(col(ENTRY)).as(LEVEL))
            .filter(col(LEVEL).isNotNull())
            .groupBy(col(key), col(NAME), col(LEVEL))
            .agg(sum(col(WEIGHT)).as(WEIGHT));
    List<Column> lists = new ArrayList<>();
    List<Column> maps = new ArrayList<>();
    maps.add(col(key));
    for (String name : columns.keySet()) {
      Column ofName = when(col(NAME).equalTo(lit(name)), struct(col(LEVEL), col(WEIGHT)));
      lists.add(sort_array(collect_list(ofName)).as(name));
      maps.add(when(size(col(name)).gt(0), shares(col(name))).as(name));
    }
    return weightPerLevel
        .groupBy(col(key))
        .agg(lists.get(0), lists.subList(1, lists.size()).toArray(Column[]::new))
        .select(maps.toArray(Column[]::new));
  }

  private static Column shares(Column entries) {
    Column whole =
        aggregate(entries, lit(0L), (total, entry) -> total.plus(entry.getField(WEIGHT)));
    return map_from_entries(
        transform(
            entries,
            entry ->
                struct(
                    entry.getField(LEVEL).as(LEVEL),
                    round(entry.getField(WEIGHT).divide(whole), 9).as(WEIGHT))));
  }

  /** −Σ share · ln share of a map of shares, in nats; null stays null. */
  static Column entropyNats(Column shares) {
    return round(
        aggregate(
            map_values(shares),
            lit(0.0),
            (sum, share) ->
                when(share.gt(0), sum.minus(share.multiply(log(share)))).otherwise(sum)),
        9);
  }
}
