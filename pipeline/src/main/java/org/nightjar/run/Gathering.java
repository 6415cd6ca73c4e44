package org.nightjar.run;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.nightjar.config.RankSettings;
import org.nightjar.models.FittedModel;
import org.nightjar.models.Request;
import org.nightjar.rank.BlendLearner;
import org.nightjar.rank.ListShape;
import org.nightjar.rank.RankFeatures;
import org.nightjar.rank.Ranker;
import org.nightjar.rank.Rules;
import org.nightjar.table.Candidates;
import org.nightjar.table.Items;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;

/** Who is ranked in a view, among which items, and with what known of them. */
final class Gathering {
  private final RunContext context;
  private final Ranker ranker;
  private final Map<View, ListShape> shapes = new HashMap<>();

  Gathering(RunContext context) {
    this(
        context,
        new Ranker(
            context.models(),
            context.configuration().rank().withFallback(context.models()),
            Ranker.categories(context.traits(), context.itemCount())));
  }

  private Gathering(RunContext context, Ranker ranker) {
    this.context = context;
    this.ranker = ranker;
  }

  /** The same without the models that look at profiles. */
  Gathering withoutProfiles() {
    return new Gathering(
        context,
        ranker.over(
            ranker.models().stream()
                .filter(name -> !context.configuration().models().get(name).readsProfiles())
                .toList()));
  }

  Ranker ranker() {
    return ranker;
  }

  /** Candidates for the held-out users of a holdout view, or for the requested ones. */
  static Request request(RunContext context, View view) {
    Dataset<Row> excluded = Rules.excludedPerUser(context.ofView(view, "forbidden"));
    Dataset<Row> users =
        (view.isHoldout()
                ? context.ofView(view, "truth").select(Users.USER).distinct()
                : context.cleaned("users").where(col(Users.REQUESTED)).select(Users.USER))
            .join(context.profiles(), Users.USER)
            .join(excluded, new String[] {Users.USER}, "left");
    if (context.before().isPresent()) {
      users =
          users.join(
              context.ofView(view, RefreshStage.RELISTED), new String[] {Users.USER}, "left_semi");
    }
    users = context.workspace().write(users, "views", view.name(), "requests");
    return new Request(
        users, eligible(context, view), context.configuration().rank().candidatesPerModel());
  }

  /** What was available at a past cutoff is not known, so a holdout view may use every item. */
  static BitSet eligible(RunContext context, View view) {
    Dataset<Row> items = context.cleaned("items");
    return Rules.bits(view.isHoldout() ? items : Rules.eligible(items, view.cutoff()));
  }

  /** Features of candidates as of a view's cutoff. */
  RankFeatures features(View view) {
    return new RankFeatures(
        ranker.models(),
        feature(view, FeatureStage.ITEM_FEATURES),
        feature(view, FeatureStage.USER_FEATURES),
        context.itemCount());
  }

  /**
   * Every model's candidates for the users of a view, in one lazy pass; with the features' inputs
   * where the ranking is learned.
   */
  Dataset<Row> candidates(View view) {
    Request request = request(context, view);
    List<FittedModel> models =
        ranker.models().stream().map(name -> ModelStage.load(context, view, name)).toList();
    List<String> inputs = new ArrayList<>(ranker.inputs());
    Dataset<Row> users =
        with(
            request.users(),
            context
                .ofView(view, "context")
                .select(
                    Stream.concat(Stream.of(Users.USER, UserContext.EVENT_COUNT), inputs.stream())
                        .map(functions::col)
                        .toArray(Column[]::new)));
    RankSettings.RepeatPolicy repeat = ranker.settings().repeat().policy();
    if (repeat.needsBought()) {
      users = with(users, context.ofView(view, "bought"));
    }
    if (repeat == RankSettings.RepeatPolicy.ONLY) {
      users =
          users.withColumn(
              Candidates.WITHIN, coalesce(col(Candidates.BOUGHT), array().cast("array<int>")));
    }
    if (repeat == RankSettings.RepeatPolicy.MIXED) {
      inputs.add(Candidates.BOUGHT);
      inputs.add(Rules.REPEAT_SHARE);
    }
    if (!context.configuration().rank().learned().enabled()) {
      return ranker.gather(users, inputs, models, request.eligible());
    }
    List<String> ofFeatures = features(view).inputs();
    Dataset<Row> known =
        with(feature(view, FeatureStage.USER_FEATURES), feature(view, FeatureStage.USER_PAST));
    Column[] columns =
        Stream.concat(Stream.of(Users.USER), ofFeatures.stream())
            .map(known::col)
            .toArray(Column[]::new);
    inputs.addAll(ofFeatures);
    return ranker.gather(with(users, known.select(columns)), inputs, models, request.eligible());
  }

  /** What a view's lists are made of beside the order of the scores, but for learned shares. */
  ListShape shape(View view) {
    return shapes.computeIfAbsent(view, this::newShape);
  }

  private ListShape newShape(View view) {
    RankSettings settings = ranker.settings();
    BitSet newItems =
        settings.newItems().share() > 0
            ? Rules.bits(
                Rules.newItems(
                    context.cleaned("items"),
                    context.events(view),
                    settings.newItems().maxEvents()))
            : new BitSet();
    return new ListShape(null, newItems, settings.diversity().strength());
  }

  /** The candidates of a holdout view's users, with their truth. */
  Dataset<Row> candidatesWithTruth(View view) {
    Dataset<Row> truth =
        context
            .ofView(view, "truth")
            .groupBy(Users.USER)
            .agg(array_sort(collect_list(col(Items.ITEM))).as(BlendLearner.TRUTH));
    return candidates(view).join(truth, Users.USER);
  }

  private Dataset<Row> feature(View view, String table) {
    return context.workspace().read("views", view.name(), FeatureStage.FEATURES, table);
  }

  private static Dataset<Row> with(Dataset<Row> users, Dataset<Row> more) {
    return users.join(more, new String[] {Users.USER}, "left");
  }
}
