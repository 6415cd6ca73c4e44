package org.nightjar.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.PrivacyKey;
import org.nightjar.config.PrivacySettings;
import org.nightjar.config.PrivacySettings.Unlisted;
import org.nightjar.table.Consents;
import org.nightjar.table.Users;

class AdmissionTest extends SparkTest {
  private static final Optional<PrivacyKey> KEY = PrivacyKey.from(name -> "0123456789abcdef");
  private static final StructType ROWS =
      new StructType()
          .add(Users.USER_ID, DataTypes.StringType)
          .add(Ingested.SOURCE, DataTypes.StringType)
          .add(
              Ingested.PROBLEMS,
              DataTypes.createArrayType(
                  new StructType()
                      .add(Ingested.PROBLEM_COLUMN, DataTypes.StringType)
                      .add(Ingested.PROBLEM_DETAIL, DataTypes.StringType)))
          .add(Ingested.UNDECODED, DataTypes.createArrayType(DataTypes.StringType))
          .add(Ingested.MALFORMED, DataTypes.StringType)
          .add(
              Ingested.SOURCE_ROW,
              DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType));

  /** ann and bob have a profile, ann, bob, cid and nobody have events. */
  private static Ingested ingested(Dataset<Row> requested) {
    return new Ingested(
        table("users", "ann", "bob"),
        null,
        table("events", "ann", "ann", "bob", "cid", null),
        requested,
        table("denied", "ann", "cid"),
        null);
  }

  private static Dataset<Row> table(String source, String... users) {
    return rows(
        ROWS,
        Arrays.stream(users)
            .map(
                user ->
                    row(
                        user,
                        source,
                        new Row[0],
                        new String[0],
                        null,
                        scala.jdk.javaapi.CollectionConverters.asScala(
                            Map.of("who", "is " + user))))
            .toArray(Row[]::new));
  }

  private static PrivacySettings settings(Unlisted unlisted, boolean pseudonymise) {
    return new PrivacySettings(null, unlisted, pseudonymise);
  }

  private static List<String> users(Dataset<Row> rows) {
    return sorted(rows.select(Users.USER_ID));
  }

  @Test
  void thoseWhoWereErasedAreInNoTable() {
    Dataset<Row> suppressed =
        rows(
            new StructType().add(Admission.HASH, DataTypes.StringType),
            row(KEY.get().suppressed("ann")),
            row("of somebody else"));
    Ingested admitted =
        Admission.admit(
            ingested(null),
            Optional.empty(),
            Optional.of(suppressed),
            settings(Unlisted.DENY, false),
            KEY);
    assertThat(users(admitted.users())).containsExactly("[bob]");
    assertThat(users(admitted.events())).containsExactly("[bob]", "[cid]", "[null]");
    assertThat(users(admitted.denied())).containsExactly("[cid]");
    assertThat(admitted.requested()).isNull();
    assertThat(admitted.events().columns()).containsExactly(ROWS.fieldNames());
    assertThatThrownBy(
            () ->
                Admission.admit(
                    ingested(null),
                    Optional.empty(),
                    Optional.of(suppressed),
                    settings(Unlisted.DENY, false),
                    Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("NIGHTJAR_PRIVACY_KEY");
  }

  @Test
  void consentDecidesWhoIsModelledAndWhoIsServed() {
    Dataset<Row> consent =
        rows(
            Consents.TABLE.schema(),
            row("ann", true, false),
            row("bob", true, true),
            row("bob", false, true),
            row("dan", true, true));
    Ingested strict =
        Admission.admit(
            ingested(null),
            Optional.of(consent),
            Optional.empty(),
            settings(Unlisted.DENY, false),
            KEY);
    assertThat(users(strict.users())).containsExactly("[ann]");
    assertThat(users(strict.events())).containsExactly("[ann]", "[ann]", "[null]");
    assertThat(users(strict.requested())).as("of those known").containsExactly("[bob]");
    assertThat(strict.requested().columns()).containsExactlyInAnyOrder(ROWS.fieldNames());

    Ingested lax =
        Admission.admit(
            ingested(table("requested", "ann", "cid", "dan")),
            Optional.of(consent),
            Optional.empty(),
            settings(Unlisted.ALLOW, false),
            KEY);
    assertThat(users(lax.events())).containsExactly("[ann]", "[ann]", "[cid]", "[null]");
    assertThat(users(lax.requested())).containsExactly("[cid]", "[dan]");
  }

  @Test
  void pseudonymsTakeThePlaceOfIdsAndOfWhatTheSourceSaid() {
    Ingested admitted =
        Admission.admit(
            ingested(null), Optional.empty(), Optional.empty(), settings(Unlisted.DENY, true), KEY);
    assertThat(users(admitted.users()))
        .containsExactlyInAnyOrder(
            "[" + KEY.get().pseudonym("ann") + "]", "[" + KEY.get().pseudonym("bob") + "]");
    assertThat(sorted(admitted.events()))
        .noneMatch(row -> row.contains("ann") || row.contains("cid"));
    assertThat(admitted.events().schema().apply(Ingested.SOURCE_ROW).dataType().simpleString())
        .isEqualTo("map<string,string>");
  }
}
