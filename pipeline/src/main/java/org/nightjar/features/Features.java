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
   * @param users {@code user} and the attributes, one row per user
   * @param items {@link Items#CLEAN} and the attributes, one row per item
   * @param events {@link Events#CLEAN}, of any time; events of users or items that are not given
   *     count for the other side only
   * @param userAttributes profile attributes, by column name
   * @param itemAttributes further attributes of items, by column name
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
    AsOf asOf = new AsOf(cutoff);
    Dataset<Row> counted = counted(events, asOf, settings);
    Dataset<Row> pairs = Pairs.of(counted, asOf, settings).persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> figures =
        ItemSide.figures(items, pairs, asOf, settings).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return tables(
          users, items, counted, pairs, figures, userAttributes, itemAttributes, settings, asOf);
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
      AsOf asOf) {
    List<Double> bounds = ItemSide.priceBandBounds(figures, settings.priceBands());

    Map<String, Column> userLevels = levelColumns(userAttributes);
    Levels ofUsers = Levels.of(users, userLevels);
    Map<String, Column> spreads = spreads(itemAttributes);
    Levels ofItems = Levels.of(items, spreads);

    Profile profile = Profile.of(users, userAttributes, ofUsers, settings.scaling(), asOf);
    List<Column> slim = new ArrayList<>(List.of(col(Items.ITEM)));
    spreads.forEach((name, value) -> slim.add(ofItems.folded(name, value).as(name)));
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
    userLevels.forEach((name, value) -> audiences.put(name, ofUsers.folded(name, value)));

    return new FeatureTables(
        UserSide.features(
            users,
            counted,
            pairs,
            itemsWithBand,
            List.copyOf(spreads.keySet()),
            profile,
            asOf,
            settings,
            userTable(settings, itemAttributes, profile.fields())),
        ItemSide.features(
            figures, pairs, users, bounds, audiences, itemTable(settings, audiences.keySet())),
        Pairs.features(pairs, asOf),
        ofUsers.byColumn(),
        bounds,
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

  /** Categorical values as they are, ordinal ones only if declared. */
  private static Map<String, Column> levelColumns(Map<String, Attribute> attributes) {
    Map<String, Column> columns = new LinkedHashMap<>();
    attributes.forEach(
        (name, attribute) -> {
          if (attribute.type() == Attribute.Type.CATEGORICAL) {
            columns.put(name, col(name));
          } else if (attribute.type() == Attribute.Type.ORDINAL) {
            columns.put(name, when(col(name).isin(attribute.order().toArray()), col(name)));
          }
        });
    return columns;
  }

  /** What users' events are spread over, by the name of the resulting column. */
  private static Map<String, Column> spreads(Map<String, Attribute> itemAttributes) {
    Map<String, Column> spreads = new LinkedHashMap<>();
    spreads.put(UserFeatures.CATEGORY_SHARES, ItemSide.topCategory());
    levelColumns(itemAttributes)
        .forEach((name, value) -> spreads.put(UserFeatures.shares(name).name(), value));
    return spreads;
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
