package org.nightjar.publish;

import static org.apache.spark.sql.functions.lit;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.nightjar.config.ExportSettings;
import org.nightjar.config.Secrets;
import org.nightjar.table.Fallback;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a release into a database, so that whoever asks there finds one whole release or another,
 * never a mixture: executors fill staging tables, each partition on a connection of its own; then
 * one transaction on the driver's connection takes away the rows that the release does not have and
 * merges the others (SQL:2003's {@code MERGE}: PostgreSQL from 15, H2, Oracle, Db2). Every row
 * bears its {@code run_id}.
 *
 * <p>It may be cut off anywhere and repeated: staging tables are made anew, and rows that a task
 * wrote twice there count once. One export at a time: its caller holds the lock of the output.
 */
public final class DatabaseExport {
  /** Of which release a row is. */
  public static final String RUN_ID = "run_id";

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseExport.class);
  private static final List<Table> EXPORTABLE =
      List.of(Recommendations.TABLE, Fallback.TABLE, SimilarItems.TABLE);
  private static final String STAGING = "_staging";
  private static final int BATCH_ROWS = 10_000;
  private static final Map<DataType, String> SQL_TYPES =
      Map.of(
          DataTypes.StringType, "VARCHAR",
          DataTypes.IntegerType, "INTEGER",
          DataTypes.DoubleType, "DOUBLE PRECISION");

  private final ExportSettings settings;
  private final Optional<String> password;

  /** Into the given database. */
  public DatabaseExport(ExportSettings settings, Optional<String> password) {
    this.settings = settings;
    this.password = password;
  }

  /** What cannot work whatever the database's state: there is no driver for it. */
  public List<String> problems() {
    try {
      driver();
      return List.of();
    } catch (ExportException e) {
      return List.of(e.getMessage());
    }
  }

  /** The same, and whether it lets us in now. */
  public List<String> problemsNow() {
    List<String> problems = new ArrayList<>(problems());
    if (problems.isEmpty()) {
      try (Connection connection = connect()) {
        LOG.info("database product={}", connection.getMetaData().getDatabaseProductName());
      } catch (SQLException e) {
        problems.add("Cannot use export.url: " + why(e));
      }
    }
    return problems;
  }

  /**
   * Copies a release.
   *
   * @return rows by published table
   * @throws ExportException if anything fails; the database's tables are as they were
   */
  public Map<String, Long> export(SparkSession spark, Releases releases, String runId) {
    Map<String, Manifest.PublishedTable> published = releases.manifest(runId).tables();
    Map<String, Long> committed = new LinkedHashMap<>();
    try (Connection connection = connect()) {
      for (Table table : tables()) {
        prepare(connection, table);
        stage(spark.read().parquet(releases.path(runId, table.name())), runId, table);
      }
      committed.putAll(swap(connection, published));
      LOG.info("exported run={} rows={}", runId, committed);
      connection.setAutoCommit(true);
      dropStaging(connection);
    } catch (Exception e) { // Spark throws SQLException undeclared
      if (committed.isEmpty()) {
        throw e instanceof ExportException own ? own : new ExportException(why(e));
      }
      LOG.warn("exported run={}, but what follows the commit failed: {}", runId, why(e));
    }
    return Collections.unmodifiableMap(committed);
  }

  /** The transaction; a driver might commit what it was not told to roll back. */
  private Map<String, Long> swap(
      Connection connection, Map<String, Manifest.PublishedTable> published) throws SQLException {
    Map<String, Long> rows = new LinkedHashMap<>();
    connection.setAutoCommit(false);
    try {
      for (Table table : tables()) {
        long expected = published.get(table.name()).rows();
        long merged = swap(connection, table);
        if (merged != expected) {
          throw new ExportException(
              String.format(
                  "Table '%s' of the database would have %d rows but the release has %d.",
                  name(table), merged, expected));
        }
        rows.put(table.name(), merged);
      }
      connection.commit();
    } catch (SQLException | ExportException e) {
      connection.rollback();
      throw e;
    }
    return rows;
  }

  private List<Table> tables() {
    return EXPORTABLE.stream()
        .filter(table -> settings.tables().containsKey(table.name()))
        .toList();
  }

  private String name(Table table) {
    return settings.tables().get(table.name());
  }

  private String staging(Table table) {
    return name(table) + STAGING;
  }

  /** The table, if absent, and an empty staging table with the same types. */
  private void prepare(Connection connection, Table table) throws SQLException {
    String columns =
        Stream.concat(
                Stream.of(RUN_ID + " VARCHAR NOT NULL"),
                Stream.of(table.schema().fields()).map(DatabaseExport::column))
            .collect(Collectors.joining(", "));
    execute(
        connection,
        String.format(
            "CREATE TABLE IF NOT EXISTS %s (%s, PRIMARY KEY (%s))",
            name(table), columns, String.join(", ", table.key())),
        "DROP TABLE IF EXISTS " + staging(table),
        String.format(
            "CREATE TABLE %s AS SELECT %s FROM %s WHERE 1 = 0",
            staging(table), String.join(", ", columns(table)), name(table)));
  }

  private static String column(StructField field) {
    return field.name() + " " + SQL_TYPES.get(field.dataType()) + " NOT NULL";
  }

  private static List<String> columns(Table table) {
    List<String> columns = new ArrayList<>(List.of(RUN_ID));
    columns.addAll(List.of(table.schema().fieldNames()));
    return columns;
  }

  /** Each partition commits for itself, which nobody sees: the staging table is ours. */
  private void stage(Dataset<Row> rows, String runId, Table table) {
    Map<String, String> options = new HashMap<>();
    options.put("url", settings.url());
    options.put("driver", driver().getClass().getName());
    options.put("dbtable", staging(table));
    options.put("numPartitions", Integer.toString(settings.connections()));
    options.put("batchsize", Integer.toString(BATCH_ROWS));
    properties().forEach((key, value) -> options.put(key.toString(), value.toString()));
    rows.withColumn(RUN_ID, lit(runId))
        .write()
        .format("jdbc")
        .options(options)
        .mode(SaveMode.Append)
        .save();
  }

  /** Makes the table hold what the staging table holds; gives the rows merged. */
  private long swap(Connection connection, Table table) throws SQLException {
    List<String> columns = columns(table);
    String sameKey = equal(table.key(), " AND ");
    List<String> values = columns.stream().filter(c -> !table.key().contains(c)).toList();
    String set = values.stream().map(c -> c + " = s." + c).collect(Collectors.joining(", "));
    execute(
        connection,
        String.format(
            "DELETE FROM %s t WHERE NOT EXISTS (SELECT 1 FROM %s s WHERE %s)",
            name(table), staging(table), sameKey));
    try (Statement statement = connection.createStatement()) {
      return statement.executeLargeUpdate(
          String.format(
              "MERGE INTO %s t USING (SELECT DISTINCT %s FROM %s) s ON (%s)"
                  + " WHEN MATCHED THEN UPDATE SET %s"
                  + " WHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)",
              name(table),
              String.join(", ", columns),
              staging(table),
              sameKey,
              set,
              String.join(", ", columns),
              columns.stream().map(c -> "s." + c).collect(Collectors.joining(", "))));
    }
  }

  private static String equal(List<String> columns, String and) {
    return columns.stream().map(c -> "t." + c + " = s." + c).collect(Collectors.joining(and));
  }

  /** What is left of them does no harm: the next export drops them first. */
  private void dropStaging(Connection connection) {
    for (Table table : tables()) {
      try {
        execute(connection, "DROP TABLE " + staging(table));
      } catch (SQLException e) {
        LOG.warn("staging table {} could not be dropped: {}", staging(table), why(e));
      }
    }
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private Connection connect() throws SQLException {
    return driver().connect(settings.url(), properties());
  }

  private Properties properties() {
    Properties properties = new Properties();
    Optional.ofNullable(settings.user()).ifPresent(user -> properties.put("user", user));
    password.ifPresent(word -> properties.put("password", word));
    if (settings.url().startsWith("jdbc:postgresql:")) {
      properties.put("logServerErrorDetail", "false"); // errors without values of rows
      properties.put("reWriteBatchedInserts", "true");
    }
    return properties;
  }

  /** The driver, wherever spark-submit has put its jar. */
  private Driver driver() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      if (settings.driver() != null) {
        return Class.forName(settings.driver(), true, loader)
            .asSubclass(Driver.class)
            .getDeclaredConstructor()
            .newInstance();
      }
      for (Driver driver : ServiceLoader.load(Driver.class, loader)) {
        if (driver.acceptsURL(settings.url())) {
          return driver;
        }
      }
    } catch (ReflectiveOperationException | ClassCastException | SQLException e) {
      LOG.debug("no driver", e);
    }
    throw new ExportException(
        String.format(
            "Cannot export to a database: there is no JDBC driver %s on the class path. Add its jar:"
                + " NIGHTJAR_JARS for scripts/nightjar, --jars for spark-submit; or fix"
                + " export.driver.",
            settings.driver() == null ? "for " + settings.url() : "'" + settings.driver() + "'"));
  }

  /**
   * Why it failed, without values of rows: what the database says of connections (class 08), logins
   * (28), names (3D, 3F, 42) and limits (22, 53 to 58), and of anything else only its code.
   */
  private static String why(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState().matches("(08|28|3D|3F|42|5[3-8]).*")
            ? Secrets.inMessage(sql.getMessage().lines().findFirst().orElse(""))
                + " ("
                + sql.getSQLState()
                + ")"
            : "the database answered with SQLSTATE " + sql.getSQLState();
      }
    }
    return failure.getClass().getSimpleName();
  }
}
