package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.xxhash64;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.config.Attribute;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.Configuration;
import org.nightjar.config.Source;
import org.nightjar.config.Sources;
import org.nightjar.report.Mask;
import org.nightjar.table.Events;
import org.nightjar.table.RejectExamples;
import org.nightjar.table.Rejects;
import org.nightjar.table.Users;

/** Draws a few rejected rows of every rule, by hash, and masks what could tell whose they are. */
final class RejectSample {
  private static final int PER_RULE = 3;
  private static final int MAX_ROWS = 300;
  private static final int MAX_TEXT = 300;
  private static final String EVENTS = "events";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Mask mask;

  /** By source, the columns of which a value is shown masked; other sources show no columns. */
  private final Map<String, Set<String>> masked = new HashMap<>();

  /** By source, every mapped column. */
  private final Map<String, Set<String>> mapped = new HashMap<>();

  private RejectSample(Configuration configuration, Mask mask) {
    this.mask = mask;
    Set<String> personal = new TreeSet<>(Set.of(Users.USER_ID, Events.ORDER_ID, Events.SESSION_ID));
    configuration.userAttributes().entrySet().stream()
        .filter(attribute -> attribute.getValue().type() == Attribute.Type.TEXT)
        .forEach(attribute -> personal.add(attribute.getKey()));
    Sources sources = configuration.sources();
    add("users", sources.users(), personal);
    add("items", sources.items(), Set.of());
    add("requested", sources.requested(), personal);
    add("denied", sources.denied(), personal);
    add("test", configuration.evaluation().test(), personal);
    sources.events().forEach(source -> add(source.named(EVENTS).name(), source, personal));
  }

  private void add(String name, Source source, Set<String> personal) {
    if (source == null) {
      return;
    }
    mapped.put(name, columns(source.columns().values()));
    masked.put(
        name,
        columns(
            source.columns().entrySet().stream()
                .filter(column -> personal.contains(column.getKey()))
                .map(Map.Entry::getValue)
                .toList()));
  }

  /** Column names, and whole expressions, in which a column's name may stand. */
  private static Set<String> columns(Iterable<ColumnMapping> mappings) {
    Set<String> columns = new LinkedHashSet<>();
    for (ColumnMapping mapping : mappings) {
      if (mapping.column() != null) {
        columns.add(mapping.column());
      } else if (mapping.expr() != null) {
        columns.add(mapping.expr());
      }
    }
    return columns;
  }

  /**
   * At most three rows of each rule, on the driver.
   *
   * @param rejects {@link Rejects#TABLE}
   * @return {@link RejectExamples#TABLE}
   */
  static List<Row> of(Dataset<Row> rejects, Configuration configuration, Mask mask) {
    RejectSample sample = new RejectSample(configuration, mask);
    List<Row> examples = new ArrayList<>();
    rejects
        .withColumn(
            RejectExamples.POSITION,
            row_number()
                .over(
                    Window.partitionBy(Rejects.SOURCE_TABLE, Rejects.RULE, Rejects.ACTION)
                        .orderBy(
                            xxhash64(
                                col(Rejects.ROW_KEY),
                                col(Rejects.SOURCE_ROW),
                                lit(configuration.seed())),
                            col(Rejects.ROW_KEY),
                            col(Rejects.SOURCE_ROW),
                            col(Rejects.DETAIL))))
        .where(col(RejectExamples.POSITION).leq(PER_RULE))
        .orderBy(Rejects.SOURCE_TABLE, Rejects.RULE, Rejects.ACTION, RejectExamples.POSITION)
        .limit(MAX_ROWS)
        .collectAsList()
        .forEach(row -> examples.add(sample.example(row)));
    return examples;
  }

  private Row example(Row row) {
    String source = row.getAs(Rejects.SOURCE_TABLE);
    String detail = row.getAs(Rejects.DETAIL);
    Map<String, String> values = values(row.getAs(Rejects.SOURCE_ROW));
    Set<String> hidden = masked.getOrDefault(source, Set.of());
    Map<String, String> shown = new LinkedHashMap<>();
    String told = detail == null ? "" : detail;
    for (Map.Entry<String, String> value : values.entrySet()) {
      String text = value.getValue();
      if (!names(mapped.getOrDefault(source, Set.of()), value.getKey())) {
        told = ""; // not what the mapping reads, such as a malformed line: its text may be anyone's
      } else if (text != null && !text.isEmpty() && names(hidden, value.getKey())) {
        shown.put(value.getKey(), mask.of(text));
        told = told.replace(text, mask.of(text));
      } else {
        shown.put(value.getKey(), text);
      }
    }
    return RowFactory.create(
        source,
        row.getAs(Rejects.RULE),
        row.getAs(Rejects.ACTION),
        row.getAs(RejectExamples.POSITION),
        values.isEmpty() ? "" : cut(told),
        cut(
            shown.entrySet().stream()
                .map(value -> value.getKey() + ": " + value.getValue())
                .collect(Collectors.joining("\n"))));
  }

  /** Whether the column is one of them or may stand in one of the expressions. */
  private static boolean names(Set<String> columns, String column) {
    return columns.stream().anyMatch(text -> text.contains(column));
  }

  private static Map<String, String> values(String sourceRow) {
    try {
      return sourceRow == null
          ? Map.of()
          : JSON.readValue(sourceRow, new TypeReference<LinkedHashMap<String, String>>() {});
    } catch (JsonProcessingException e) {
      return Map.of(); // nested values: not shown
    }
  }

  private static String cut(String text) {
    int end = text.offsetByCodePoints(0, Math.min(MAX_TEXT, text.codePointCount(0, text.length())));
    return end == text.length() ? text : text.substring(0, end) + "…";
  }
}
