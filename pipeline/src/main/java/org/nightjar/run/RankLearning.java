package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.RankSettings;
import org.nightjar.evaluate.Bootstrap;
import org.nightjar.evaluate.Evaluation;
import org.nightjar.evaluate.Metric;
import org.nightjar.evaluate.PairedDifference;
import org.nightjar.rank.BlendLearner;
import org.nightjar.rank.BlendWeights;
import org.nightjar.rank.LambdaMart;
import org.nightjar.rank.LearnedRanking;
import org.nightjar.rank.ListShape;
import org.nightjar.rank.RankFeatures;
import org.nightjar.rank.Ranker;
import org.nightjar.rank.RankingChoice;
import org.nightjar.rank.RepeatMix;
import org.nightjar.rank.Rules;
import org.nightjar.rank.Scoring;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.table.Candidates;
import org.nightjar.table.Events;
import org.nightjar.table.Metrics;
import org.nightjar.table.UserContext;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.UserSegments;
import org.nightjar.table.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns the blend, and the trees where configured, on the holdout views, and makes the held-out
 * users' lists.
 *
 * <p>No list that is measured saw its own truth: with several windows, each is ranked with what was
 * learned on the others, hence the last, which is measured, with what was learned before it;
 * otherwise each hashed part of the held-out users is ranked with what was learned on the others.
 * The choice between blend and trees is made on such lists too. The published lists use what was
 * learned on all.
 */
final class RankLearning {
  private static final Logger LOG = LoggerFactory.getLogger(RankLearning.class);

  /** The part of the published ranking's lessons that a judged one must have had, at least. */
  private static final double TAUGHT = 0.8;

  private static final String WITHOUT_HISTORY = RankSettings.ACTIVITY_SEGMENTS.get(0);

  /** Activity segment that the published list of a held-out user will have. */
  static final String PUBLISHED_ACTIVITY = "published_activity";

  private final RunContext context;
  private final Gathering gathering;
  private final Ranker ranker;
  private final long seed;
  private final Map<View, Dataset<Row>> gathered;
  private final boolean trees;
  private final Map<View, RankFeatures> features = new LinkedHashMap<>();

  RankLearning(RunContext context, Gathering gathering) {
    this(
        context,
        gathering,
        gathered(context, gathering),
        context.configuration().rank().learned().enabled());
  }

  private RankLearning(
      RunContext context, Gathering gathering, Map<View, Dataset<Row>> gathered, boolean trees) {
    this.context = context;
    this.gathering = gathering;
    this.ranker = gathering.ranker();
    this.seed = context.configuration().seed();
    this.gathered = gathered;
    this.trees = trees;
    if (trees) {
      gathered.keySet().forEach(view -> features.put(view, gathering.features(view)));
    }
  }

  private static Map<View, Dataset<Row>> gathered(RunContext context, Gathering gathering) {
    Map<View, Dataset<Row>> gathered = new LinkedHashMap<>();
    for (View view : context.holdouts()) {
      context
          .ledger()
          .once(
              "rank/gathered/" + view.name(),
              context.stageKey(),
              () ->
                  context
                      .workspace()
                      .write(
                          gathering.candidatesWithTruth(view), "views", view.name(), "gathered"));
      gathered.put(view, context.ofView(view, "gathered"));
    }
    return gathered;
  }

  /**
   * What orders candidates.
   *
   * @param blend weights by segment
   * @param found the trees; null where none were trained
   * @param segments activity segments that get the trees' order
   * @param mix places for repeats; null where none are kept
   * @param withoutProfiles the same by the models that do not look at profiles, where the requested
   *     users' lists are measured and that is asked for; else null
   */
  record Learned(
      BlendWeights blend,
      LambdaMart.Learned found,
      Set<String> segments,
      RepeatMix mix,
      Learned withoutProfiles) {

    /** Segments in the order of their names, wherever this is written. */
    Learned {
      segments = Collections.unmodifiableSet(new TreeSet<>(segments));
    }

    Learned with(Set<String> chosen, Learned fewer) {
      return new Learned(blend, found, chosen, mix, fewer);
    }

    /** Empty where none were trained. */
    Optional<LambdaMart.Learned> trees() {
      return Optional.ofNullable(found);
    }

    /** What a view's lists are made of. */
    ListShape shape(Gathering gathering, View view) {
      return gathering.shape(view).with(mix);
    }

    /** The order of a view's candidates. */
    Scoring scoring(Gathering gathering, View view) {
      return found == null || segments.isEmpty()
          ? blending(gathering)
          : learned(gathering, gathering.features(view), segments);
    }

    Scoring blending(Gathering gathering) {
      return blend.over(gathering.ranker().models());
    }

    Scoring learned(Gathering gathering, RankFeatures features, Set<String> ofSegments) {
      return trees()
          .<Scoring>map(
              trees ->
                  new LearnedRanking(
                      blending(gathering), features, trees.trees(), trees.candidates(), ofSegments))
          .orElseGet(() -> blending(gathering));
    }
  }

