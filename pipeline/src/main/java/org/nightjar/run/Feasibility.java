package org.nightjar.run;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.config.RankSettings;
import org.nightjar.models.CandidateModel;
import org.nightjar.rank.Rules;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/**
 * What no night can end well with, told by its cause and before models are trained: nothing that
 * may be recommended, nobody to recommend to, nobody who may get anything, no model for new users.
 */
public final class Feasibility {
  private Feasibility() {}

  /**
   * Why no release can be made by this configuration, whatever its sources hold.
   *
   * @return full sentences; empty when all is well
   */
  public static List<String> problems(Configuration configuration) {
    List<String> models = List.copyOf(configuration.models().keySet());
    List<String> chain = configuration.rank().withFallback(models).fallback();
    if (chain.stream()
        .map(configuration.models()::get)
        .anyMatch(CandidateModel::proposesToNewUsers)) {
      return List.of();
    }
    return List.of(
        String.format(
            "No list can be made for users without history: no model of the fallback chain (%s)"
                + " proposes anything to them. Add one of type popularity to models%s.",
            String.join(", ", chain),
            configuration.rank().fallback().isEmpty() ? "" : " and to rank.fallback"));
  }

  /** Whether the run makes lists for the requested users, and not only for held-out ones. */
  static boolean isServing(RunContext context) {
    return context.options().publish() || context.configuration().evaluation().test() != null;
  }

  /**
   * Refuses a catalogue of which nothing may be recommended.
   *
   * @param cutoff of the run
   * @param items of the cleaned catalogue
   * @param unavailable of them
   * @param notLaunched of the available ones
   * @throws InputException if none is left
   */
  static void requireItems(
      RunContext context, Instant cutoff, long items, long unavailable, long notLaunched) {
    if (!isServing(context) || items > unavailable + notLaunched) {
      return;
    }
    List<String> causes = new ArrayList<>();
    if (unavailable > 0) {
      causes.add(
          (unavailable == items ? "all" : unavailable)
              + " are unavailable (sources.items.columns.available)");
    }
    if (notLaunched > 0) {
      causes.add(
          String.format(
              "%s are launched at the cutoff %s or later (sources.items.columns.launched_at)",
              notLaunched == items ? "all" : notLaunched, cutoff));
    }
    throw new InputException(
        String.format(
            Locale.ROOT,
            "None of the %d items may be recommended: %s. Check what these columns hold, or map"
                + " them no more.",
            items,
            String.join(", ", causes)));
  }

  /**
   * Refuses a night without anybody to serve, and warns of one that knows none of those.
   *
   * @param requested users who are to get a list
   * @param unknown those of them who have neither events nor a profile
   * @throws InputException if there are none
   */
  static void requireUsers(RunContext context, long requested, long unknown) {
    Configuration configuration = context.configuration();
    if (!isServing(context) || (requested > 0 && unknown < requested)) {
      return;
    }
    boolean consented = configuration.privacy().consent() != null;
    if (requested == 0) {
      throw new InputException(
          "Nobody is to get a list: "
              + (consented
                  ? "of the users"
                      + (configuration.sources().requested() == null ? "" : " of sources.requested")
                      + ", privacy.consent lets none be served. Check its column served and"
                      + " privacy.unlisted."
                  : "no row of sources.requested names a user. Check it, or leave it out: then"
                      + " every known user gets one."));
    }
    Dataset<Row> users = context.cleaned("users");
    Column isRequested = col(Users.REQUESTED);
    context
        .warnings()
        .add(
            String.format(
                Locale.ROOT,
                "None of the %d requested users has an event or a profile%s: all get the lists of"
                    + " new users. %s",
                requested,
                Strangers.of(context)
                    .examples(users.where(isRequested), users.where(not(isRequested))),
                Strangers.remedy("sources.requested.columns.user_id")));
  }

  /**
   * Warns of a deny list that denies nothing although it names pairs.
   *
   * @param kept pairs of a known user and a known item
   */
  static void denials(RunContext context, long kept) {
    long read = ReportAssembly.rows(context.sourceRows().get("denied"), CleanCounts.READ);
    if (kept == 0 && read > 0) {
      context
          .warnings()
          .add(
              String.format(
                  Locale.ROOT,
                  "None of the %d rows of sources.denied names both a known user and a known item, so"
                      + " nothing is denied to anybody. If that is not meant: %s",
                  read,
                  Strangers.remedy("sources.denied.columns")));
    }
  }

  /**
   * Refuses a night whose rules forbid every item to every requested user.
   *
   * @param forbidden how many pairs nobody may get
   * @throws InputException if they are all that there are
   */
  static void requireFreePairs(RunContext context, View full, long forbidden) {
    if (forbidden < context.requested() * context.eligible()) {
      return;
    }
    Dataset<Row> eligible = broadcast(Rules.eligible(context.cleaned("items"), full.cutoff()));
    long ofRequestedUsers =
        context
            .ofView(full, "forbidden")
            .join(eligible, Items.ITEM)
            .join(context.cleaned("users").where(col(Users.REQUESTED)), Users.USER)
            .count();
    if (ofRequestedUsers < context.requested() * context.eligible()) {
      return;
    }
    RankSettings.Repeats repeat = context.configuration().rank().repeat();
    List<String> causes = new ArrayList<>();
    if (context.configuration().sources().denied() != null) {
      causes.add("denied (sources.denied)");
    }
    if (repeat.policy() == RankSettings.RepeatPolicy.EXCLUDE
        || repeat.policy() == RankSettings.RepeatPolicy.COOL_DOWN
        || !repeat.coolDownDaysByCategory().isEmpty()) {
      causes.add("bought before and not to be repeated (rank.repeat)");
    }
    throw new InputException(
        String.format(
            Locale.ROOT,
            "Nobody may get anything: for each of the %d requested users, all of the %d items that"
                + " may be recommended are %s. Loosen that, or add items.",
            context.requested(),
            context.eligible(),
            String.join(" or ", causes)));
  }

  /**
   * Refuses lists of nothing but bought items where nothing counts as bought.
   *
   * @param buyers users with something bought
   * @throws InputException if there are none and lists may hold nothing else
   */
  static void requireBought(RunContext context, long buyers) {
    RankSettings.Repeats repeat = context.configuration().rank().repeat();
    if (buyers == 0 && repeat.policy() == RankSettings.RepeatPolicy.ONLY) {
      throw new InputException(
          String.format(
              "Nobody may get anything: rank.repeat.policy is 'only', but no event is of a type that"
                  + " counts as bought (rank.repeat.eventTypes: %s). Name the types that the events"
                  + " have.",
              repeat.eventTypes()));
    }
  }
}
