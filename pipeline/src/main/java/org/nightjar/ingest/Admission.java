package org.nightjar.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_filter;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.nightjar.InputException;
import org.nightjar.config.PrivacyKey;
import org.nightjar.config.PrivacySettings;
import org.nightjar.table.Consents;
import org.nightjar.table.Users;

/**
 * Who comes in, and under which name; before anything is written. In this order: users who were
 * erased stay out of every table; users who did not agree to be modelled stay out of all but {@code
 * requested}, those who did not agree to be served out of {@code requested}; user ids become
 * pseudonyms, and what rows held at their source, which could name the user, is dropped. Rows
 * without a user id pass, for cleaning to count.
 *
 * <p>A user who is served but not modelled is served as a new user.
 */
public final class Admission {
  /** Column of the list of erased users: {@link PrivacyKey#suppressed} of their ids. */
  public static final String HASH = "hash";

  private static final String REQUESTED = "requested";

  /** Among {@link Watch#consent}: rows. */
  public static final String ROWS = "rows";

  /** Among {@link Watch#consent}: rows without a user id, malformed lines among them. */
  public static final String NAMELESS = "nameless";

  /** Among {@link Watch#consent}: rows whose user id was not in the encoding of the source. */
  public static final String UNDECODED = "undecoded";

  /** Among {@link Watch#events}: events of users whom the consents list, whatever they say. */
  public static final String LISTED = "listed";

  private Admission() {}

  /**
   * What the consents did, known once the admitted events are written.
   *
   * @param consent {@link #ROWS}, {@link #NAMELESS} and {@link #UNDECODED} of the consents
   * @param events {@link #LISTED} of the events
   */
  public record Watch(Observation consent, Observation events) {
    public Watch() {
      this(new Observation(), new Observation());
    }
  }

  /** As below, without a look at what the consents do. */
  public static Ingested admit(
      Ingested ingested,
      Optional<Dataset<Row>> consent,
      Optional<Dataset<Row>> suppressed,
      PrivacySettings settings,
      Optional<PrivacyKey> key) {
    return admit(ingested, consent, suppressed, settings, key, new Watch());
  }

  /**
   * The tables without those who must not be in them.
   *
   * @param consent {@link Consents#TABLE}, or empty if none is configured
   * @param suppressed {@link #HASH} of erased users, or empty if there are none
   * @param watch filled while the events are computed; for one plan only
   * @throws InputException if a key is needed but not given
   */
  public static Ingested admit(
      Ingested ingested,
      Optional<Dataset<Row>> consent,
      Optional<Dataset<Row>> suppressed,
      PrivacySettings settings,
      Optional<PrivacyKey> key,
      Watch watch) {
    if (key.isEmpty() && (suppressed.isPresent() || settings.pseudonymise())) {
      throw new InputException(
          String.format(
              "%s, so the key is needed: set the environment variable %s to what it was when that"
                  + " began.",
              suppressed.isPresent()
                  ? "Users were erased from this output and must be kept out"
                  : "privacy.pseudonymise is true",
              PrivacyKey.VARIABLE));
    }
    Ingested admitted = ingested;
    if (suppressed.isPresent()) {
      UDF1<String, String> hash = key.get()::suppressed;
      Column hashed = udf(hash, DataTypes.StringType).apply(col(Users.USER_ID));
      admitted =
          each(
              admitted,
              rows ->
                  rows.withColumn(HASH, hashed)
                      .join(suppressed.get(), new String[] {HASH}, "left_anti")
                      .drop(HASH));
    }
    if (consent.isPresent()) {
      admitted = consenting(admitted, consent.get(), settings.unlisted(), watch);
    }
    if (settings.pseudonymise()) {
      UDF1<String, String> hash = key.get()::pseudonym;
      Column pseudonym = udf(hash, DataTypes.StringType).apply(col(Users.USER_ID));
      admitted =
          each(admitted, rows -> withoutSourceRow(rows.withColumn(Users.USER_ID, pseudonym)));
    }
    return admitted;
  }

