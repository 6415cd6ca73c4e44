package org.nightjar.clean;

import static org.apache.spark.sql.functions.lit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.Attribute;
import org.nightjar.config.CleanSettings;
import org.nightjar.config.CleanSettings.Keep;
import org.nightjar.config.CleanSettings.UnknownPolicy;
import org.nightjar.config.Configuration;
import org.nightjar.config.Source;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Rejects;
import org.nightjar.table.Users;

/**
 * Which rules judge a table, in order. The first one that rejects a row decides its verdict. Rules
 * of single rows come first and are one pass; then those that compare rows; then those that need
 * figures of all rows that stand.
 *
 * <table>
 * <caption>The order</caption>
 * <tr><td>undecodable, malformed-line, missing-key, unparsable, missing-time, non-product</td>
 * <td>row</td></tr>
 * <tr><td>category-spelling, unknown-category, out-of-range</td><td>row</td></tr>
 * <tr><td>outside-window, after-cutoff</td><td>row</td></tr>
 * <tr><td>exact-duplicate, duplicate-key</td><td>rows compared</td></tr>
 * <tr><td>return-unmatched, return, returned</td><td>rows compared</td></tr>
 * <tr><td>bot, unknown-user, unknown-item</td><td>rows compared</td></tr>
 * <tr><td>outlier, imputed</td><td>figures</td></tr>
 * </table>
 *
 * <p>Bots go before outliers, so that they do not shape the quartiles. Returns are exempt from
 * ranges: their negative quantities are what nets their purchases.
 */
final class Rules {
  private final Configuration configuration;
  private final CleanSettings settings;

  Rules(Configuration configuration) {
    this.configuration = configuration;
    this.settings = configuration.clean();
  }

  /** Rules of single user rows. */
  List<Rule> ofUserRows() {
    return rowRules(
        Tables.USERS, List.of(Users.USER_ID), configuration.userAttributes(), lit(false));
  }

  /** Rules that compare user rows. */
  List<Rule> amongUsers() {
    return List.of(
        new DuplicateKey(
            List.of(Users.USER_ID),
            Tables.columns(Tables.USERS, configuration),
            settings.duplicates().users(),
            null));
  }

  /** Rules of single item rows. */
  List<Rule> ofItemRows() {
    return rowRules(
        Tables.ITEMS, List.of(Items.ITEM_ID), configuration.itemAttributes(), lit(false));
  }

  /** Rules that compare item rows. */
  List<Rule> amongItems() {
    return List.of(
        new DuplicateKey(
            List.of(Items.ITEM_ID),
            Tables.columns(Tables.ITEMS, configuration),
            settings.duplicates().items(),
            null));
  }

  /** Rules of single event rows; the cutoff is empty when the last event decides it. */
  List<Rule> ofEventRows(Optional<Instant> cutoff) {
    List<Rule> rules =
        rowRules(
            Tables.EVENTS,
            List.of(Users.USER_ID, Items.ITEM_ID),
            configuration.eventAttributes(),
            NettedReturns.isReturn(settings.returns()));
    CleanSettings.Window window = settings.window();
    if (window.from() != null || window.to() != null) {
      rules.add(
          OutsideWindow.of(
              Instants.parse(window.from()).orElse(null),
              Instants.parse(window.to()).orElse(null)));
    }
    cutoff.ifPresent(c -> rules.add(OutsideWindow.afterCutoff(c)));
    return rules;
  }

  /**
   * Rules that compare event rows.
   *
   * @param users the users of the users source, or null without one
   * @param items the items of the items source, or null without one
   */
  List<Rule> amongEvents(Dataset<Row> users, Dataset<Row> items) {
    List<String> content = Tables.columns(Tables.EVENTS, configuration);
    List<Rule> rules = new ArrayList<>();
    if (settings.duplicates().exactEvents()) {
      rules.add(new ExactDuplicate(content));
    }
    List<String> key =
        settings.duplicates().eventKey().stream()
            .map(name -> Tables.column(Tables.EVENTS, name, configuration))
            .toList();
    if (!key.isEmpty()) {
      rules.add(new DuplicateKey(key, content, Keep.MOST_COMPLETE, Events.EVENT_AT));
    }
    if (settings.returns().enabled()) {
      rules.add(new NettedReturns(settings.returns(), content));
    }
    if (settings.maxEventsPerUserDay() > 0) {
      rules.add(new BusyUser(settings.maxEventsPerUserDay()));
    }
    if (users != null && settings.unknownUsers() != UnknownPolicy.KEEP) {
      rules.add(
          new UnknownId(UnknownId.USER, Users.USER_ID, action(settings.unknownUsers()), users));
    }
    if (items != null && settings.unknownItems() != UnknownPolicy.KEEP) {
      rules.add(
          new UnknownId(UnknownId.ITEM, Items.ITEM_ID, action(settings.unknownItems()), items));
    }
    return rules;
  }

