package org.nightjar.run;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.nightjar.InputException;
import org.nightjar.clean.Cleaning;
import org.nightjar.config.PrivacySettings;
import org.nightjar.config.PrivacySettings.Unlisted;
import org.nightjar.ingest.Admission;
import org.nightjar.ingest.Ingest;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Rejects;
import org.nightjar.table.Users;

/** Whether {@code privacy.consent} speaks of this shop's users at all, once events are written. */
final class ConsentCheck {
  private static final String NAME = "consent";
  private static final String NAMELESS = "missing-key";

  private ConsentCheck() {}

  /**
   * Refuses consents that let nobody in, and warns of those that speak of nobody.
   *
   * @param watch of the admission whose tables are written
   * @param sources the tables before it
   * @param events that it let in
   * @throws InputException if it let no event in, too many of its rows name nobody, or any is in
   *     another encoding than it is read in
   */
  static void require(RunContext context, Admission.Watch watch, Ingested sources, long events) {
    PrivacySettings privacy = context.configuration().privacy();
    Map<String, Object> consent = Workspace.figures(watch.consent());
    long rows = figure(consent, Admission.ROWS);
    long nameless = figure(consent, Admission.NAMELESS);
    long undecoded = figure(consent, Admission.UNDECODED);
    if (undecoded > 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%d of %d rows of privacy.consent hold bytes that are not in the encoding it is read in,"
                  + " so it is not known whose objections they are. Set privacy.consent.options.encoding,"
                  + " such as ISO-8859-1, or write it in UTF-8.",
              undecoded,
              rows));
    }
    List<String> broken =
        Cleaning.checkBudgets(
            context
                .spark()
                .createDataFrame(
                    List.of(
                        count(CleanCounts.READ, CleanCounts.READ, rows),
                        count(NAMELESS, Rejects.DROPPED, nameless)),
                    CleanCounts.TABLE.schema())
                .collectAsList(),
            context.configuration().clean().budgets(),
            Map.of());
    if (!broken.isEmpty()) {
      throw new InputException(broken);
    }
    boolean strangers = figure(Workspace.figures(watch.events()), Admission.LISTED) == 0;
    if (strangers) {
      String words =
          String.format(
              Locale.ROOT,
              "None of the users whom privacy.consent lists (%d rows) has an event%s",
              rows,
              examples(context, sources));
      String remedy = Strangers.remedy("privacy.consent.columns.user_id");
      if (privacy.unlisted() == Unlisted.DENY) {
        throw new InputException(
            words + ", and privacy.unlisted is 'deny', so nobody may be modelled. " + remedy);
      }
      context
          .warnings()
          .add(
              words
                  + ", so what they agreed to or not changes nothing: privacy.unlisted is 'allow'. "
                  + remedy);
    } else if (events == 0) {
      throw new InputException(
          "privacy.consent lets no event in: none of the users with events has agreed to be"
              + " modelled. Check its column modelled (an empty value is no).");
    }
  }

  private static long figure(Map<String, Object> figures, String name) {
    return (Long) figures.getOrDefault(name, 0L); // none where Spark had no rows to join
  }

  private static Row count(String rule, String action, long rows) {
    return RowFactory.create(NAME, rule, action, rows);
  }

  private static String examples(RunContext context, Ingested sources) {
    Dataset<Row> consent = Ingest.consent(context.spark(), context.configuration()).orElseThrow();
    return Strangers.of(context)
        .examples(consent.select(col(Users.USER_ID)), sources.events().select(col(Users.USER_ID)));
  }
}
