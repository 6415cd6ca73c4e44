package org.nightjar.config;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.spark.sql.types.DataType;
import org.nightjar.InputException;
import org.nightjar.models.CandidateModel;
import org.nightjar.models.Content;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/**
 * Checks across the sections of a configuration: names that must exist, and keys that contradict
 * each other. Tolerates null in the place of unusable map values, which are reported already.
 */
final class ConfigurationChecks {
  private static final String SPARK_PREFIX = "spark.";

  private final Configuration configuration;
  private final Problems problems;

  private ConfigurationChecks(Configuration configuration, Problems problems) {
    this.configuration = configuration;
    this.problems = problems;
  }

  /** Notes every problem of the whole configuration. */
  static void check(Configuration configuration, Problems problems) {
    ConfigurationChecks checks = new ConfigurationChecks(configuration, problems);
    new SourceChecks(configuration, problems).run();
    checks.cutoff();
    checks.models();
    checks.rules();
    checks.cleaning();
    checks.budgets();
    checks.repairedShares();
    checks.evaluation();
    checks.gate();
    new NameChecks(configuration, problems).run();
    checks.spark();
  }

  private void cutoff() {
    String cutoff = configuration.cutoff();
    if (!cutoff.equals(Configuration.LATEST)) {
      instant("cutoff", cutoff, "; or 'latest'");
      needsEventColumn(Events.EVENT_AT, "cutoff is '" + cutoff + "'");
    }
  }

  private void models() {
    if (problems.isUnusable("models")) {
      return;
    }
    Set<String> models = configuration.models().keySet();
    if (models.isEmpty()) {
      problems.add("models", "is empty but needs at least one model");
    }
    profiles();
    RankSettings rank = configuration.rank();
    List<String> fallback = rank.fallback();
    for (int i = 0; i < fallback.size(); i++) {
      known(Problems.at("rank.fallback", String.valueOf(i)), fallback.get(i), "model", models);
    }
    RankSettings.Blend blend = rank.blend();
    weights("rank.blend.weights", blend.weights(), models);
    blend
        .weightsBySegment()
        .forEach(
            (segment, weights) -> {
              String place = Problems.at("rank.blend.weightsBySegment", segment);
              known(place, segment, "activity segment", RankSettings.ACTIVITY_SEGMENTS);
              if (weights != null) {
                weights(place, weights, models);
              }
            });
  }

  private void profiles() {
    if (!configuration.evaluation().withoutProfiles()) {
      return;
    }
    long reading =
        configuration.models().values().stream()
            .filter(model -> model != null && model.readsProfiles())
            .count();
    if (reading == 0 || reading == configuration.models().size()) {
      problems.add(
          "evaluation.withoutProfiles",
          "is true but "
              + (reading == 0 ? "no model looks at profiles" : "every model looks at profiles")
              + ", so there is nothing to compare: add one, or set it to false");
    }
  }

  private void weights(String place, Map<String, Double> weights, Set<String> models) {
    weights.forEach(
        (model, weight) -> {
          known(Problems.at(place, model), model, "model", models);
          if (weight != null && weight < 0) {
            problems.add(Problems.at(place, model), "is " + weight + " but must be >= 0");
          }
        });
  }

  private void rules() {
    RankSettings rank = configuration.rank();
    RankSettings.Repeats repeat = rank.repeat();
    Map<String, Integer> coolDowns = repeat.coolDownDaysByCategory();
    coolDowns.forEach(
        (category, days) -> {
          if (days != null && days < 0) {
            problems.add(
                Problems.at("rank.repeat.coolDownDaysByCategory", category),
                "is " + days + " but must be >= 0 days");
          }
        });
    if (repeat.policy() == RankSettings.RepeatPolicy.COOL_DOWN) {
      needsEventColumn(Events.EVENT_AT, "rank.repeat.policy is 'cool-down'");
    }
    if (!coolDowns.isEmpty()) {
      needsEventColumn(Events.EVENT_AT, "rank.repeat.coolDownDaysByCategory is given");
      needsCategory("rank.repeat.coolDownDaysByCategory is given");
    }
    if (repeat.policy().needsBought()
        && !problems.isUnusable("models")
        && configuration.models().values().stream().noneMatch(CandidateModel::proposesOwnItems)) {
      problems.add(
          "rank.repeat.policy",
          "is '"
              + KebabCase.of(repeat.policy())
              + "', which needs a model that proposes what a user has bought: add one of type repeat or replenish");
    }
    if (rank.newItems().share() > 0
        && !problems.isUnusable("models")
        && configuration.models().values().stream().noneMatch(Content.class::isInstance)) {
      problems.add(
          "rank.newItems.share",
          "is "
              + rank.newItems().share()
              + ", which needs a model that knows items without sales: add one of type content");
    }
    if (rank.diversity().method() != RankSettings.DiversityMethod.NONE) {
      needsCategory("rank.diversity.method is given");
    }
    if (rank.maxPerCategory() > 0) {
      needsCategory("rank.maxPerCategory is " + rank.maxPerCategory());
    }
  }

