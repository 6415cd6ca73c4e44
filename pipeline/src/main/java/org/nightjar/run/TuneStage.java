package org.nightjar.run;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.round;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.Configuration;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.evaluate.Evaluation;
import org.nightjar.evaluate.Metric;
import org.nightjar.evaluate.PairedDifference;
import org.nightjar.models.CandidateModel;
import org.nightjar.models.Request;
import org.nightjar.models.SearchSpace;
import org.nightjar.models.Training;
import org.nightjar.table.Candidates;
import org.nightjar.table.Items;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.UserSegments;
import org.nightjar.table.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random search over the {@link SearchSpace} of each model, one at a time on the first holdout
 * view: train on its training part, propose to its held-out users under the configured rules, and
 * take the mean average precision of that model's lists alone.
 *
 * <p><b>Users.</b> Models that are there for users without history are judged on the held-out users
 * who have none in the training part, if there are at least {@value #MIN_COLD_USERS} of them; else,
 * and for the other models, on all held-out users.
 *
 * <p><b>Budget.</b> The next trial always belongs to the model on which the least time was spent,
 * so that the models share the time evenly and what one cannot use goes to the rest. Each begins
 * with its configured settings. A trial that has begun is finished; one that fails is recorded and
 * the search goes on, but not for a model whose configured settings fail. What is drawn follows
 * from the seed and the model's name alone; how much is tried follows from the time.
 *
 * <p><b>Several models of one type.</b> The first is searched. The others are in the configuration
 * because they differ, so they stay as they are, and no model takes the settings of another.
 *
 * <p><b>Choice.</b> The settings with the highest figure replace the configured ones only if the
 * interval of their paired difference is above 0 ({@link PairedDifference#better}); it is that of
 * the best of many, so somewhat flattering. Without bootstrap replicates nothing is replaced.
 */
final class TuneStage implements Stage {
  /** Fewest held-out users without history that settings are judged on. */
  static final int MIN_COLD_USERS = 200;

  private static final Logger LOG = LoggerFactory.getLogger(TuneStage.class);
  private static final String FOLDER = "tune";
  private static final String FIGURES = "figures";
  private static final String MAP = "map";
  private static final String USERS = "users";
  private static final int MAP_SCALE = 9;
  private static final int MAX_MESSAGE = 300;
  private static final double MILLIS = 1000.0;

  private final BiFunction<String, Map<String, Object>, CandidateModel> binding;
  private final Duration budget;
  private final Clock clock;
  private final List<Trial> trials = new ArrayList<>();
  private final Map<String, Tuned> tuned = new LinkedHashMap<>();

  /**
   * A search yet to run.
   *
   * @param binding the model of a name in the configuration, with some of its settings changed;
   *     throws {@link org.nightjar.InputException} for settings that it refuses
   * @param budget time for all trials together
   */
  TuneStage(
      BiFunction<String, Map<String, Object>, CandidateModel> binding,
      Duration budget,
      Clock clock) {
    this.binding = binding;
    this.budget = budget;
    this.clock = clock;
  }

  /** All trials, in the order in which they ran. */
  List<Trial> trials() {
    return List.copyOf(trials);
  }

  /** By model: the settings that replace configured ones. Models that keep theirs are missing. */
  Map<String, Tuned> tuned() {
    return Collections.unmodifiableMap(tuned);
  }

  @Override
  public String name() {
    return FOLDER;
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    View view = context.holdouts().get(0);
    Judges all = allUsers(context, view);
    List<Search> searches = searches(context, all, coldUsers(context, view, all));
    ModelStage.train(context, view, training -> search(context, searches, view, training));
    context.models().forEach(model -> choose(context, model));
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("trials", (long) trials.size());
    counts.put("failed", trials.stream().filter(trial -> trial.error() != null).count());
    counts.put("tuned", (long) tuned.size());
    return counts;
  }

  /** Who gets lists, of the wanted length, and what they are held against. */
  private record Judges(Request request, Dataset<Row> truth) {}

  private static Judges allUsers(RunContext context, View view) {
    Request asked = Gathering.request(context, view);
    return new Judges(
        new Request(asked.users(), asked.eligible(), ReportAssembly.headlineK(context)),
        context.ofView(view, "truth").select(Users.USER, Items.ITEM));
  }

  /** Those without history; all if those are too few. */
  private static Judges coldUsers(RunContext context, View view, Judges all) {
    Workspace workspace = context.workspace();
    Request asked = all.request();
    long users =
        workspace.writeCounting(
            withoutHistory(asked.users(), context, view), FOLDER, "cold_requests");
    if (users < MIN_COLD_USERS) {
      return all;
    }
    Dataset<Row> requests = workspace.read(FOLDER, "cold_requests");
    Dataset<Row> truth =
        workspace.write(withoutHistory(all.truth(), context, view), FOLDER, "cold_truth");
    return new Judges(new Request(requests, asked.eligible(), asked.perUser()), truth);
  }

  private static Dataset<Row> withoutHistory(Dataset<Row> rows, RunContext context, View view) {
    Dataset<Row> withHistory = context.ofView(view, "context").select(Users.USER);
    return rows.join(withHistory, new String[] {Users.USER}, "left_anti");
  }

  private static List<Search> searches(RunContext context, Judges all, Judges cold) {
    List<Search> searches = new ArrayList<>();
    Set<Class<?>> types = new HashSet<>();
    context
        .configuration()
        .models()
        .forEach(
            (name, model) -> {
              SearchSpace space = model.searchSpace(context.profile());
              if (!space.values().isEmpty() && types.add(model.getClass())) {
                searches.add(
                    new Search(
                        name,
                        space,
                        space.forColdUsers() ? cold : all,
                        context.configuration().seed()));
              }
            });
    return searches;
  }

  /** Where the search stands for one model. */
  private static final class Search {
    /** As many draws without a new one mean that there is none. */
    private static final int MAX_DRAWS = 200;

    private final String model;
    private final SearchSpace space;
    private final Judges judges;
    private final SplittableRandom random;
    private final Set<Map<String, Object>> drawn = new HashSet<>();
    private int trials;
    private long spentMillis;

    /** The configured settings fail, so nothing can be shown to be better. */
    private boolean hopeless;

    Search(String model, SearchSpace space, Judges judges, long seed) {
      this.model = model;
      this.space = space;
      this.judges = judges;
      this.random = new SplittableRandom(31 * seed + model.hashCode());
    }

    /** First no change at all, then settings not drawn before; empty when there are none left. */
    Optional<Map<String, Object>> next() {
      if (drawn.add(Map.of())) {
        return Optional.of(Map.of());
      }
      for (int draw = 0; draw < MAX_DRAWS; draw++) {
        Map<String, Object> settings = space.draw(random);
        if (drawn.add(settings)) {
          return Optional.of(settings);
        }
      }
      return Optional.empty();
    }
  }

  private void search(RunContext context, List<Search> searches, View view, Training training) {
    long end = clock.millis() + budget.toMillis();
    List<Search> open = new ArrayList<>(searches);
    while (!open.isEmpty() && clock.millis() < end) {
      Search search = Collections.min(open, Comparator.comparingLong(s -> s.spentMillis));
      Optional<Map<String, Object>> settings = search.next();
      settings.ifPresent(changed -> attempt(context, search, changed, view, training));
      if (settings.isEmpty() || search.hopeless) {
        open.remove(search);
      }
    }
  }

  private void attempt(
      RunContext context,
      Search search,
      Map<String, Object> settings,
      View view,
      Training training) {
    long start = clock.millis();
    Double map = null;
    long users = 0;
    String error = null;
    try {
      CandidateModel model = binding.apply(search.model, settings);
      if (!settings.isEmpty() && context.configuration().models().containsValue(model)) {
        return; // that of trial 0, or of another model
      }
      Row figures = measured(context, search, model, view, training);
      map = figures.getDouble(0);
      users = figures.getLong(1);
    } catch (Exception e) { // Spark throws checked ones without saying so
      LOG.warn("trial failed model={} number={}", search.model, search.trials, e);
      error = message(e);
      search.hopeless |= settings.isEmpty();
    }
    long millis = clock.millis() - start;
    search.spentMillis += millis;
    Trial trial =
        new Trial(
            search.model, search.trials++, settings, map, users, millis / MILLIS, error, false);
    trials.add(trial);
    context.progress().step(words(trial), fields(trial));
  }

  /** Trains, proposes and measures: the mean and the number of users. */
  private static Row measured(
      RunContext context, Search search, CandidateModel model, View view, Training training) {
    Workspace workspace = context.workspace();
    String name = search.model + "-trial-" + search.trials;
    try {
      ModelStage.fit(context, view, name, model, training);
      Judges judges = search.judges;
      Evaluation evaluation =
          new Evaluation(
              ModelStage.load(context, view, name, model)
                  .propose(judges.request())
                  .withColumn(Candidates.MODEL, lit(name)),
              List.of(name),
              judges.truth(),
              judges.truth().where(lit(false)), // what was had before does not change the whole
              context.spark().createDataFrame(List.of(), UserSegments.TABLE.schema()),
              context.itemCount());
      return workspace
          .write(
              evaluation
                  .perUser(List.of(Metric.MAP), List.of(judges.request().perUser()))
                  .select(UserMetrics.USER, UserMetrics.VALUE),
              figures(search.model, search.trials))
          .agg(round(avg(col(UserMetrics.VALUE)), MAP_SCALE).as(MAP), count(lit(1)).as(USERS))
          .head();
    } finally {
      workspace.delete("views", view.name(), ModelStage.MODELS, name);
    }
  }

  private static String[] figures(String model, int number) {
    return new String[] {FOLDER, FIGURES, model, String.valueOf(number)};
  }

  private void choose(RunContext context, String model) {
    List<Integer> places =
        IntStream.range(0, trials.size())
            .boxed()
            .filter(at -> trials.get(at).model().equals(model))
            .toList();
    if (places.isEmpty()) {
      return;
    }
    int first = places.get(0);
    int chosen = first;
    if (trials.get(first).map() != null) {
      int best =
          Collections.max(
              places.stream().filter(at -> trials.get(at).map() != null).toList(),
              Comparator.<Integer>comparingDouble(at -> trials.get(at).map())
                  .thenComparing(Comparator.reverseOrder()));
      PairedDifference gain = best == first ? null : gain(context, trials.get(best));
      if (gain != null && gain.better()) {
        chosen = best;
        tuned.put(model, new Tuned(trials.get(best).settings(), gain));
      }
    }
    trials.set(chosen, trials.get(chosen).asChosen());
  }

  /** Over the model's configured settings. */
  private static PairedDifference gain(RunContext context, Trial trial) {
    Configuration configuration = context.configuration();
    EvaluationSettings settings = configuration.evaluation();
    return PairedDifference.between(
        context.workspace().read(figures(trial.model(), trial.number())),
        context.workspace().read(figures(trial.model(), 0)),
        settings.bootstrapReplicates(),
        settings.confidence(),
        configuration.seed());
  }

  private static String message(Exception e) {
    String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    String message = e.getClass().getSimpleName() + ": " + text;
    return message.substring(0, Math.min(MAX_MESSAGE, message.length()));
  }

  private static String words(Trial trial) {
    String settings =
        trial.settings().isEmpty()
            ? "as configured"
            : trial.settings().entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
    String outcome =
        trial.error() == null
            ? String.format(Locale.ROOT, "MAP %.4f, %d users", trial.map(), trial.users())
            : "failed, " + trial.error();
    return String.format(
        "%s %d (%s): %s, %s",
        trial.model(), trial.number(), settings, outcome, Progress.duration(trial.seconds()));
  }

  private static Map<String, Object> fields(Trial trial) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", trial.model());
    fields.put("trial", trial.number());
    fields.put("settings", trial.settings());
    fields.put(MAP, trial.map());
    fields.put(USERS, trial.users());
    fields.put("seconds", trial.seconds());
    fields.put("error", trial.error());
    return fields;
  }
}
