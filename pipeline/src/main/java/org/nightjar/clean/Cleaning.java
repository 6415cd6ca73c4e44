package org.nightjar.clean;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.percentile;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.Histogram;
import org.nightjar.InputException;
import org.nightjar.clean.Rules.Tables;
import org.nightjar.config.CleanSettings;
import org.nightjar.config.Configuration;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Rejects;
import org.nightjar.table.Users;

/**
 * Applies the cleaning rules, see {@link Rules} for their order, and numbers users and items
 * densely.
 *
 * <p>Deterministic whatever the partitions and the order of rows. Events are shuffled once for all
 * rules that compare them (unless {@code duplicates.eventKey} lacks the user), by user.
 */
public final class Cleaning {
  private static final String PURCHASE = "purchase";
  static final String UNIT_PRICE = "_unit_price";
  private static final List<String> USER_KEY = List.of(Users.USER_ID);
  static final List<String> ITEM_KEY = List.of(Items.ITEM_ID);
  private static final List<String> PAIR_KEY = List.of(Users.USER_ID, Items.ITEM_ID);
  private static final List<String> EVENT_KEY =
      List.of(Users.USER_ID, Items.ITEM_ID, Events.EVENT_AT, Events.ORDER_ID);

  private final SparkSession spark;
  private final Configuration configuration;
  private final Rules rules;
  private final Hold hold;
  private final Account account;

  private Cleaning(SparkSession spark, Configuration configuration, Hold hold) {
    this.spark = spark;
    this.configuration = configuration;
    this.rules = new Rules(configuration);
    this.hold = hold;
    this.account = new Account(configuration);
  }

  /**
   * As below, with intermediate tables in local checkpoints, which Spark frees with their plans.
   */
  public static Cleaned apply(
      SparkSession spark, Ingested ingested, Configuration configuration, Optional<Instant> asOf) {
    return apply(spark, ingested, configuration, asOf, (name, rows) -> rows.localCheckpoint());
  }

  /**
   * Cleans the ingested tables. Computes the counts, the cutoff and the held tables; {@code users},
   * {@code items}, {@code events}, {@code denied} and {@code rejects} are plans over the held
   * tables, for the caller to write once each.
   *
   * @param ingested the sources' rows; each table is scanned three times (counted, standing rows,
   *     rejected rows), so write them to Parquet before
   * @param asOf overrides the configuration's cutoff
   * @param hold keeps these tables: {@code users_judged}, {@code items_judged}, {@code
   *     events_judged}, {@code requested_judged}, {@code denied_judged} (source rows with their
   *     verdicts), {@code user_ids}, {@code item_ids}, {@code user_index}, {@code item_index},
   *     {@code unit_prices}
   * @throws InputException when a setting does not fit the configuration, or no event is left
   */
  public static Cleaned apply(
      SparkSession spark,
      Ingested ingested,
      Configuration configuration,
      Optional<Instant> asOf,
      Hold hold) {
    List<String> problems = check(configuration);
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
    return new Cleaning(spark, configuration, hold).clean(ingested, asOf);
  }

  /**
   * Cleaning settings that do not fit the configuration: ranges and outliers of unknown columns,
   * patterns and instants that do not parse, constants of the wrong type.
   *
   * @return full sentences; empty when all is well
   */
  public static List<String> check(Configuration configuration) {
    return SettingsCheck.problems(configuration);
  }

  /**
   * Failure budgets that this night breaks. Rejected are dropped and quarantined rows, save those
   * after the cutoff and, of sources with one row per key, further rows of a key. Of lists ({@code
   * Sources.LISTS}) unknown ids do not count either, and they may be of any length.
   *
   * @param counts rows of {@code CleanCounts.TABLE}
   * @param lastRunRowsRead rows read per source by the last published run; empty when there is none
   * @return full sentences with the numbers and the key to change; empty when all is well
   */
  public static List<String> checkBudgets(
      List<Row> counts, CleanSettings.Budgets budgets, Map<String, Long> lastRunRowsRead) {
    return FailureBudgets.problems(counts, budgets, lastRunRowsRead);
  }

  /**
   * What cleaning left that somebody should look at.
   *
   * @param counts rows of {@code CleanCounts.TABLE}
   * @return full sentences; empty when all is well
   */
  public static List<String> warnings(List<Row> counts) {
    return UndecodedText.warnings(counts);
  }

