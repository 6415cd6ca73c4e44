package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.Attribute;
import org.nightjar.config.Configuration;
import org.nightjar.publish.ColumnProfiles;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.Items;

/**
 * How the values of the cleaned tables are distributed, for the gate of this and the next night.
 */
final class InputProfiling {
  /** Shares of so many rows are known to a ten-thousandth; more would only cost time. */
  private static final long MAX_EVENTS = 10_000_000;

  private static final List<String> EVENT_COLUMNS =
      List.of(
          Events.EVENT_TYPE,
          Events.EVENT_AT,
          Events.QUANTITY,
          Events.AMOUNT,
          Events.DISCOUNT,
          Events.VALUE);
  private static final List<String> ITEM_COLUMNS =
      List.of(Items.CATEGORY, Items.PRICE, Items.AVAILABLE, Items.LAUNCHED_AT);

  private InputProfiling() {}

  /**
   * The profile of all columns but ids and texts: {@link org.nightjar.table.InputProfile#TABLE}.
   */
  static Dataset<Row> of(RunContext context) {
    Configuration configuration = context.configuration();
    Dataset<Row> profile =
        ColumnProfiles.of(
                "events", events(context), columns(EVENT_COLUMNS, configuration.eventAttributes()))
            .unionByName(
                ColumnProfiles.of(
                    "items",
                    context.cleaned("items"),
                    columns(ITEM_COLUMNS, configuration.itemAttributes())));
    List<String> ofUsers = columns(List.of(), configuration.userAttributes());
    return ofUsers.isEmpty()
        ? profile
        : profile.unionByName(ColumnProfiles.of("users", context.cleaned("users"), ofUsers));
  }

  /** All, or those of a hashed share of the users. */
  private static Dataset<Row> events(RunContext context) {
    long shares = 1 + context.events() / MAX_EVENTS;
    Dataset<Row> events = context.cleaned("events");
    return shares == 1
        ? events
        : events.where(pmod(xxhash64(col(Events.USER)), lit(shares)).equalTo(0));
  }

  private static List<String> columns(List<String> own, Map<String, Attribute> declared) {
    List<String> columns = new ArrayList<>(own);
    declared.forEach(
        (name, attribute) -> {
          if (attribute.type() != Attribute.Type.TEXT) {
            columns.add(Attributes.column(name));
          }
        });
    return columns;
  }
}