  private void cleaning() {
    CleanSettings clean = configuration.clean();
    for (int i = 0; i < clean.nonProducts().size(); i++) {
      regex(Problems.at("clean.nonProducts", String.valueOf(i)), clean.nonProducts().get(i));
    }
    CleanSettings.Returns returns = clean.returns();
    if (returns.orderPattern() != null) {
      regex("clean.returns.orderPattern", returns.orderPattern());
      needsEventColumn(Events.ORDER_ID, "clean.returns.orderPattern is given");
    }
    if (returns.negativeQuantity()) {
      needsEventColumn(Events.QUANTITY, "clean.returns.negativeQuantity is true");
    }
    CleanSettings.Window window = clean.window();
    Optional<Instant> from = instant("clean.window.from", window.from(), "");
    Optional<Instant> to = instant("clean.window.to", window.to(), "");
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      problems.add(
          "clean.window.from",
          "is '" + window.from() + "' but must be before to, '" + window.to() + "'");
    }
    CleanSettings.Plausible plausible = clean.plausible();
    Optional<Instant> first = instant("clean.plausible.from", plausible.from(), "");
    Optional<Instant> end = instant("clean.plausible.to", plausible.to(), "");
    Optional<Instant> attributes =
        instant("clean.plausible.attributesFrom", plausible.attributesFrom(), "");
    if (end.isPresent() && first.isPresent() && !first.get().isBefore(end.get())) {
      problems.add(
          "clean.plausible.from",
          "is '" + plausible.from() + "' but must be before to, '" + plausible.to() + "'");
    }
    if (end.isPresent() && attributes.isPresent() && !attributes.get().isBefore(end.get())) {
      problems.add(
          "clean.plausible.attributesFrom",
          "is '"
              + plausible.attributesFrom()
              + "' but must be before to, '"
              + plausible.to()
              + "'");
    }
    if (window.from() != null || window.to() != null) {
      needsEventColumn(Events.EVENT_AT, "clean.window is given");
    }
    if (clean.maxEventsPerUserDay() > 0) {
      needsEventColumn(
          Events.EVENT_AT, "clean.maxEventsPerUserDay is " + clean.maxEventsPerUserDay());
    }
    clean.ranges().keySet().forEach(name -> numericColumn("clean.ranges", name));
    clean.outliers().keySet().forEach(name -> numericColumn("clean.outliers", name));
    List<String> eventKey = clean.duplicates().eventKey();
    if (!problems.isUnusable("eventAttributes")) {
      for (int i = 0; i < eventKey.size(); i++) {
        known(
            Problems.at("clean.duplicates.eventKey", String.valueOf(i)),
            eventKey.get(i),
            "event column",
            CanonicalColumns.events(configuration).keySet());
      }
    }
  }

  private void numericColumn(String place, String name) {
    String at = Problems.at(place, name);
    Map<String, Map<String, DataType>> tables = CanonicalColumns.byTable(configuration);
    Set<String> numeric = new LinkedHashSet<>();
    tables.forEach(
        (table, columns) ->
            columns.forEach(
                (column, type) -> {
                  if (CanonicalColumns.isNumeric(type)) {
                    numeric.add(table + "." + column);
                  }
                }));
    if (numeric.contains(name) || attributesUnusable(name)) {
      return;
    }
    int dot = name.indexOf('.');
    DataType type =
        dot < 0
            ? null
            : tables.getOrDefault(name.substring(0, dot), Map.of()).get(name.substring(dot + 1));
    if (type == null) {
      problems.add(at, "is no table.column" + Suggestion.hint(name, numeric));
    } else {
      problems.add(at, "is not numeric; numeric are " + String.join(", ", numeric));
    }
  }

  private boolean attributesUnusable(String name) {
    return (name.startsWith(Users.TABLE.name() + ".") && problems.isUnusable("userAttributes"))
        || (name.startsWith(Items.TABLE.name() + ".") && problems.isUnusable("itemAttributes"))
        || (name.startsWith(Events.TABLE.name() + ".") && problems.isUnusable("eventAttributes"));
  }

  private void budgets() {
    String place = "clean.budgets.maxRejectedShareBySource";
    Set<String> names = new LinkedHashSet<>(List.of(Users.TABLE.name(), Items.TABLE.name()));
    List<Source> events =
        configuration.sources() == null ? List.of() : configuration.sources().events();
    for (Source source : events) {
      names.add(source.named(Events.TABLE.name()).name());
    }
    names.addAll(Sources.LISTS);
    configuration
        .clean()
        .budgets()
        .maxRejectedShareBySource()
        .forEach(
            (name, share) -> {
              if (!events.isEmpty()) {
                known(Problems.at(place, name), name, "source", names);
              }
              if (share != null && !(share >= 0 && share <= 1)) {
                problems.add(Problems.at(place, name), "is " + share + " but must be from 0 to 1");
              }
            });
  }

  private void repairedShares() {
    configuration
        .clean()
        .budgets()
        .maxRepairedShareByColumn()
        .forEach(
            (name, share) -> {
              if (share != null && !(share >= 0 && share <= 1)) {
                problems.add(
                    Problems.at("clean.budgets.maxRepairedShareByColumn", name),
                    "is " + share + " but must be from 0 to 1");
              }
            });
    if (configuration.sources() == null
        || problems.isUnusable("userAttributes")
        || problems.isUnusable("itemAttributes")
        || problems.isUnusable("eventAttributes")) {
      return;
    }
    Set<String> known = new LinkedHashSet<>();
    CanonicalColumns.users(configuration)
        .keySet()
        .forEach(c -> known.add(Users.TABLE.name() + "." + c));
    CanonicalColumns.items(configuration)
        .keySet()
        .forEach(c -> known.add(Items.TABLE.name() + "." + c));
    for (Source source : configuration.sources().events()) {
      String name = source.named(Events.TABLE.name()).name();
      CanonicalColumns.events(configuration).keySet().forEach(c -> known.add(name + "." + c));
    }
    configuration
        .clean()
        .budgets()
        .maxRepairedShareByColumn()
        .keySet()
        .forEach(
            name ->
                known(
                    Problems.at("clean.budgets.maxRepairedShareByColumn", name),
                    name,
                    "source and column",
                    known));
  }

  private void evaluation() {
    EvaluationSettings evaluation = configuration.evaluation();
    EvaluationSettings.SplitType split = evaluation.split().type();
    // 'time' is what stands there by default; without times a split by hash takes its place.
    if (split.needsTimes() && split != EvaluationSettings.SplitType.TIME) {
      needsEventColumn(Events.EVENT_AT, "evaluation.split.type is '" + KebabCase.of(split) + "'");
    }
    if (evaluation.byAttributes() == null || problems.isUnusable("userAttributes")) {
      return;
    }
    Map<String, Attribute> attributes = configuration.userAttributes();
    for (int i = 0; i < evaluation.byAttributes().size(); i++) {
      String name = evaluation.byAttributes().get(i);
      String place = Problems.at("evaluation.byAttributes", String.valueOf(i));
      known(place, name, "user attribute", attributes.keySet());
      Attribute attribute = attributes.get(name);
      if (attribute != null && !attribute.isCategorical()) {
        problems.add(
            place,
            String.format(
                "is '%s', which is %s but must be categorical or ordinal",
                name, KebabCase.of(attribute.type())));
      }
    }
  }

  private void gate() {
    List<String> rules =
        Arrays.stream(GateSettings.Rule.values()).map(GateSettings.Rule::label).toList();
    for (String rule : configuration.gate().levels().keySet()) {
      known(Problems.at("gate.levels", rule), rule, "rule", rules);
    }
  }

  private void spark() {
    for (String key : configuration.spark().keySet()) {
      if (!key.startsWith(SPARK_PREFIX)) {
        problems.add(
            String.format(
                "spark holds '%s', which is no Spark setting; write its whole name: '%s' (with"
                    + " --set: spark.%s=…)",
                key, SPARK_PREFIX + key, SPARK_PREFIX + key));
      }
    }
  }

  private void needsEventColumn(String column, String because) {
    Sources sources = configuration.sources();
    if (sources == null
        || sources.events().isEmpty()
        || problems.isAnyUnusable("sources\\.events\\.\\d+(\\.columns)?")
        || sources.events().stream().anyMatch(s -> s.columns().containsKey(column))) {
      return;
    }
    problems.add(
        because + " but no event source maps " + column + "; map it, or change the former");
  }

  private void needsCategory(String because) {
    Sources sources = configuration.sources();
    if (sources == null
        || problems.isAnyUnusable("sources\\.items(\\.columns)?")
        || (sources.items() != null && sources.items().columns().containsKey(Items.CATEGORY))) {
      return;
    }
    problems.add(
        because
            + " but sources.items maps no "
            + Items.CATEGORY
            + "; map it, or change the former");
  }

  private void known(String place, String name, String kind, Collection<String> names) {
    if (!names.contains(name)) {
      problems.add(
          place,
          "names the unknown "
              + kind
              + " '"
              + name
              + "'"
              + Suggestion.hint(name, new ArrayList<>(names)));
    }
  }

  private void regex(String place, String regex) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      problems.add(
          place,
          String.format(
              "is '%s' but is no regular expression: %s near index %d",
              regex, e.getDescription(), e.getIndex()));
    }
  }

  private Optional<Instant> instant(String place, String text, String alternative) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(IsoTime.parse(text));
    } catch (InputException e) {
      problems.add(place + ": " + e.getMessage() + alternative);
      return Optional.empty();
    }
  }
}
