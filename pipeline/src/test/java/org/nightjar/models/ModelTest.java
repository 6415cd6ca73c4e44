package org.nightjar.models;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.SparkTest;
import org.nightjar.table.Attributes;
import org.nightjar.table.Candidates;
import org.nightjar.table.Events;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;
import scala.jdk.javaapi.CollectionConverters;

/** Small training sets: users have a {@code taste} or none, the cutoff is the end of May 2025. */
abstract class ModelTest extends SparkTest {
  static final Instant CUTOFF = Instant.parse("2025-06-01T00:00:00Z");
  static final String TASTE = "taste";

  static final StructType EVENTS =
      new StructType()
          .add(Events.USER, DataTypes.IntegerType)
          .add(Events.ITEM, DataTypes.IntegerType)
          .add(Events.EVENT_TYPE, DataTypes.StringType)
          .add(Events.EVENT_AT, DataTypes.TimestampType)
          .add(Events.VALUE, DataTypes.DoubleType);
  static final StructType PROFILES =
      new StructType()
          .add(Users.USER, DataTypes.IntegerType)
          .add(Attributes.column(TASTE), DataTypes.StringType);
  private static final StructType REQUESTS =
      PROFILES.add(Request.EXCLUDED, DataTypes.createArrayType(DataTypes.IntegerType));

  /** A purchase some days before the cutoff. */
  static Row bought(int user, int item, double daysAgo) {
    return event(user, item, "purchase", daysAgo);
  }

  /** An event some days before the cutoff. */
  static Row event(int user, int item, String type, double daysAgo) {
    return row(user, item, type, ago(daysAgo), null);
  }

  static java.sql.Timestamp ago(double days) {
    return java.sql.Timestamp.from(CUTOFF.minusSeconds((long) (days * 86_400)));
  }

  static Dataset<Row> events(List<Row> events) {
    return spark.createDataFrame(events, EVENTS);
  }

  /** Users 0, 1, … with these tastes. */
  static Dataset<Row> profiles(String... tastes) {
    List<Row> rows = new ArrayList<>();
    for (int user = 0; user < tastes.length; user++) {
      rows.add(row(user, tastes[user]));
    }
    return spark.createDataFrame(rows, PROFILES);
  }

  static Training training(Dataset<Row> profiles, int itemCount, Dataset<Row> events) {
    return training(profiles, new String[itemCount][0], events);
  }

  /** With the words of each item. */
  static Training training(Dataset<Row> profiles, String[][] words, Dataset<Row> events) {
    int itemCount = words.length;
    List<Row> items = new ArrayList<>();
    for (int item = 0; item < itemCount; item++) {
      items.add(row(item, "category " + item % 2, item % 3, "item " + item, words[item]));
    }
    return new Training(
        profiles,
        List.of(TASTE),
        spark.createDataFrame(items, ItemTraits.TABLE.schema()),
        events,
        itemCount,
        CUTOFF,
        42);
  }

  static Training training(int itemCount, Row... events) {
    return training(profiles(), itemCount, events(Arrays.asList(events)));
  }

  /** A user who asks for a list. */
  static Row asks(int user, String taste, Integer... excluded) {
    return row(user, taste, excluded.length == 0 ? null : excluded);
  }

  static Request request(int itemCount, int perUser, Row... users) {
    BitSet eligible = new BitSet();
    eligible.set(0, itemCount);
    return new Request(rows(REQUESTS, users), eligible, perUser);
  }

  /** Proposed items by user. */
  static Map<Integer, List<Integer>> items(Dataset<Row> proposed) {
    Map<Integer, List<Integer>> items = new TreeMap<>();
    for (Row row : Candidates.OF_ONE_MODEL.conform(proposed).collectAsList()) {
      items.put(row.getInt(0), row.getList(1));
    }
    return items;
  }

  /** Scores by user, in the order of {@link #items}. */
  static Map<Integer, List<Float>> scores(Dataset<Row> proposed) {
    Map<Integer, List<Float>> scores = new TreeMap<>();
    for (Row row : proposed.collectAsList()) {
      scores.put(row.getInt(0), row.getList(2));
    }
    return scores;
  }

  /** The model as a later stage sees it: its tables written and read. */
  static FittedModel reread(CandidateModel model, FittedModel fitted, int itemCount, Path folder) {
    Map<String, Dataset<Row>> tables = new HashMap<>();
    fitted
        .tables()
        .forEach(
            (name, rows) -> {
              String path = folder.resolve(name).toString();
              rows.write().mode(SaveMode.Overwrite).parquet(path);
              tables.put(name, spark.read().parquet(path));
            });
    return model.restore(tables, itemCount);
  }

  /** What reasons see of a user: taste, and items bought with their counts. */
  static Row explained(String taste, Map<Integer, Long> history) {
    StructType schema = PROFILES;
    for (String name : List.of(UserContext.HISTORY, UserContext.HISTORY_COUNTS)) {
      schema = schema.add(UserContext.TABLE.schema().apply(name));
    }
    Map<Integer, Long> ordered = new TreeMap<>(history);
    return new GenericRowWithSchema(
        new Object[] {
          0,
          taste,
          CollectionConverters.asScala(List.copyOf(ordered.keySet())).toSeq(),
          CollectionConverters.asScala(List.copyOf(ordered.values())).toSeq()
        },
        schema);
  }

  /** A user's context as a left join leaves it for somebody without events. */
  static Row explainedWithoutEvents(String taste) {
    StructType schema = explained(taste, Map.of()).schema();
    return new GenericRowWithSchema(new Object[] {0, taste, null, null}, schema);
  }

  /** Item names for reasons. */
  static final String[] NAMES = {
    "tea", "cup", "pot", "jam", "rye", "oat", "fig", "nut", "pea", "egg"
  };
}