  /** Rules that need figures of all standing rows of a table. */
  List<Rule> byFigures(String table) {
    List<Rule> rules = new ArrayList<>();
    Map<String, CleanSettings.Outliers> outliers = byColumn(table, settings.outliers());
    if (!outliers.isEmpty()) {
      rules.add(new Outlier(outliers));
    }
    Map<String, Attribute> attributes = Tables.attributes(table, configuration);
    if (attributes.values().stream().anyMatch(a -> a.impute() != Attribute.Impute.UNKNOWN)) {
      rules.add(new Imputation(byColumn(attributes)));
    }
    return rules;
  }

  /** Rules of rows that are nothing but a key: requested users, denied pairs. */
  static List<Rule> ofKeyRows(List<String> key) {
    return List.of(new UndecodedText(), new MalformedLine(), new MissingKey(key));
  }

  /** Keeps each key once. */
  static Rule uniqueKey(List<String> key) {
    return new DuplicateKey(key, key, Keep.FIRST, null);
  }

  private List<Rule> rowRules(
      String table, List<String> key, Map<String, Attribute> attributes, Column exempt) {
    List<Rule> rules = new ArrayList<>();
    rules.add(new UndecodedText());
    rules.add(new MalformedLine());
    rules.add(new MissingKey(key));
    boolean events = table.equals(Tables.EVENTS);
    rules.add(
        new UnparsableValue(
            settings.unparsable() == CleanSettings.Unparsable.DROP,
            events ? List.of(Events.EVENT_AT) : List.of()));
    if (events) {
      List<String> timed =
          configuration.sources().events().stream()
              .filter(s -> s.columns().containsKey(Events.EVENT_AT))
              .map(s -> s.named(Tables.EVENTS))
              .map(Source::name)
              .toList();
      if (!timed.isEmpty()) {
        rules.add(new MissingTime(timed));
      }
    }
    if (key.contains(Items.ITEM_ID) && !settings.nonProducts().isEmpty()) {
      rules.add(new NonProduct(settings.nonProducts()));
    }
    if (attributes.values().stream().anyMatch(Attribute::isCategorical)) {
      rules.add(new CategorySpelling(byColumn(attributes)));
    }
    Map<String, CleanSettings.Range> ranges = byColumn(table, settings.ranges());
    if (!ranges.isEmpty()) {
      rules.add(new OutOfRange(ranges, exempt));
    }
    return rules;
  }

  /** What is set for {@code table.name}, by column. */
  private <T> Map<String, T> byColumn(String table, Map<String, T> byName) {
    Map<String, T> found = new LinkedHashMap<>();
    byName.forEach(
        (name, value) -> {
          if (name.startsWith(table + ".")) {
            String own = name.substring(table.length() + 1);
            found.put(Tables.column(table, own, configuration), value);
          }
        });
    return found;
  }

  private static Map<String, Attribute> byColumn(Map<String, Attribute> attributes) {
    Map<String, Attribute> found = new LinkedHashMap<>();
    attributes.forEach((name, attribute) -> found.put(Attributes.column(name), attribute));
    return found;
  }

  private static String action(UnknownPolicy policy) {
    return policy == UnknownPolicy.DROP ? Rejects.DROPPED : Rejects.QUARANTINED;
  }

  /** The canonical tables by name, and their columns under a configuration. */
  static final class Tables {
    static final String USERS = Users.TABLE.name();
    static final String ITEMS = Items.TABLE.name();
    static final String EVENTS = Events.TABLE.name();
    static final String REQUESTED = "requested";
    static final String DENIED = "denied";

    private Tables() {}

    /** The declared attributes of a table. */
    static Map<String, Attribute> attributes(String table, Configuration configuration) {
      if (table.equals(USERS)) {
        return configuration.userAttributes();
      }
      return table.equals(ITEMS) ? configuration.itemAttributes() : configuration.eventAttributes();
    }

    /** What people call the columns of a table: its own, then the attributes. */
    static List<String> names(String table, Configuration configuration) {
      String[] own;
      if (table.equals(USERS)) {
        own = Users.TABLE.schema().fieldNames();
      } else if (table.equals(ITEMS)) {
        own = Items.TABLE.schema().fieldNames();
      } else {
        own = Events.TABLE.schema().fieldNames();
      }
      List<String> names = new ArrayList<>(Arrays.asList(own));
      names.addAll(attributes(table, configuration).keySet());
      return names;
    }

    /** The columns of {@link #names}. */
    static List<String> columns(String table, Configuration configuration) {
      return names(table, configuration).stream()
          .map(name -> column(table, name, configuration))
          .toList();
    }

    /** The column of a name: its own, or that of the attribute. */
    static String column(String table, String name, Configuration configuration) {
      return attributes(table, configuration).containsKey(name) ? Attributes.column(name) : name;
    }
  }
}