  private static Ingested consenting(
      Ingested ingested, Dataset<Row> consent, PrivacySettings.Unlisted unlisted, Watch watch) {
    Dataset<Row> each = perUser(consent);
    Dataset<Row> watched =
        perUser(
            consent.observe(
                watch.consent(),
                count(lit(1)).as(ROWS),
                count(when(col(Consents.USER_ID).isNull(), lit(1))).as(NAMELESS),
                count(when(undecoded(consent), lit(1))).as(UNDECODED)));
    boolean others = unlisted == PrivacySettings.Unlisted.ALLOW;
    UnaryOperator<Dataset<Row>> modelled = rows -> having(Consents.MODELLED, rows, each, others);
    Dataset<Row> events =
        let(
            beside(Consents.MODELLED, ingested.events(), watched)
                .observe(watch.events(), count(col(Consents.MODELLED)).as(LISTED)),
            Consents.MODELLED,
            others);
    return new Ingested(
        orNull(ingested.users(), modelled),
        ingested.items(),
        events,
        having(Consents.SERVED, requested(ingested), each, others),
        orNull(ingested.denied(), modelled),
        orNull(ingested.test(), modelled),
        ingested.unseen());
  }

  private static Column undecoded(Dataset<Row> consent) {
    return List.of(consent.columns()).contains(Ingested.UNDECODED)
        ? size(col(Ingested.UNDECODED)).gt(0)
        : lit(false);
  }

  private static Dataset<Row> perUser(Dataset<Row> consent) {
    return consent
        .groupBy(Consents.USER_ID)
        .agg(
            min(coalesce(col(Consents.MODELLED), lit(false))).as(Consents.MODELLED),
            min(coalesce(col(Consents.SERVED), lit(false))).as(Consents.SERVED));
  }

  private static Dataset<Row> having(
      String purpose, Dataset<Row> rows, Dataset<Row> consent, boolean others) {
    return let(beside(purpose, rows, consent), purpose, others);
  }

  private static Dataset<Row> beside(String purpose, Dataset<Row> rows, Dataset<Row> consent) {
    return rows.join(
        consent.select(col(Consents.USER_ID), col(purpose)), new String[] {Users.USER_ID}, "left");
  }

  private static Dataset<Row> let(Dataset<Row> rows, String purpose, boolean others) {
    return rows.where(col(Users.USER_ID).isNull().or(coalesce(col(purpose), lit(others))))
        .drop(purpose);
  }

  /** Who must receive a list, as rows of their own if no source says so. */
  private static Dataset<Row> requested(Ingested ingested) {
    if (ingested.requested() != null) {
      return ingested.requested();
    }
    Dataset<Row> ids = ingested.events().select(Users.USER_ID);
    if (ingested.users() != null) {
      ids = ids.union(ingested.users().select(Users.USER_ID));
    }
    return ids.where(col(Users.USER_ID).isNotNull())
        .distinct()
        .select(
            col(Users.USER_ID),
            lit(REQUESTED).as(Ingested.SOURCE),
            array().cast(type(ingested, Ingested.PROBLEMS)).as(Ingested.PROBLEMS),
            array().cast(type(ingested, Ingested.UNDECODED)).as(Ingested.UNDECODED),
            lit(null).cast(type(ingested, Ingested.MALFORMED)).as(Ingested.MALFORMED),
            lit(null).cast(type(ingested, Ingested.SOURCE_ROW)).as(Ingested.SOURCE_ROW));
  }

  private static org.apache.spark.sql.types.DataType type(Ingested ingested, String column) {
    return ingested.events().schema().apply(column).dataType();
  }

  private static Dataset<Row> withoutSourceRow(Dataset<Row> rows) {
    return rows.withColumn(
            Ingested.SOURCE_ROW, map_filter(col(Ingested.SOURCE_ROW), (name, value) -> lit(false)))
        .withColumn(
            Ingested.MALFORMED,
            when(col(Ingested.MALFORMED).isNotNull(), lit("the line cannot be taken apart")));
  }

  private static Ingested each(Ingested ingested, UnaryOperator<Dataset<Row>> change) {
    return new Ingested(
        orNull(ingested.users(), change),
        ingested.items(),
        orNull(ingested.events(), change),
        orNull(ingested.requested(), change),
        orNull(ingested.denied(), change),
        orNull(ingested.test(), change),
        ingested.unseen());
  }

  private static Dataset<Row> orNull(Dataset<Row> rows, UnaryOperator<Dataset<Row>> change) {
    return rows == null ? null : change.apply(rows);
  }
}
