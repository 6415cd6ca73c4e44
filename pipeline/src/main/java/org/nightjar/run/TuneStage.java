package org.nightjar.run;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.config.WrittenConfiguration;
import org.nightjar.evaluate.Bootstrap;
import org.nightjar.evaluate.PairedDifference;
import org.nightjar.models.SearchSpace;
import org.nightjar.tune.Budget;
import org.nightjar.tune.Search;
import org.nightjar.tune.Trial;
import org.nightjar.tune.Tuner;

/**
 * Searches the {@link SearchSpace} of the models, one at a time on the first holdout view, and puts
 * the settings that are better into the run's configuration. {@link Search} says what is tried,
 * {@link Tuner} how the budget is shared, {@link TrialRun} what a trial is, and {@link TrialLog}
 * what is not tried again.
 *
 * <p><b>Users.</b> Models that are there for users without history are judged on the held-out users
 * who have none in the training part, if there are at least {@value Judges#MIN_COLD_USERS} of them;
 * else, and for the other models, on all held-out users.
 *
 * <p><b>Several models of one type.</b> The first is searched, unless others are named. The others
 * are in the configuration because they differ, so they stay as they are, and no model takes the
 * settings that another has in the configuration.
 *
 * <p><b>Choice.</b> The settings with the highest figure on all users replace the configured ones
 * only if the interval of their paired difference is above 0 ({@link PairedDifference#better}); it
 * is that of the best of many, so somewhat flattering. Without bootstrap replicates nothing is
 * replaced.
 */
final class TuneStage implements Stage {
  private final WrittenConfiguration written;
  private final List<String> models;
  private final Budget budget;
  private final Clock clock;
  private final Optional<Workspace> home;
  private TuneResult result;

  /**
   * A search yet to run.
   *
   * @param written the configuration of the run
   * @param models names of the models to search; empty: the first of each type
   * @param home where trials are kept and looked up; empty: in the run's own folder
   */
  TuneStage(
      WrittenConfiguration written,
      List<String> models,
      Budget budget,
      Clock clock,
      Optional<Workspace> home) {
    this.written = written;
    this.models = models;
    this.budget = budget;
    this.clock = clock;
    this.home = home;
  }

  /** What the search came to; empty before it ran. */
  Optional<TuneResult> result() {
    return Optional.ofNullable(result);
  }

  @Override
  public String name() {
    return "tune";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    View view = context.holdouts().get(0);
    Map<Search, Judges> searches = searches(context, view);
    Workspace kept = home.orElse(context.workspace());
    TrialLog log = new TrialLog(context.spark(), kept);
    List<Trial> trials = new ArrayList<>();
    ModelStage.train(
        context,
        view,
        training -> {
          TrialRun run = new TrialRun(context, view, training, kept, written, clock);
          trials.addAll(
              Tuner.run(
                  List.copyOf(searches.keySet()),
                  budget,
                  (search, step) ->
                      log.of(
                          step,
                          next ->
                              told(
                                  context,
                                  run.of(next, searches.get(search), search.climbing())))));
          run.close();
        });
    List<Tuned> tuned =
        searches.keySet().stream().map(search -> chosen(context, kept, search, trials)).toList();
    result = new TuneResult(trials, tuned, log.takenOver(), List.copyOf(context.warnings()));
    context.reconfigured(result.into(written).configuration());
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("trials", (long) trials.size());
    counts.put("taken_over", (long) log.takenOver());
    counts.put("failed", trials.stream().filter(Trial::failed).count());
    counts.put("tuned", tuned.stream().filter(Tuned::taken).count());
    return counts;
  }

  /** The models to search, in the order of the configuration, with who judges them. */
  private Map<Search, Judges> searches(RunContext context, View view) {
    Configuration configuration = context.configuration();
    Judges all = Judges.all(context, view);
    Judges cold = all.withoutHistory(context, view);
    Map<Search, Judges> searches = new LinkedHashMap<>();
    Set<Class<?>> types = new HashSet<>();
    configuration
        .models()
        .forEach(
            (name, model) -> {
              SearchSpace space = model.searchSpace(context.profile());
              boolean wanted =
                  models.isEmpty() ? types.add(model.getClass()) : models.contains(name);
              if (!space.values().isEmpty() && wanted) {
                Judges judges = space.forColdUsers() ? cold : all;
                searches.put(
                    new Search(
                        name,
                        space,
                        judges.rungs(),
                        configuration.seed(),
                        settings -> isNew(configuration, name, settings)),
                    judges);
              }
            });
    return searches;
  }

  /** Not if some model has the settings already. Those that are refused are tried, and fail. */
  private boolean isNew(Configuration configured, String model, Map<String, Object> settings) {
    try {
      Configuration changed = written.with(model, settings).configuration();
      return !configured.models().containsValue(changed.models().get(model));
    } catch (InputException e) {
      return true;
    }
  }

  private static Tuned chosen(
      RunContext context, Workspace kept, Search search, List<Trial> trials) {
    List<Trial> judgedByAll =
        trials.stream()
            .filter(trial -> trial.model().equals(search.model()) && !trial.failed())
            .filter(trial -> trial.rung() == search.rungs().last())
            .sorted(Comparator.comparing(Trial::map).reversed().thenComparing(Trial::number))
            .toList();
    Optional<Trial> configured = judgedByAll.stream().filter(Trial::asConfigured).findFirst();
    if (configured.isEmpty()) {
      return new Tuned(
          search.model(), search.settingsTried(), 0, null, null, Map.of(), null, false);
    }
    Trial best = judgedByAll.get(0);
    PairedDifference gain =
        best.asConfigured() ? null : gain(context, kept, best, configured.get());
    return new Tuned(
        search.model(),
        search.settingsTried(),
        best.users(),
        configured.get().map(),
        best.map(),
        best.settings(),
        gain,
        gain != null && gain.better());
  }

  private static PairedDifference gain(
      RunContext context, Workspace kept, Trial best, Trial configured) {
    return PairedDifference.between(
        TrialRun.figures(kept, best.model(), best.settings(), best.rung()),
        TrialRun.figures(kept, best.model(), configured.settings(), configured.rung()),
        Bootstrap.of(context.configuration().evaluation(), context.configuration().seed(), 1));
  }

  private static Trial told(RunContext context, Trial trial) {
    String settings =
        trial.asConfigured()
            ? "as configured"
            : trial.settings().entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
    String outcome =
        trial.failed()
            ? "failed, " + trial.error()
            : String.format(Locale.ROOT, "MAP %.4f, %d users", trial.map(), trial.users());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", trial.model());
    fields.put("trial", trial.number());
    fields.put("settings", trial.settings());
    fields.put("rung", trial.rung());
    fields.put("map", trial.map());
    fields.put("users", trial.users());
    fields.put("trial_seconds", trial.seconds());
    fields.put("error", trial.error());
    context
        .progress()
        .step(
            String.format(
                "%s %d (%s): %s, %s",
                trial.model(),
                trial.number(),
                settings,
                outcome,
                Progress.duration(trial.seconds())),
            fields);
    return trial;
  }
}
