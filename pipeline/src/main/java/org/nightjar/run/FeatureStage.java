package org.nightjar.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.Configuration;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.config.RankSettings;
import org.nightjar.evaluate.Fold;
import org.nightjar.evaluate.Splits;
import org.nightjar.features.FeatureTables;
import org.nightjar.features.Features;
import org.nightjar.features.ItemTraiting;
import org.nightjar.features.ProfileLevels;
import org.nightjar.features.UserContexts;
import org.nightjar.features.UserPasts;
import org.nightjar.rank.Rules;

/**
 * Splits the events into views and computes, as of each view's cutoff, what models and ranking
 * need.
 */
final class FeatureStage implements Stage {
  /** Folder of a view's feature tables. */
  static final String FEATURES = "features";

  static final String USER_FEATURES = "user_features";
  static final String ITEM_FEATURES = "item_features";
  static final String USER_ITEM_FEATURES = "user_item_features";
  static final String USER_PAST = "user_past";

  @Override
  public String name() {
    return FEATURES;
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    Configuration configuration = context.configuration();
    Workspace workspace = context.workspace();
    Dataset<Row> users = context.cleaned("users");
    Dataset<Row> items = context.cleaned("items");
    workspace.write(
        ProfileLevels.of(users, context.attributes(true), context.attributes(false)),
        "shared",
        "profiles");
    Dataset<Row> traits =
        workspace.write(
            ItemTraiting.of(
                items,
                configuration.rank().categoryLevel(),
                configuration.features().priceBands(),
                configuration.itemAttributes().entrySet().stream()
                    .filter(attribute -> attribute.getValue().isCategorical())
                    .map(Map.Entry::getKey)
                    .toList()),
            "shared",
            "traits");
    addViews(context);
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("views", (long) context.views().size());
    Set<String> warnings = Collections.synchronizedSet(new TreeSet<>()); // views find the same
    List<Runnable> work = new ArrayList<>();
    context
        .full()
        .ifPresent(view -> work.add(() -> counts.putAll(features(context, view, warnings))));
    if (configuration.rank().learned().enabled()) {
      context.holdouts().forEach(view -> work.add(() -> features(context, view, warnings)));
    }
    for (View view : context.views()) {
      Dataset<Row> events = context.events(view);
      work.add(
          () ->
              workspace.write(
                  UserContexts.of(events, view.cutoff()), "views", view.name(), "context"));
      work.add(
          () -> {
            long pairs =
                workspace.writeCounting(
                    Rules.forbidden(
                        events, traits, denied(context), configuration.rank(), view.cutoff()),
                    "views",
                    view.name(),
                    "forbidden");
            if (!view.isHoldout()) {
              Feasibility.requireFreePairs(context, view, pairs);
            }
          });
      if (configuration.rank().repeat().policy().needsBought()) {
        work.add(
            () -> {
              long buyers =
                  workspace.writeCounting(
                      Rules.bought(events, configuration.rank().repeat()),
                      "views",
                      view.name(),
                      "bought");
              if (!view.isHoldout()) {
                Feasibility.requireBought(context, buyers);
              }
            });
      }
    }
    Together.run(work);
    context.warnings().addAll(warnings);
    return counts;
  }

  private static void addViews(RunContext context) {
    Configuration configuration = context.configuration();
    RankSettings.Blend blend = configuration.rank().blend();
    boolean holdout =
        context.before().isEmpty() && (configuration.evaluation().test() == null || blend.learn());
    if (holdout) {
      EvaluationSettings.Split split = context.split();
      if (split.equals(configuration.evaluation().split())) {
        unseenRepeats(configuration).ifPresent(context.warnings()::add);
      }
      List<Fold> folds =
          Splits.folds(context.cleaned("events"), split, context.cutoff(), configuration.seed());
      for (int number = 0; number < folds.size(); number++) {
        Fold fold = folds.get(number);
        boolean measured = number == 0 || !split.type().hasWindows();
        View view = new View(fold.name(), number, measured, fold.cutoff());
        context.workspace().write(fold.train(), "views", view.name(), "events");
        context.workspace().write(fold.truth(), "views", view.name(), "truth");
        context.views().add(view);
      }
    }
    if (context.options().publish() || configuration.evaluation().test() != null) {
      context.views().add(View.full(context.cutoff()));
    }
  }

  /**
   * What to say when held-out pairs were never bought before, though lists may hold what was: a
   * hashed split puts all events of a pair on one side.
   */
  static Optional<String> unseenRepeats(Configuration configuration) {
    boolean hashed = !configuration.evaluation().split().type().needsTimes();
    return hashed && configuration.rank().repeat().policy() != RankSettings.RepeatPolicy.EXCLUDE
        ? Optional.of(
            "evaluation.split holds out pairs of user and item, so nothing held out was bought before, but"
                + " rank.repeat.policy lets bought items come again: metrics, blend weights and"
                + " tuning then punish repeats. Split by time, last-basket or last-n, or set"
                + " rank.repeat.policy to exclude.")
        : Optional.empty();
  }

  private static Optional<Dataset<Row>> denied(RunContext context) {
    return context.workspace().has("clean", "denied")
        ? Optional.of(context.cleaned("denied"))
        : Optional.empty();
  }

  private static Map<String, Long> features(RunContext context, View view, Set<String> warnings) {
    String[] folder = {"views", view.name(), FEATURES};
    Map<String, Long> counts = new LinkedHashMap<>();
    try (FeatureTables tables =
        Features.asOf(
            context.cleaned("users"),
            context.cleaned("items"),
            context.eventsToLearnFrom(view),
            context.configuration(),
            view.cutoff())) {
      warnings.addAll(tables.warnings());
      counts.put("users", write(context, tables.userFeatures(), folder, USER_FEATURES));
      counts.put("items", write(context, tables.itemFeatures(), folder, ITEM_FEATURES));
      counts.put("pairs", write(context, tables.userItemFeatures(), folder, USER_ITEM_FEATURES));
    }
    if (context.configuration().rank().learned().enabled()) {
      write(
          context,
          UserPasts.of(
              context.workspace().read("views", view.name(), FEATURES, USER_ITEM_FEATURES)),
          folder,
          USER_PAST);
    }
    return counts;
  }

  private static long write(RunContext context, Dataset<Row> rows, String[] folder, String table) {
    return context.workspace().writeCounting(rows, folder[0], folder[1], folder[2], table);
  }
}
