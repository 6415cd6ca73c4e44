package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.SparkTest;
import org.nightjar.report.ReportData.Figure;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Table;
import org.nightjar.table.Users;

/**
 * A night over a shop whose attributes of users, items and events bear the names of all columns of
 * our own tables, and of what is made on the way.
 */
class AttributeNamesTest extends SparkTest {
  /** Of what stages make on the way, and of what features are called. */
  private static final List<String> OTHERS =
      List.of(
          "place",
          "history",
          "truth",
          "excluded",
          "level",
          "group",
          "draw",
          "hash",
          "label",
          "weight",
          "count",
          "all",
          "requested",
          "served",
          "modelled",
          "_verdict",
          "_mends",
          "_source",
          "_place",
          "events_7d",
          "a_scaled",
          "b_one_hot",
          "hour",
          "weekday",
          "price_band",
          "first_at",
          "attribute",
          "attribute_a",
          "feature_a",
          "a",
          "b",
          "sources");

  @TempDir private Path folder;

  @Test
  void noNameOfAnAttributeIsInTheWay() throws Exception {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(columnsOfTables());
    names.addAll(OTHERS);
    assertThat(names).contains("activity", "orders", "units", "recency_days", "event_count");
    List<String> ofUsers = without(names, Users.TABLE, Users.CLEAN);
    List<String> ofItems = without(names, Items.TABLE, Items.CLEAN);
    List<String> ofEvents = without(names, Events.TABLE, Events.CLEAN);
    SmallShop.write(folder, SmallShop.purchases());
    widen("users.csv", ofUsers);
    widen("items.csv", ofItems);
    widen("purchases.csv", ofEvents);

    NightResult night =
        Night.run(
            spark,
            SmallShop.configuration(
                folder,
                "out",
                "sources.users.columns=" + columns("user_id: user", ofUsers),
                "sources.items.columns="
                    + columns("item_id: item, text: name, category: kind", ofItems),
                "sources.events.0.columns="
                    + columns("user_id: user, item_id: item, event_at: when", ofEvents),
                "userAttributes=" + attributes(ofUsers),
                "itemAttributes=" + attributes(ofItems),
                "eventAttributes=" + attributes(ofEvents),
                "models.features={type: demographic-features}",
                "evaluation.byAttributes=[activity, orders, history, truth]"),
            new RunOptions(true, Progress.Mode.QUIET, "run", "test", "test", List.of()));

    assertThat(night.verdict().passed()).as("%s", night.verdict().reasons()).isTrue();
    assertThat(night.metrics().stream().map(Figure::segment).collect(Collectors.toSet()))
        .as("own segments beside those of attributes with their names")
        .contains("activity=light", "history=warm", "users.activity=light", "users.history=cold")
        .contains("orders=light", "users.truth=light");
    assertThat(
            spark
                .read()
                .parquet(night.release() + "/input_profile")
                .select("column")
                .distinct()
                .as(Encoders.STRING())
                .collectAsList())
        .contains("users.price", "users.activity", "items.orders", "events.history", "items.price");
    assertThat(
            spark
                .read()
                .parquet(night.release() + "/summaries")
                .where("section = 'distribution'")
                .select("subject")
                .distinct()
                .as(Encoders.STRING())
                .collectAsList())
        .contains("users.activity", "users.frequency_events", "per_user.frequency_events");
  }

  /** Text constants of the tables' classes, but titles and the like. */
  private static Set<String> columnsOfTables()
      throws IOException, URISyntaxException, ReflectiveOperationException {
    Path classes =
        Path.of(Table.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("org/nightjar/table");
    Set<String> columns = new TreeSet<>();
    try (Stream<Path> files = Files.list(classes)) {
      for (String file : files.map(f -> f.getFileName().toString()).sorted().toList()) {
        Class<?> table = Class.forName("org.nightjar.table." + file.replace(".class", ""));
        for (Field field : table.getDeclaredFields()) {
          if (field.getType() == String.class && Modifier.isStatic(field.getModifiers())) {
            field.setAccessible(true);
            columns.add((String) field.get(null));
          } else if (field.getType() == Table.class) {
            columns.addAll(List.of(((Table) field.get(null)).schema().fieldNames()));
          }
        }
      }
    }
    columns.removeIf(name -> !name.matches("[A-Za-z_][A-Za-z0-9_]*"));
    return columns;
  }

  /** All but those that the configuration keeps back: the table's own columns. */
  private static List<String> without(Collection<String> names, Table... own) {
    Set<String> left = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    left.addAll(names);
    Stream.of(own).forEach(table -> left.removeAll(List.of(table.schema().fieldNames())));
    return List.copyOf(left);
  }

  /** A column per name behind those of a file: numbers, but a few categories. */
  private void widen(String file, List<String> names) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve(file));
    List<String> wider = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      int number = line;
      String further =
          names.stream()
              .map(
                  name ->
                      number == 0
                          ? "x_" + name
                          : isCategorical(name)
                              ? List.of("light", "cold", "b").get(number % 3)
                              : Integer.toString(number % 7))
              .collect(Collectors.joining(","));
      wider.add(lines.get(line) + "," + further);
    }
    Files.write(folder.resolve(file), wider);
  }

  private static boolean isCategorical(String name) {
    return Set.of("activity", "orders", "history", "truth", "b", "price_band", "hour")
        .contains(name);
  }

  private static String columns(String own, List<String> names) {
    return names.stream()
        .map(name -> name + ": x_" + name)
        .collect(Collectors.joining(", ", "{" + own + ", ", "}"));
  }

  private static String attributes(List<String> names) {
    return names.stream()
        .map(name -> name + ": {type: " + (isCategorical(name) ? "categorical" : "numeric") + "}")
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
