package org.nightjar.features;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.config.Attribute;
import org.nightjar.config.Configuration;
import org.nightjar.config.FeatureSettings;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.ItemFeatures;
import org.nightjar.table.Items;
import org.nightjar.table.Table;
import org.nightjar.table.UserFeatures;

/**
 * User, item and user-item features as of a cutoff. Only events strictly before the cutoff count
 * (and those of a source without times); profiles and the catalogue are taken as they stand.
 *
 * <p>The events are read twice: added up per user and item, and per user, order and hour. No result
 * depends on partitions or row order.
 */
public final class Features {
  private Features() {}

  /** As {@link #asOf(Dataset, Dataset, Dataset, Map, Map, FeatureSettings, Instant)}. */
  public static FeatureTables asOf(
      Dataset<Row> users,
      Dataset<Row> items,
      Dataset<Row> events,
      Configuration configuration,
      Instant cutoff) {
    return asOf(
        users,
        items,
        events,
        configuration.userAttributes(),
        configuration.itemAttributes(),
        configuration.features(),
        cutoff);
  }

  /**
   * The features of every user and item given. Price quantiles, levels and scaling figures are
   * found at once, the tables are lazy.
   *
   * @param users {@code user} and the attributes under {@link Attributes#column}, one row per user
   * @param items {@link Items#CLEAN} and the attributes likewise, one row per item
   * @param events {@link Events#CLEAN}, of any time; events of users or items that are not given
   *     count for the other side only. With {@link Events#USER_CUTOFF} the ages of a user's own
   *     events, in the tables of users and of pairs, are counted from there; items are always as of
   *     the cutoff
   * @param userAttributes profile attributes, by name
   * @param itemAttributes further attributes of items, by name
   * @param settings windows, bands, scaling and event types
   */
  public static FeatureTables asOf(
      Dataset<Row> users,
      Dataset<Row> items,
      Dataset<Row> events,
      Map<String, Attribute> userAttributes,
      Map<String, Attribute> itemAttributes,
      FeatureSettings settings,
      Instant cutoff) {
    AsOf asOf = new AsOf(cutoff, false);
    AsOf ofUser = new AsOf(cutoff, Events.haveUserCutoffs(events));
    Dataset<Row> counted = counted(events, asOf, settings);
    Dataset<Row> pairs =
        Pairs.of(counted, asOf, ofUser, settings).persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> figures =
        ItemSide.figures(items, pairs, asOf, settings).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return tables(
          users,
          items,
          counted,
          pairs,
          figures,
          userAttributes,
          itemAttributes,
          settings,
          asOf,
          ofUser);
    } catch (RuntimeException | Error e) {
      pairs.unpersist();
      figures.unpersist();
      throw e;
    }
  }

  private static FeatureTables tables(
      Dataset<Row> users,
      Dataset<Row> items,
      Dataset<Row> counted,
      Dataset<Row> pairs,
      Dataset<Row> figures,
      Map<String, Attribute> userAttributes,
      Map<String, Attribute> itemAttributes,
      FeatureSettings settings,
      AsOf asOf,
      AsOf ofUser) {
    List<Double> bounds = ItemSide.priceBandBounds(figures, settings.priceBands());

    Map<String, Column> userLevels = levelColumns(userAttributes);
    Map<String, Levels> ofUsers = Levels.of(users, userLevels, settings.maxLevels());
    Map<String, Column> itemLevels = new LinkedHashMap<>();
    itemLevels.put(Items.CATEGORY, ItemSide.topCategory());
    itemLevels.putAll(levelColumns(itemAttributes));
    Map<String, Levels> ofItems = Levels.of(items, itemLevels, settings.maxLevels());

    Profile profile = Profile.of(users, userAttributes, ofUsers, settings.scaling(), asOf);
    List<Column> slim = new ArrayList<>(List.of(col(Items.ITEM)));
    itemLevels.forEach(
        (name, value) -> slim.add(ofItems.get(name).folded(value).as(sharesOf(name))));
    Dataset<Row> itemsWithBand =
        items
            .select(slim.toArray(Column[]::new))
            .join(
                figures.select(
                    col(Items.ITEM),
                    ItemSide.priceBand(col(ItemFeatures.PRICE), bounds)
                        .as(ItemFeatures.PRICE_BAND)),
                Items.ITEM);
    Map<String, Column> audiences = new LinkedHashMap<>();
    userLevels.forEach((name, value) -> audiences.put(name, ofUsers.get(name).folded(value)));
    Map<String, List<String>> levels = new LinkedHashMap<>();
    ofUsers.forEach((name, found) -> levels.put(name, found.values()));
    List<String> warnings = new ArrayList<>();
    ofUsers.forEach(
        (name, found) -> found.warning("userAttributes." + name, "users").ifPresent(warnings::add));
    ofItems.forEach(
        (name, found) ->
            found
                .warning(
                    (name.equals(Items.CATEGORY) ? "sources.items.columns." : "itemAttributes.")
                        + name,
                    "items")
                .ifPresent(warnings::add));

    return new FeatureTables(
        UserSide.features(
            users,
            counted,
            pairs,
            itemsWithBand,
            itemLevels.keySet().stream().map(Features::sharesOf).toList(),
            profile,
            ofUser,
            settings,
            userTable(settings, itemAttributes, profile.fields())),
        ItemSide.features(
            figures, pairs, users, bounds, audiences, itemTable(settings, audiences.keySet())),
        Pairs.features(pairs, ofUser),
        levels,
        bounds,
        warnings,
        List.of(pairs, figures));
  }

  /** Columns of the item features that a configuration gives, in order. */
  public static StructType itemColumns(Configuration configuration) {
    return itemTable(
            configuration.features(), levelColumns(configuration.userAttributes()).keySet())
        .schema();
  }

  /** Columns of the user features that a configuration gives, in order. */
  public static StructType userColumns(Configuration configuration) {
    return userTable(
            configuration.features(),
            configuration.itemAttributes(),
            Profile.fields(configuration.userAttributes()))
        .schema();
  }

  private static Dataset<Row> counted(Dataset<Row> events, AsOf asOf, FeatureSettings settings) {
    Dataset<Row> before = events.filter(asOf.counts());
    return settings.eventTypes().isEmpty()
        ? before
        : before.filter(col(Events.EVENT_TYPE).isin(settings.eventTypes().toArray()));
  }

  /** By name: categorical values as they are, ordinal ones only if declared. */
  private static Map<String, Column> levelColumns(Map<String, Attribute> attributes) {
    Map<String, Column> columns = new LinkedHashMap<>();
    attributes.forEach(
        (name, attribute) -> {
          Column value = col(Attributes.column(name));
          if (attribute.type() == Attribute.Type.CATEGORICAL) {
            columns.put(name, value);
          } else if (attribute.type() == Attribute.Type.ORDINAL) {
            columns.put(name, when(Levels.place(attribute.order(), value).isNotNull(), value));
          }
        });
    return columns;
  }

  /** The column of the users' shares per category, or per level of an item attribute. */
  private static String sharesOf(String name) {
    return name.equals(Items.CATEGORY)
        ? UserFeatures.CATEGORY_SHARES
        : UserFeatures.shares(name).name();
  }

  private static Table userTable(
      FeatureSettings settings, Map<String, Attribute> itemAttributes, List<StructField> profile) {
    List<StructField> further = new ArrayList<>();
    settings.windowsDays().forEach(days -> further.add(UserFeatures.eventsWithin(days)));
    levelColumns(itemAttributes).keySet().forEach(name -> further.add(UserFeatures.shares(name)));
    further.addAll(profile);
    return UserFeatures.TABLE.with(further.toArray(StructField[]::new));
  }

  private static Table itemTable(FeatureSettings settings, Set<String> audiences) {
    List<StructField> further = new ArrayList<>();
    settings
        .windowsDays()
        .forEach(
            days -> {
              further.add(ItemFeatures.eventsWithin(days));
              further.add(ItemFeatures.buyersWithin(days));
            });
    audiences.forEach(name -> further.add(ItemFeatures.audience(name)));
    return ItemFeatures.TABLE.with(further.toArray(StructField[]::new));
  }
}
