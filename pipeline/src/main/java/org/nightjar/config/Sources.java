package org.nightjar.config;

import java.util.List;
import java.util.Locale;
import org.nightjar.Require;
import org.nightjar.Setting;

/** The source tables. */
public record Sources(
    @Setting(
            value =
                "User profiles. Without it, users are those of the events, with unknown profiles.",
            byDefault = Setting.NONE)
        Source users,
    @Setting(
            value =
                "The catalogue. Without it, items are those of the events, without category or text.",
            byDefault = Setting.NONE)
        Source items,
    @Setting("Interactions; several sources are united.") List<Source> events,
    @Setting(
            value =
                "Who must receive a list: a table with `user_id`. Without it, every known user. Ids unknown elsewhere are"
                    + " served as new users.",
            byDefault = Setting.NONE)
        Source requested,
    @Setting(
            value =
                "Pairs that must never be recommended: a table with `user_id` and `item_id`. May be empty; pairs of unknown users or"
                    + " items are set aside and counted.",
            byDefault = Setting.NONE)
        Source denied) {
  /**
   * Names, in counts and budgets, of the tables that are lists to obey and not data to train on.
   * What they name need not exist (any more), and that one of them is short or shrinks says nothing
   * against it: neither their unknown ids nor their number of rows count towards failure budgets.
   */
  public static final List<String> LISTS = List.of("requested", "denied", "consent", "test");

  public Sources {
    Require.that(!events.isEmpty(), "events is empty but needs at least one source");
    List<String> names = events.stream().map(source -> source.named("events").name()).toList();
    Require.that(
        names.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().count()
            == names.size(),
        "events has two sources of the same name %s; give each a name of its own, not only by case",
        names);
  }
}
