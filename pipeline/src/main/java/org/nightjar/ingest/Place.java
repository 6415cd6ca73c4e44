package org.nightjar.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.Attribute;
import org.nightjar.config.Configuration;
import org.nightjar.config.Source;
import org.nightjar.table.Attributes;
import org.nightjar.table.Consents;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/**
 * One source and where it stands in the configuration.
 *
 * @param role {@code users}, {@code items}, {@code events}, {@code requested}, {@code denied} or
 *     {@code test}
 * @param key where the source stands, such as {@code sources.events[1]}
 * @param source the source
 * @param fields the canonical columns and attributes that it is read into
 */
record Place(String role, String key, Source source, List<Field> fields) {

  static final String USERS = "users";
  static final String ITEMS = "items";
  static final String EVENTS = "events";
  static final String REQUESTED = "requested";
  static final String DENIED = "denied";
  static final String CONSENT = "consent";
  static final String TEST = "test";

  private static final StructType USER_KEY =
      new StructType().add(Users.USER_ID, DataTypes.StringType, false);
  private static final StructType PAIR_KEY =
      USER_KEY.add(Items.ITEM_ID, DataTypes.StringType, false);

  /**
   * One canonical column.
   *
   * @param name as the configuration writes it
   * @param required whether the source must map it
   * @param attribute its declaration, or null for the table's own columns
   */
  record Field(String name, Kind kind, boolean required, Attribute attribute) {
    /** The column that carries it. */
    String column() {
      return attribute == null ? name : Attributes.column(name);
    }

    /** Categories keep their spelling, for cleaning to mend and count. */
    boolean keepsSpelling() {
      return attribute != null && attribute.isCategorical();
    }
  }

  /** Every source of the configuration, users first. */
  static List<Place> of(Configuration configuration) {
    List<Place> places = new ArrayList<>();
    add(
        places,
        USERS,
        configuration.sources().users(),
        Users.TABLE.schema(),
        configuration.userAttributes());
    add(
        places,
        ITEMS,
        configuration.sources().items(),
        Items.TABLE.schema(),
        configuration.itemAttributes());
    List<Source> events = configuration.sources().events();
    for (int i = 0; i < events.size(); i++) {
      String key = "sources.events" + (events.size() > 1 ? "[" + i + "]" : "");
      places.add(
          new Place(
              EVENTS,
              key,
              events.get(i).named(EVENTS),
              fields(Events.TABLE.schema(), configuration.eventAttributes())));
    }
    add(places, REQUESTED, configuration.sources().requested(), USER_KEY, Map.of());
    add(places, DENIED, configuration.sources().denied(), PAIR_KEY, Map.of());
    Source consent = configuration.privacy().consent();
    if (consent != null) {
      places.add(
          new Place(
              CONSENT, "privacy.consent", consent, fields(Consents.TABLE.schema(), Map.of())));
    }
    Source test = configuration.evaluation().test();
    if (test != null) {
      places.add(new Place(TEST, "evaluation.test", test, fields(PAIR_KEY, Map.of())));
    }
    return places;
  }

  private static void add(
      List<Place> places,
      String role,
      Source source,
      StructType schema,
      Map<String, Attribute> attributes) {
    if (source != null) {
      places.add(new Place(role, "sources." + role, source, fields(schema, attributes)));
    }
  }

  private static List<Field> fields(StructType schema, Map<String, Attribute> attributes) {
    List<Field> fields = new ArrayList<>();
    Arrays.stream(schema.fields())
        .map(
            f ->
                new Field(
                    f.name(),
                    Kind.of(f.dataType()),
                    !f.nullable() && !f.name().equals(Events.EVENT_TYPE),
                    null))
        .forEach(fields::add);
    attributes.forEach((name, a) -> fields.add(new Field(name, kind(a.type()), false, a)));
    return fields;
  }

  private static Kind kind(Attribute.Type type) {
    return switch (type) {
      case CATEGORICAL, ORDINAL, TEXT -> Kind.TEXT;
      case NUMERIC -> Kind.NUMBER;
      case TIMESTAMP -> Kind.TIME;
    };
  }

  /** Name in counts and rejects: the role, or the event source's own name. */
  String name() {
    return role.equals(EVENTS) ? source.name() : role;
  }

  /** What the source reads, as the configuration writes it. */
  String label() {
    if (source.table() != null) {
      return source.table();
    }
    if (!source.path().isEmpty()) {
      return String.join(", ", source.path());
    }
    return source.options().getOrDefault("dbtable", source.format());
  }

  /** {@code Cannot use 'label' as role: what. Fix key.} */
  String problem(String what, String subkey) {
    return String.format(
        Locale.ROOT, "Cannot use '%s' as %s: %s. Fix %s%s.", label(), role, what, key, subkey);
  }
}
