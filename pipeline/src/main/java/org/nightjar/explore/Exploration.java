package org.nightjar.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Histogram;
import org.nightjar.config.Attribute;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;
import org.nightjar.table.UserFeatures;

/**
 * All figures about one night's data. The pieces are independent of each other and of the
 * partitions and the order of rows; each is a few passes over one table.
 *
 * @param tables what is looked at
 * @param profile columns of the profile attributes as text levels, with their declared order
 * @param userAttributes as configured
 * @param eventAttributes as configured
 * @param histograms of the numeric columns looked at so far, by subject
 */
public record Exploration(
    Tables tables,
    Map<String, List<String>> profile,
    Map<String, Attribute> userAttributes,
    Map<String, Attribute> eventAttributes,
    Map<String, Histogram> histograms) {
  private static final int[] PERCENT = {0, 1, 5, 25, 50, 75, 95, 99, 100};
  private static final String ITEMS = "items";

  /** What a user does, of {@link UserFeatures}. */
  private static final List<String> MEASURES =
      List.of(
          UserFeatures.FREQUENCY_EVENTS,
          UserFeatures.DISTINCT_ITEMS,
          UserFeatures.ORDERS,
          UserFeatures.BASKET_LINES,
          UserFeatures.MONETARY_AMOUNT,
          UserFeatures.AVERAGE_ORDER_AMOUNT,
          UserFeatures.RECENCY_DAYS,
          UserFeatures.TENURE_DAYS,
          UserFeatures.INTER_PURCHASE_DAYS,
          UserFeatures.REPEAT_SHARE);

  /**
   * What is looked at; written tables, since each is read several times.
   *
   * @param profiles {@code user} and the profile attributes as text levels
   * @param users cleaned users
   * @param items cleaned items
   * @param events cleaned events before the cutoff
   * @param userFeatures {@link UserFeatures}
   * @param itemFeatures {@link org.nightjar.table.ItemFeatures}
   * @param pairs {@link org.nightjar.table.UserItemFeatures}
   * @param traits {@link ItemTraits}
   * @param lists {@link org.nightjar.table.Recommendations#INDEXED}
   */
  public record Tables(
      Dataset<Row> profiles,
      Dataset<Row> users,
      Dataset<Row> items,
      Dataset<Row> events,
      Dataset<Row> userFeatures,
      Dataset<Row> itemFeatures,
      Dataset<Row> pairs,
      Dataset<Row> traits,
      Dataset<Row> lists) {}

  /** Nothing is looked at yet. */
  public static Exploration of(
      Tables tables,
      List<String> profile,
      Map<String, Attribute> userAttributes,
      Map<String, Attribute> eventAttributes) {
    Map<String, List<String>> orders = new LinkedHashMap<>();
    profile.forEach(name -> orders.put(Attributes.column(name), userAttributes.get(name).order()));
    return new Exploration(
        tables, orders, userAttributes, eventAttributes, new ConcurrentHashMap<>());
  }

  /** Each gives its figures when it is asked; they may be asked side by side. */
  public List<Supplier<List<Figure>>> pieces() {
    return List.of(
        this::profiles,
        () -> EventPictures.of(tables.events),
        () -> numbers(tables.userFeatures, MEASURES, ProfilePictures.PER_USER, "users"),
        () -> numbers(tables.events, eventNumbers(), EventPictures.EVENTS, "rows"),
        () -> levels(tables.events, eventLevels(), EventPictures.EVENTS, "rows"),
        () -> numbers(tables.items, List.of(Items.PRICE), ITEMS, ITEMS),
        this::categories,
        () -> numbers(tables.users, numeric(userAttributes), "users", "users"),
        () -> EventPictures.missing(missingIn()),
        () -> ItemPictures.tail(tables.itemFeatures, tables.lists),
        () -> ItemPictures.contributions(tables.lists));
  }

  /**
   * Against another night, once all pieces are there.
   *
   * @param tonight what the pieces gave
   * @param before figures of {@link Section#DISTRIBUTION}, in order of position; may be empty
   */
  public List<Figure> drift(List<Figure> tonight, List<Figure> before) {
    return Drift.of(
        tonight.stream().filter(figure -> figure.section().equals(Section.DISTRIBUTION)).toList(),
        histograms,
        before);
  }

  private List<Figure> profiles() {
    ProfilePictures pictures = ProfilePictures.of(tables.profiles, profile);
    List<String> numeric =
        numeric(userAttributes).stream().map(ProfilePictures::attribute).toList();
    List<Figure> figures = new ArrayList<>();
    pictures.levels().figures("users", "users").stream()
        .filter(figure -> !numeric.contains(figure.subject()))
        .forEach(figures::add);
    figures.addAll(pictures.pairs());
    figures.addAll(pictures.tastes(tables.pairs, tables.traits));
    figures.addAll(pictures.behaviour(tables.userFeatures));
    return figures;
  }

  private List<Figure> categories() {
    return Levels.of(
            tables
                .traits
                .select(ItemTraits.CATEGORY)
                .withColumnRenamed(ItemTraits.CATEGORY, Items.CATEGORY),
            Map.of(Items.CATEGORY, List.of()))
        .figures(ITEMS, ITEMS);
  }

  private static List<Figure> levels(
      Dataset<Row> rows, Map<String, List<String>> orders, String table, String measure) {
    return Levels.of(rows, orders).figures(table, measure);
  }

  private Map<String, List<String>> eventLevels() {
    Map<String, List<String>> orders = new LinkedHashMap<>();
    orders.put(Events.EVENT_TYPE, List.of());
    eventAttributes.forEach(
        (name, attribute) -> {
          if (attribute.isCategorical()) {
            orders.put(Attributes.column(name), attribute.order());
          }
        });
    return orders;
  }

  private List<String> eventNumbers() {
    List<String> names =
        new ArrayList<>(List.of(Events.AMOUNT, Events.QUANTITY, Events.DISCOUNT, Events.VALUE));
    names.addAll(numeric(eventAttributes));
    return names;
  }

  /** Columns of the numeric ones. */
  private static List<String> numeric(Map<String, Attribute> attributes) {
    return attributes.entrySet().stream()
        .filter(entry -> entry.getValue().type() == Attribute.Type.NUMERIC)
        .map(entry -> Attributes.column(entry.getKey()))
        .toList();
  }

  private Map<String, Dataset<Row>> missingIn() {
    Map<String, Dataset<Row>> byTable = new LinkedHashMap<>();
    byTable.put("users", tables.users);
    byTable.put(ITEMS, tables.items);
    byTable.put(EventPictures.EVENTS, tables.events);
    return byTable;
  }

  /**
   * Distribution and quantiles of numeric columns, in one pass; columns without values give none.
   */
  private List<Figure> numbers(
      Dataset<Row> rows, List<String> columns, String table, String measure) {
    List<Figure> figures = new ArrayList<>();
    Map<String, Histogram> found = Histogram.of(rows, columns);
    for (String column : columns) {
      Histogram values = found.get(column);
      if (values.size() > 0) {
        String subject = table + "." + Attributes.name(column);
        histograms.put(subject, values);
        figures.addAll(Bins.of(values).figures(subject, measure, values));
        Arrays.stream(PERCENT)
            .mapToObj(
                percent ->
                    Figure.of(
                        Section.QUANTILES,
                        subject,
                        "",
                        measure,
                        "",
                        percent,
                        percent + " %",
                        values.quantile(percent / 100.0)))
            .forEach(figures::add);
      }
    }
    return figures;
  }
}