  /** Columns of which more values could not be used than permitted; full sentences. */
  public static List<String> checkRepaired(List<Repaired> columns, CleanSettings.Budgets budgets) {
    return Repaired.problems(columns, budgets);
  }

  /**
   * Columns of which so many values could not be used that somebody should look; full sentences.
   */
  public static List<String> warnOfRepaired(List<Repaired> columns, CleanSettings.Budgets budgets) {
    return Repaired.warnings(columns, budgets);
  }

  private Cleaned clean(Ingested ingested, Optional<Instant> asOf) {
    Optional<Instant> fixed = asOf.or(this::configuredCutoff);
    Dataset<Row> users = null;
    if (ingested.users() != null) {
      users =
          judged(
              Tables.USERS, ingested.users(), rules.ofUserRows(), rules.amongUsers(), USER_KEY, 1);
    }
    Dataset<Row> items = null;
    if (ingested.items() != null) {
      items =
          judged(
              Tables.ITEMS, ingested.items(), rules.ofItemRows(), rules.amongItems(), ITEM_KEY, 1);
    }
    Dataset<Row> events =
        judged(
            Tables.EVENTS,
            ingested.events(),
            rules.ofEventRows(fixed),
            rules.amongEvents(
                users == null ? null : Judgement.standing(users),
                items == null ? null : Judgement.standing(items)),
            EVENT_KEY,
            2);
    Dataset<Row> catalogue = items;
    Instant cutoff =
        fixed.orElseGet(
            () ->
                account
                    .lastEventAt()
                    .or(() -> lastLaunch(catalogue))
                    .map(at -> at.plus(1, ChronoUnit.MICROS))
                    .orElse(Instant.EPOCH));
    account.requireEvents(fixed);
    Dataset<Row> requested = null;
    if (ingested.requested() != null) {
      requested =
          judged(
              Tables.REQUESTED,
              ingested.requested(),
              Rules.ofKeyRows(USER_KEY),
              List.of(Rules.uniqueKey(USER_KEY)),
              USER_KEY,
              1);
    }

    Dataset<Row> keptEvents = Judgement.standing(events);
    Dataset<Row> userIndex = userIndex(users, keptEvents, requested);
    Dataset<Row> itemIndex = itemIndex(items, keptEvents);
    Dataset<Row> denied = null;
    if (ingested.denied() != null) {
      denied = denied(ingested.denied(), userIndex, itemIndex);
    }
    Dataset<Row> test = null;
    if (ingested.test() != null) {
      test = heldOut(ingested.test(), userIndex);
    }
    Observation served = new Observation();
    Dataset<Row> unitPrices = hold.apply("unit_prices", unitPrices(keptEvents));
    if (items != null && configuration.sources().items().columns().containsKey(Items.PRICE)) {
      account.addPrices(Judgement.standing(items), unitPrices);
    }
    return new Cleaned(
        users(userIndex, users, served),
        items(itemIndex, items, unitPrices),
        events(withTellingTimes(keptEvents), userIndex, itemIndex),
        denied,
        test,
        served,
        account.rejects(),
        account.counts(spark),
        account.repaired(),
        cutoff,
        account.timesTell(),
        account.lastEventAt());
  }

  /**
   * Times of which all are the same say nothing of order, age or season; without them everything
   * that reads times does what it does without times.
   */
  private Dataset<Row> withTellingTimes(Dataset<Row> events) {
    return account.timesTell()
        ? events
        : events.withColumn(Events.EVENT_AT, lit(null).cast("timestamp"));
  }

  /** Without any event's time: what is launched by now, as far as the catalogue says. */
  private Optional<Instant> lastLaunch(Dataset<Row> items) {
    if (items == null
        || !configuration.sources().items().columns().containsKey(Items.LAUNCHED_AT)) {
      return Optional.empty();
    }
    Row last = Judgement.standing(items).agg(max(col(Items.LAUNCHED_AT))).head();
    return last.isNullAt(0) ? Optional.empty() : Optional.of(Account.instant(last.get(0)));
  }

  private Optional<Instant> configuredCutoff() {
    return configuration.cutoff().equals(Configuration.LATEST)
        ? Optional.empty()
        : Instants.parse(configuration.cutoff());
  }

