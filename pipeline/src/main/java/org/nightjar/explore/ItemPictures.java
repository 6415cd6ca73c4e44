package org.nightjar.explore;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.NumberText;
import org.nightjar.table.ItemFeatures;
import org.nightjar.table.Items;
import org.nightjar.table.Recommendations;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

/** The long tail, what the lists make of it, and which model put what where. */
final class ItemPictures {
  static final String CATEGORY = "items.category";
  static final String LISTS = "lists";
  private static final String ITEMS = "items";
  private static final String ROWS = "rows";

  /** Shares of the items, in percent of the catalogue, most popular first. */
  private static final double[] PERCENT = {
    0, 0.1, 0.2, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100
  };

  private ItemPictures() {}

  /**
   * Which share of the events and of the list rows goes to the most popular items.
   *
   * @param items {@link ItemFeatures}
   * @param lists {@link Recommendations#INDEXED}
   */
  static List<Figure> tail(Dataset<Row> items, Dataset<Row> lists) {
    Dataset<Row> rowsPerItem = lists.groupBy(Items.ITEM).agg(count(lit(1)).as(ROWS));
    Column rows = coalesce(col(ROWS), lit(0L));
    // Items with equally many events stand together, so that no order among them is needed.
    List<Row> steps =
        items
            .join(rowsPerItem, new String[] {Items.ITEM}, "left")
            .groupBy(ItemFeatures.EVENTS)
            .agg(count(lit(1)).as(ITEMS), sum(rows).as(ROWS))
            .orderBy(col(ItemFeatures.EVENTS).desc())
            .collectAsList();
    double[] item = new double[steps.size()];
    double[] events = new double[steps.size()];
    double[] inLists = new double[steps.size()];
    for (int at = 0; at < steps.size(); at++) {
      Row step = steps.get(at);
      item[at] = step.<Long>getAs(ITEMS);
      events[at] = item[at] * step.<Long>getAs(ItemFeatures.EVENTS);
      inLists[at] = step.<Long>getAs(ROWS);
    }
    List<Figure> figures = new ArrayList<>();
    figures.addAll(curve(EventPictures.EVENTS, item, events));
    figures.addAll(curve(LISTS, item, inLists));
    return figures;
  }

  private static List<Figure> curve(String subject, double[] items, double[] parts) {
    double allItems = total(items);
    double all = total(parts);
    List<Figure> figures = new ArrayList<>();
    for (int at = 0; at < PERCENT.length && all > 0; at++) {
      double wanted = allItems * PERCENT[at] / 100;
      double passed = 0;
      double share = 0;
      for (int step = 0; step < items.length && passed < wanted; step++) {
        double taken = Math.min(1, (wanted - passed) / items[step]);
        share += taken * parts[step];
        passed += taken * items[step];
      }
      figures.add(
          Figure.of(
              Section.TAIL, subject, "", "share", "", at, NumberText.of(PERCENT[at]), share / all));
    }
    return figures;
  }

  private static double total(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /**
   * Published rows by model and rank.
   *
   * @param lists {@link Recommendations#INDEXED}
   */
  static List<Figure> contributions(Dataset<Row> lists) {
    List<Figure> figures = new ArrayList<>();
    lists
        .groupBy(Recommendations.SOURCE, Recommendations.RANK)
        .agg(count(lit(1)).as(ROWS))
        .orderBy(Recommendations.SOURCE, Recommendations.RANK)
        .collectAsList()
        .forEach(
            row ->
                figures.add(
                    Figure.of(
                        Section.CONTRIBUTION,
                        LISTS,
                        "",
                        ROWS,
                        row.getString(0),
                        row.getInt(1),
                        Integer.toString(row.getInt(1)),
                        (double) row.getLong(2))));
    return figures;
  }
}
