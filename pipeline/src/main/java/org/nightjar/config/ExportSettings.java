package org.nightjar.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.table.Fallback;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;

/** The database that holds a copy of the current release, for readers who ask by SQL. */
public record ExportSettings(
    @Setting(
            "JDBC URL, such as `jdbc:postgresql://db.example/shop`; without a password, which is the environment variable"
                + " NIGHTJAR_EXPORT_PASSWORD, or another secret. Paths of certificates and keys (`sslcert`, `sslkey`) may"
                + " stand in it; the key file needs to be one without a passphrase.")
        String url,
    @Setting(
            value = "Class of the driver; by default the one on the class path that takes the URL.",
            byDefault = Setting.NONE)
        String driver,
    @Setting(value = "Who logs in; by default whom the URL names.", byDefault = Setting.NONE)
        String user,
    @Setting(
            value =
                "The database's table, perhaps with its schema, for each published table that is exported:"
                    + " `recommendations`, `fallback`, `similar_items`. Created if absent, with the published columns and"
                    + " `run_id`. A table beside each, with `_staging` behind the name, is used on the way.",
            byDefault = "{recommendations: recommendations}")
        Map<String, String> tables,
    @Setting(value = "Connections that executors open at the same time, at most.", byDefault = "4")
        int connections) {
  /** The environment variable with the password. */
  public static final String PASSWORD = "NIGHTJAR_EXPORT_PASSWORD";

  /** Published tables that may be exported. */
  static final Set<String> EXPORTABLE =
      Set.of(Recommendations.TABLE.name(), Fallback.TABLE.name(), SimilarItems.TABLE.name());

  private static final String TABLE_NAME = "[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?";

  public ExportSettings {
    Require.that(
        url.startsWith("jdbc:"), "url is '%s' but must start with jdbc:", Secrets.masked(url));
    Require.that(
        Secrets.masked(url).equals(url),
        "url holds a login or another secret ('%s'); put the user into 'user' and the password into the"
            + " environment variable %s",
        Secrets.masked(url),
        PASSWORD);
    Require.that(connections > 0, "connections is %s but must be > 0", connections);
    Require.that(!tables.isEmpty(), "tables is empty; name at least one, or leave the section out");
    tables.forEach(
        (table, name) -> {
          Require.that(
              EXPORTABLE.contains(table),
              "tables names '%s' but only %s can be exported",
              table,
              String.join(", ", EXPORTABLE.stream().sorted().toList()));
          Require.that(
              name != null && name.matches(TABLE_NAME),
              "tables.%s is '%s' but must be a plain name or schema.name",
              table,
              name);
        });
    Require.that(
        tables.values().stream().distinct().count() == tables.size(),
        "tables names the same table of the database twice");
  }

  /** The password of an environment; empty if the variable is not set. */
  public static Optional<String> password(Function<String, String> environment) {
    return Optional.ofNullable(environment.apply(PASSWORD)).filter(text -> !text.isEmpty());
  }
}