  /** The source rows of one table with their verdicts, accounted for. */
  private Dataset<Row> judged(
      String table,
      Dataset<Row> rows,
      List<Rule> ofRows,
      List<Rule> among,
      List<String> key,
      int requiredKeys) {
    Dataset<Row> each = Judgement.begin(rows);
    for (Rule rule : ofRows) {
      each = rule.apply(each);
    }
    Dataset<Row> compared = each;
    if (!among.isEmpty()) {
      // Rejected rows stay out of the shuffle: many of them have no key to be spread by.
      compared = Judgement.standing(each);
      if (table.equals(Tables.EVENTS)) {
        compared = compared.repartition(col(Users.USER_ID));
      }
      for (Rule rule : among) {
        compared = rule.apply(compared);
      }
      compared = compared.unionByName(each.filter(col(Judgement.VERDICT).isNotNull()));
    }
    Dataset<Row> judged = hold.apply(table + "_judged", compared);
    for (Rule rule : rules.byFigures(table)) {
      judged = rule.apply(judged);
    }
    account.add(table, rows, judged, key, requiredKeys);
    return judged;
  }

  /** {@code user_id}, {@code requested}, {@link Cleaned#KNOWN}, {@code user}: each user once. */
  private Dataset<Row> userIndex(Dataset<Row> users, Dataset<Row> events, Dataset<Row> requested) {
    Column all = lit(requested == null);
    Column known = lit(true).as(Cleaned.KNOWN);
    Dataset<Row> ids = events.select(col(Users.USER_ID), all.as(Users.REQUESTED), known);
    if (users != null) {
      ids =
          ids.unionByName(
              Judgement.standing(users).select(col(Users.USER_ID), all.as(Users.REQUESTED), known));
    }
    if (requested != null) {
      ids =
          ids.unionByName(
              Judgement.standing(requested)
                  .select(
                      col(Users.USER_ID),
                      lit(true).as(Users.REQUESTED),
                      lit(false).as(Cleaned.KNOWN)));
    }
    Dataset<Row> unique =
        ids.groupBy(Users.USER_ID)
            .agg(
                max(col(Users.REQUESTED)).as(Users.REQUESTED),
                max(col(Cleaned.KNOWN)).as(Cleaned.KNOWN));
    return hold.apply(
        "user_index", DenseIndex.of(hold.apply("user_ids", unique), Users.USER_ID, Users.USER));
  }

  /** {@code item_id}, {@code item}: every known item once. */
  private Dataset<Row> itemIndex(Dataset<Row> items, Dataset<Row> events) {
    Dataset<Row> ids = events.select(Items.ITEM_ID);
    if (items != null) {
      ids = ids.union(Judgement.standing(items).select(Items.ITEM_ID));
    }
    return hold.apply(
        "item_index",
        DenseIndex.of(hold.apply("item_ids", ids.distinct()), Items.ITEM_ID, Items.ITEM));
  }

  private Dataset<Row> users(Dataset<Row> userIndex, Dataset<Row> users, Observation served) {
    List<Column> out = columns(Users.CLEAN.schema().fieldNames());
    Column unknown = col(Users.REQUESTED).and(not(col(Cleaned.KNOWN)));
    Dataset<Row> rows =
        userIndex.observe(
            served,
            count_if(col(Users.REQUESTED)).as(Users.REQUESTED),
            count_if(unknown).as(Cleaned.UNKNOWN));
    if (users != null) {
      List<Column> profile = columns(Users.USER_ID);
      configuration.userAttributes().keySet().forEach(a -> profile.add(attribute(a)));
      rows = rows.join(select(Judgement.standing(users), profile), join(Users.USER_ID), "left");
    }
    addAttributes(out, Tables.USERS, users != null);
    out.add(col(Users.REQUESTED));
    return select(rows, out);
  }