  /** Learns on all holdout views and writes the lists of their users. */
  Learned learn() {
    Learned all = learn(gathered);
    List<Measured> parts = parts(view -> true);
    if (!trees || gathered.isEmpty()) {
      writePublished(parts, Set.of());
      return all.with(Set.of(), withoutProfiles(Set.of()));
    }
    writeLists(parts, lists(Metrics.BLEND), Set.of(), UnaryOperator.identity());
    writeLists(
        parts,
        lists(Metrics.LEARNED),
        Set.copyOf(RankSettings.ACTIVITY_SEGMENTS),
        UnaryOperator.identity());
    List<RankingChoice> choices = choices(parts);
    Set<String> chosen =
        choices.stream()
            .filter(RankingChoice::learned)
            .map(RankingChoice::segment)
            .collect(Collectors.toSet());
    writePublished(parts, chosen);
    context.ranked(choices, all.trees().map(LambdaMart.Learned::gains).orElse(Map.of()));
    return all.with(chosen, withoutProfiles(chosen));
  }

  /**
   * The held-out users' lists without the models that look at profiles; or, where a test table
   * measures the requested users' lists instead, what will order theirs.
   *
   * @param segments activity segments that get the trees' order
   * @return null where lists were made or nothing is asked for
   */
  private Learned withoutProfiles(Set<String> segments) {
    if (!context.configuration().evaluation().withoutProfiles()) {
      return null;
    }
    Gathering bare = gathering.withoutProfiles();
    Map<View, Dataset<Row>> rows = new LinkedHashMap<>();
    gathered.forEach((view, all) -> rows.put(view, ranker.gatheredBy(all, bare.ranker().models())));
    RankLearning fewer = new RankLearning(context, bare, rows, !segments.isEmpty());
    if (context.configuration().evaluation().test() != null) {
      return fewer.learn(rows).with(segments, null);
    }
    fewer.writeLists(
        fewer.parts(View::measured),
        lists(Metrics.WITHOUT_PROFILES),
        segments,
        UnaryOperator.identity());
    return null;
  }

  private BlendWeights configured() {
    return BlendWeights.configured(context.configuration().rank().blend(), ranker.models());
  }

  /** The lists as they would be published, and the same of other variety. */
  private void writePublished(List<Measured> parts, Set<String> segments) {
    writeLists(parts, "lists", segments, UnaryOperator.identity());
    for (double strength : ranker.settings().diversity().curve()) {
      writeLists(parts, lists(Metrics.diversity(strength)), segments, s -> s.with(strength));
    }
  }

  /** Name of the table with the lists of one way of ranking. */
  static String lists(String ranking) {
    return "lists_" + ranking;
  }

  /** What is ranked with what was learned elsewhere. */
  private record Measured(Map<View, Dataset<Row>> rows, Learned learned) {}

  /** Of the views that are wanted. */
  private List<Measured> parts(Predicate<View> wanted) {
    List<Measured> parts = new ArrayList<>();
    if (!judgedOnOtherWeeks()) {
      int count = parts();
      for (int part = 0; part < count; part++) {
        Column own = Rules.part(seed, count).equalTo(part);
        parts.add(new Measured(users(own), learn(users(not(own)))));
      }
      return parts;
    }
    gathered.forEach(
        (view, rows) -> {
          if (wanted.test(view)) {
            Map<View, Dataset<Row>> others = new LinkedHashMap<>(gathered);
            others.remove(view);
            parts.add(new Measured(Map.of(view, rows), learn(others)));
          }
        });
    return parts;
  }

  private int parts() {
    RankSettings settings = context.configuration().rank();
    long wanted = trees ? settings.learned().mostLists() : BlendLearner.MOST_LISTS;
    return parts(gathered.values().stream().mapToLong(Dataset::count).sum(), wanted);
  }

