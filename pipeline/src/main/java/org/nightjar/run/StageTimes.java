package org.nightjar.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nightjar.config.Configuration;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.config.RankSettings;
import org.nightjar.models.Als;
import org.nightjar.publish.Manifest;
import org.nightjar.rank.LambdaMart;

/**
 * How long stages will take: as long as in the last release, times how much more there is to do;
 * without one, by rates measured on 2 cores (docs/SCALING.md), shared out over the cores there are.
 */
final class StageTimes {
  private static final double MILLION = 1e6;

  /** What a stage's work grows with. */
  private enum Work {
    EVENTS,
    USERS_TIMES_ITEMS,
    USERS,
    NOTHING;

    double of(Plan.Volume volume) {
      return switch (this) {
        case EVENTS -> volume.events();
        case USERS_TIMES_ITEMS -> (double) volume.requested() * volume.items();
        case USERS -> volume.requested();
        case NOTHING -> 1;
      };
    }
  }

  /**
   * A measured rate.
   *
   * @param coreSeconds per million of the work
   * @param once seconds that any night takes
   */
  private record Rate(Work work, double coreSeconds, double once) {}

  /**
   * An earlier night.
   *
   * @param seconds by stage
   * @param volume what it worked on
   */
  record Past(Map<String, Double> seconds, Plan.Volume volume) {
    static Past of(Manifest release) {
      Manifest.Counts counts = release.counts();
      return new Past(
          release.stageSeconds(),
          new Plan.Volume(
              counts.users(), counts.requestedUsers(), counts.items(), counts.events(), "counted"));
    }
  }

  private static final String RANK = "rank";

  /** Of stages that go through every view: on one of them. */
  private static final Set<String> BY_VIEW = Set.of(FeatureStage.FEATURES, RANK);

  private static final Map<String, Rate> RATES =
      Map.of(
          "ingest",
          new Rate(Work.EVENTS, 6.1, 10),
          "clean",
          new Rate(Work.EVENTS, 14, 15),
          FeatureStage.FEATURES,
          new Rate(Work.EVENTS, 6.5, 6),
          RANK,
          new Rate(Work.USERS_TIMES_ITEMS, 0.007, 17),
          "evaluate",
          new Rate(Work.USERS, 480, 6),
          "explore",
          new Rate(Work.USERS, 270, 11),
          "publish",
          new Rate(Work.USERS, 110, 7),
          "report",
          new Rate(Work.NOTHING, 0, 4));

  /** Core seconds that a row takes in the making of one tree, on the driver. */
  private static final double OF_TREE = 1.9e-7;

  /** Of one model on one view. */
  private static final Rate OF_MODEL = new Rate(Work.EVENTS, 3.1, 1.5);

  /** The same of MLlib's. */
  private static final Rate OF_ALS = new Rate(Work.EVENTS, 114, 10);

  private static final Rate UNKNOWN = new Rate(Work.NOTHING, 0, 1);

  private final Configuration configuration;
  private final Plan.Volume volume;

  StageTimes(Configuration configuration, Plan.Volume volume) {
    this.configuration = configuration;
    this.volume = volume;
  }

  /**
   * Seconds by stage of a night without one before it.
   *
   * @param cleaned what {@link CleanStage} counted
   */
  static Map<String, Double> ofFirstNight(
      RunContext context, Map<String, Long> cleaned, List<Stage> stages) {
    long users = cleaned.get("users");
    Plan.Volume volume =
        new Plan.Volume(users, users, cleaned.get("items"), cleaned.get("events"), "counted");
    return new StageTimes(context.configuration(), volume)
            .of(
                stages.stream().map(Stage::name).filter(StageTimes::isKnown).toList(),
                Optional.empty(),
                context.spark().sparkContext().defaultParallelism())
            .stream()
            .collect(Collectors.toMap(Plan.Step::stage, Plan.Step::seconds));
  }

  private static boolean isKnown(String stage) {
    return RATES.containsKey(stage) || stage.equals(ModelStage.MODELS);
  }

  List<Plan.Step> of(List<String> stages, Optional<Past> last, int cores) {
    List<Plan.Step> steps = new ArrayList<>();
    for (String stage : stages) {
      steps.add(
          last.filter(release -> release.seconds().containsKey(stage))
              .map(release -> asLast(stage, release))
              .orElseGet(() -> byRate(stage, cores)));
    }
    return steps;
  }

  private Plan.Step asLast(String stage, Past last) {
    Work work = stage.equals(ModelStage.MODELS) ? Work.EVENTS : rate(stage).work();
    double before = work.of(last.volume());
    double ratio = before == 0 ? 1 : work.of(volume) / before;
    return new Plan.Step(
        stage,
        Plan.Action.RUN,
        last.seconds().get(stage) * ratio,
        String.format(Locale.ROOT, "last release × %.2f", ratio));
  }

  private Plan.Step byRate(String stage, int cores) {
    int times = stage.equals(ModelStage.MODELS) || BY_VIEW.contains(stage) ? views() : 1;
    double seconds = times * once(stage, cores);
    if (stage.equals(RANK)) {
      seconds += trees() / Math.min(cores, LambdaMart.THREADS);
    }
    return new Plan.Step(stage, Plan.Action.RUN, seconds, "rates of docs/SCALING.md");
  }

  private double once(String stage, int cores) {
    return stage.equals(ModelStage.MODELS)
        ? configuration.models().values().stream()
            .mapToDouble(model -> seconds(model instanceof Als ? OF_ALS : OF_MODEL, cores))
            .sum()
        : seconds(rate(stage), cores);
  }

  /** What is published, and what is held out. */
  private int views() {
    return 1 + (configuration.rank().blend().learn() ? split().parts() : 0);
  }

  /** Core seconds for all trees, those that are judged included. */
  private double trees() {
    RankSettings.Learned learned = configuration.rank().learned();
    if (!learned.enabled()) {
      return 0;
    }
    int trees = learned.trees() * learned.objectives().size() * learned.featureSamples().size();
    return OF_TREE * trees * MemoryNeeds.taughtRows(configuration, volume) * (1 + judged(learned));
  }

  /** How many times trees are taught for being judged. */
  private int judged(RankSettings.Learned learned) {
    int parts = split().parts();
    return split().type().hasWindows() && parts > 1
        ? parts
        : RankLearning.parts(volume.requested() * parts, learned.mostLists());
  }

  private EvaluationSettings.Split split() {
    return configuration.evaluation().split();
  }

  private double seconds(Rate rate, int cores) {
    return rate.once() + rate.coreSeconds() * rate.work().of(volume) / MILLION / cores;
  }

  private static Rate rate(String stage) {
    return RATES.getOrDefault(stage, UNKNOWN);
  }
}