  private Dataset<Row> items(Dataset<Row> itemIndex, Dataset<Row> items, Dataset<Row> unitPrices) {
    List<String> own = Arrays.asList(Items.TABLE.schema().fieldNames());
    Dataset<Row> rows = itemIndex.join(unitPrices, join(Items.ITEM_ID), "left");
    if (items != null) {
      List<Column> described = columns(own.toArray(String[]::new));
      configuration.itemAttributes().keySet().forEach(a -> described.add(attribute(a)));
      rows = rows.join(select(Judgement.standing(items), described), join(Items.ITEM_ID), "left");
    }
    List<Column> out = new ArrayList<>();
    for (var field : Items.CLEAN.schema().fields()) {
      boolean present = items != null || Arrays.asList(rows.columns()).contains(field.name());
      Column value =
          present ? col(field.name()) : lit(null).cast(field.dataType()).as(field.name());
      out.add(
          field.name().equals(Items.PRICE)
              ? (items == null ? col(UNIT_PRICE) : coalesce(value, col(UNIT_PRICE))).as(Items.PRICE)
              : value);
    }
    addAttributes(out, Tables.ITEMS, items != null);
    return select(rows, out);
  }

  private Dataset<Row> events(Dataset<Row> events, Dataset<Row> userIndex, Dataset<Row> itemIndex) {
    List<Column> out = columns(Events.CLEAN.schema().fieldNames());
    configuration.eventAttributes().keySet().forEach(a -> out.add(attribute(a)));
    return select(
        events
            .join(userIndex.select(Users.USER_ID, Users.USER), Users.USER_ID)
            .join(itemIndex, Items.ITEM_ID),
        out);
  }

  private Dataset<Row> denied(Dataset<Row> rows, Dataset<Row> userIndex, Dataset<Row> itemIndex) {
    List<Rule> among =
        List.of(
            Rules.uniqueKey(PAIR_KEY),
            new UnknownId(UnknownId.USER, Users.USER_ID, Rejects.DROPPED, userIndex),
            new UnknownId(UnknownId.ITEM, Items.ITEM_ID, Rejects.DROPPED, itemIndex));
    Dataset<Row> judged =
        judged(Tables.DENIED, rows, Rules.ofKeyRows(PAIR_KEY), among, PAIR_KEY, 2);
    return Judgement.standing(judged)
        .join(userIndex, Users.USER_ID)
        .join(itemIndex, Items.ITEM_ID)
        .select(Users.USER, Items.ITEM);
  }

  private Dataset<Row> heldOut(Dataset<Row> rows, Dataset<Row> userIndex) {
    List<Rule> among =
        List.of(
            Rules.uniqueKey(PAIR_KEY),
            new UnknownId(UnknownId.USER, Users.USER_ID, Rejects.DROPPED, userIndex));
    Dataset<Row> judged = judged(Tables.TEST, rows, Rules.ofKeyRows(PAIR_KEY), among, PAIR_KEY, 2);
    return Judgement.standing(judged)
        .select(Users.USER_ID, Items.ITEM_ID)
        .join(userIndex, Users.USER_ID);
  }

  /**
   * {@code item_id} and the median of amount / quantity over the item's purchases, rounded to four
   * digits each so that few values differ; items without such purchases have no row.
   */
  private static Dataset<Row> unitPrices(Dataset<Row> events) {
    Column paid = col(Events.AMOUNT);
    Column units = coalesce(col(Events.QUANTITY), lit(1.0));
    return events
        .filter(col(Events.EVENT_TYPE).equalTo(PURCHASE).and(paid.gt(0)).and(units.gt(0)))
        .groupBy(Items.ITEM_ID)
        .agg(percentile(Histogram.rounded(paid.divide(units)), lit(0.5)).as(UNIT_PRICE));
  }

  private void addAttributes(List<Column> out, String table, boolean described) {
    Tables.attributes(table, configuration)
        .forEach(
            (name, attribute) ->
                out.add(
                    described
                        ? attribute(name)
                        : lit(null).cast(typeName(attribute.type())).as(Attributes.column(name))));
  }

  private static Column attribute(String name) {
    return col(Attributes.column(name));
  }

  private static String typeName(org.nightjar.config.Attribute.Type type) {
    return switch (type) {
      case CATEGORICAL, ORDINAL, TEXT -> "string";
      case NUMERIC -> "double";
      case TIMESTAMP -> "timestamp";
    };
  }

  private static List<Column> columns(String... names) {
    return Stream.of(names).map(n -> col(n)).collect(Collectors.toCollection(ArrayList::new));
  }

  private static Dataset<Row> select(Dataset<Row> rows, List<Column> columns) {
    return rows.select(columns.toArray(Column[]::new));
  }

  private static String[] join(String column) {
    return new String[] {column};
  }
}