  /**
   * In how many parts held-out users are dealt: as few as leave those who teach a part about as
   * many lists as all may teach by, since each part costs lessons and a look at all users.
   *
   * @param lists of held-out users
   * @param wanted most lists that are learned from
   */
  static int parts(long lists, long wanted) {
    double enough = TAUGHT * Math.min(lists, wanted);
    return IntStream.iterate(2, parts -> parts + 1)
        .filter(parts -> lists * (1 - 1.0 / parts) >= enough)
        .findFirst()
        .orElseThrow();
  }

  /** Whether what was learned is judged on other weeks than it was learned on. */
  private boolean judgedOnOtherWeeks() {
    return !gathered.keySet().stream().allMatch(View::measured);
  }

  private Map<View, Dataset<Row>> users(Column wanted) {
    Map<View, Dataset<Row>> rows = new LinkedHashMap<>();
    gathered.forEach((view, all) -> rows.put(view, all.where(wanted)));
    return rows;
  }

  private Learned learn(Map<View, Dataset<Row>> taught) {
    if (taught.isEmpty()) {
      return new Learned(configured(), null, Set.of(), null, null);
    }
    RankSettings settings = context.configuration().rank();
    BlendWeights blend = configured();
    if (settings.blend().learn()) {
      Dataset<Row> all = taught.values().stream().reduce(Dataset::union).orElseThrow();
      blend = new BlendLearner(ranker.models(), ranker.settings()).learn(all, seed);
    }
    RepeatMix mix =
        settings.repeat().policy() == RankSettings.RepeatPolicy.MIXED
            ? RepeatMix.learn(
                taught.values().stream().reduce(Dataset::union).orElseThrow(),
                ranker,
                blend.over(ranker.models()),
                ListShape.AS_SCORED,
                settings.listLength())
            : null;
    if (!trees) {
      return new Learned(blend, null, Set.of(), mix, null);
    }
    long start = System.nanoTime();
    List<LambdaMart.Taught> views = new ArrayList<>();
    taught.forEach((view, rows) -> views.add(new LambdaMart.Taught(rows, features.get(view))));
    Optional<LambdaMart.Learned> found =
        new LambdaMart(ranker).train(views, blend.over(ranker.models()), seed);
    LOG.info(
        "learned ranking users={} views={} seconds={}",
        found.map(LambdaMart.Learned::users).orElse(0L),
        taught.keySet().stream().map(View::name).toList(),
        String.format("%.1f", (System.nanoTime() - start) / 1e9));
    return new Learned(blend, found.orElse(null), Set.of(), mix, null);
  }

  private void writeLists(
      List<Measured> parts, String table, Set<String> segments, UnaryOperator<ListShape> as) {
    SparkScope.run(
        () ->
            lists(parts, segments, as)
                .forEach(
                    (view, rows) -> context.workspace().write(rows, "views", view.name(), table)));
  }

  private Map<View, Dataset<Row>> lists(
      List<Measured> parts, Set<String> segments, UnaryOperator<ListShape> as) {
    int longest = longestK(context);
    Map<View, Dataset<Row>> lists = new LinkedHashMap<>();
    for (Measured part : parts) {
      part.rows()
          .forEach(
              (view, rows) -> {
                Scoring scoring =
                    segments.isEmpty()
                        ? part.learned().blending(gathering)
                        : part.learned().learned(gathering, features.get(view), segments);
                ListShape shape = as.apply(part.learned().shape(gathering, view));
                lists.merge(view, ranker.lists(rows, scoring, shape, longest), Dataset::union);
              });
    }
    return lists;
  }

  /** The longest list that the evaluation looks at. */
  static int longestK(RunContext context) {
    return context.configuration().evaluation().ks().stream().max(Integer::compare).orElseThrow();
  }

  private List<RankingChoice> choices(List<Measured> parts) {
    Bootstrap bootstrap = Bootstrap.of(context.configuration().evaluation(), seed, gathered.size());
    Dataset<Row> figures =
        parts.stream()
            .flatMap(part -> part.rows().keySet().stream())
            .distinct()
            .map(this::figures)
            .reduce(Dataset::unionByName)
            .orElseThrow();
    Dataset<Row> all = context.workspace().write(figures, "rank", "figures");
    List<RankingChoice> choices = new ArrayList<>();
    for (String segment : RankSettings.ACTIVITY_SEGMENTS) {
      Dataset<Row> own = all.where(decides(segment, judgedOnOtherWeeks()));
      PairedDifference gain =
          PairedDifference.between(
              own.where(col(UserMetrics.MODEL).equalTo(Metrics.LEARNED)),
              own.where(col(UserMetrics.MODEL).equalTo(Metrics.BLEND)),
              bootstrap);
      RankingChoice choice =
          new RankingChoice(
              segment,
              gain.users(),
              gain.value(),
              gain.low(),
              gain.high(),
              gain.better()
                  && gain.isTrustworthy()
                  && (judgedOnOtherWeeks() || !segment.equals(WITHOUT_HISTORY)));
      LOG.info("ranking choice {}", choice);
      choices.add(choice);
    }
    mostlyCold(choices).ifPresent(context.warnings()::add);
    return choices;
  }

  /**
   * Whose figures decide between blend and trees for a segment of the published lists: those of the
   * held-out users whose published lists will be of that segment. A user's history grows by what
   * was held out, so who was light in a window, or not known at all, may be heavy by now. The
   * segment without history is decided by those who had none in the window, as nobody held out has
   * none by now.
   *
   * <p>Lists of users without history count only where trees are compared on other weeks than they
   * were trained on: all that trees can see of such users is popularity and profile, and what they
   * make of it holds on other users of those weeks, not always on later ones.
   */
  static Column decides(String segment, boolean onOtherWeeks) {
    Column cold = col(Ranker.ACTIVITY).equalTo(WITHOUT_HISTORY);
    if (segment.equals(WITHOUT_HISTORY)) {
      return cold;
    }
    Column published = col(PUBLISHED_ACTIVITY).equalTo(segment);
    return onOtherWeeks ? published : published.and(not(cold));
  }

  /**
   * What to say where most held-out users cannot count, being without history in the one window.
   */
  private Optional<String> mostlyCold(List<RankingChoice> choices) {
    long cold = 0;
    long others = 0;
    for (RankingChoice choice : choices) {
      if (choice.segment().equals(WITHOUT_HISTORY)) {
        cold += choice.users();
      } else {
        others += choice.users();
      }
    }
    return judgedOnOtherWeeks() || cold <= others
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "Blend and trees are compared on %,d of %,d held-out users: the others had no events"
                    + " before the window. If users return after longer than evaluation.split.days, or"
                    + " the question is each user's next basket, set evaluation.split.type to"
                    + " last-basket; or set evaluation.split.windows to 2 or more.",
                others,
                cold + others));
  }

  /** {@code user}, {@link #PUBLISHED_ACTIVITY}: by all events before the cutoff of the run. */
  private Dataset<Row> publishedActivity() {
    return context
        .cleaned("events")
        .groupBy(col(Events.USER))
        .agg(count(lit(1)).as(UserContext.EVENT_COUNT))
        .select(
            col(Events.USER),
            Ranker.activity(col(UserContext.EVENT_COUNT), ranker.settings().activity())
                .as(PUBLISHED_ACTIVITY));
  }

  /**
   * Average precision of blend and trees by held-out user, with the user's activity in the view and
   * that in the published lists.
   */
  private Dataset<Row> figures(View view) {
    Dataset<Row> lists =
        List.of(Metrics.BLEND, Metrics.LEARNED).stream()
            .map(
                name ->
                    context
                        .ofView(view, lists(name))
                        .select(col(Users.USER), lit(name).as(Candidates.MODEL), col(Ranker.ITEMS)))
            .reduce(Dataset::unionByName)
            .orElseThrow();
    Dataset<Row> truth = context.ofView(view, "truth");
    return new Evaluation(
            lists,
            List.of(Metrics.BLEND, Metrics.LEARNED),
            truth,
            truth.where(lit(false)), // what was had before does not change the whole
            context.spark().createDataFrame(List.of(), UserSegments.TABLE.schema()),
            new String[context.itemCount()],
            1)
        .perUser(List.of(Metric.MAP), List.of(ranker.settings().listLength()))
        .join(gathered.get(view).select(Users.USER, Ranker.ACTIVITY), Users.USER)
        .join(publishedActivity(), Users.USER)
        .withColumn(UserMetrics.USER, col(Users.USER).multiply(gathered.size()).plus(view.fold()));
  }
}
