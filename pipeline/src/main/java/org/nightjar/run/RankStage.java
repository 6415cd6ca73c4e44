package org.nightjar.run;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.RankSettings;
import org.nightjar.features.ProfileLevels;
import org.nightjar.models.FittedModel;
import org.nightjar.models.ItemVectors;
import org.nightjar.models.Request;
import org.nightjar.rank.BlendLearner;
import org.nightjar.rank.BlendWeights;
import org.nightjar.rank.Ranker;
import org.nightjar.rank.Reasons;
import org.nightjar.rank.Rules;
import org.nightjar.rank.SimilarItemLists;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.table.Candidates;
import org.nightjar.table.Fallback;
import org.nightjar.table.Items;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Users;

/**
 * Asks every model for candidates, learns the blend on the holdout views, and makes the lists: of
 * the held-out users for the evaluation, of the requested users for publishing, and the fallback
 * and similar-item tables.
 *
 * <p>Blend weights are cross-fitted: each hashed half of the held-out users is ranked with weights
 * learned on the other half, so the metrics are those of lists that never saw their own truth. The
 * published lists use weights learned on all.
 */
final class RankStage implements Stage {
  private static final int MAX_FALLBACK_LEVELS = 200;

  @Override
  public String name() {
    return "rank";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    RankSettings settings = context.configuration().rank();
    Ranker ranker =
        new Ranker(
            context.models(),
            settings.withFallback(context.models()),
            Ranker.categories(context.traits(), context.itemCount()));
    for (View view : context.views()) {
      propose(context, view);
    }
    context.learned(BlendWeights.configured(settings.blend(), context.models()));
    if (!context.holdouts().isEmpty()) {
      rankHoldouts(context, ranker);
    }
    Map<String, Long> counts = new LinkedHashMap<>();
    context.full().ifPresent(view -> counts.putAll(rankFull(context, view, ranker)));
    return counts;
  }

  private static void propose(RunContext context, View view) {
    Request request = request(context, view);
    List<Runnable> proposals = new ArrayList<>();
    for (String model : context.models()) {
      proposals.add(
          () ->
              context
                  .workspace()
                  .write(
                      ModelStage.load(context, view, model).propose(request),
                      "views",
                      view.name(),
                      "proposals",
                      model));
    }
    Together.run(proposals);
  }

  /** Candidates for the held-out users of a holdout view, or for the requested ones. */
  static Request request(RunContext context, View view) {
    Dataset<Row> excluded = Rules.excludedPerUser(context.ofView(view, "forbidden"));
    Dataset<Row> users =
        (view.isHoldout()
                ? context.ofView(view, "truth").select(Users.USER).distinct()
                : requested(context))
            .join(context.profiles(), Users.USER)
            .join(excluded, new String[] {Users.USER}, "left");
    users = context.workspace().write(users, "views", view.name(), "requests");
    return new Request(
        users, eligible(context, view), context.configuration().rank().candidatesPerModel());
  }

  private static Dataset<Row> requested(RunContext context) {
    return context.cleaned("users").where(col(Users.REQUESTED)).select(Users.USER);
  }

  /** What was available at a past cutoff is not known, so a holdout view may use every item. */
  private static BitSet eligible(RunContext context, View view) {
    Dataset<Row> items = context.cleaned("items");
    return Rules.bits(view.isHoldout() ? items : Rules.eligible(items, view.cutoff()));
  }

  /** {@link Candidates#TABLE} of all models. */
  static Dataset<Row> candidates(RunContext context, View view) {
    return context.models().stream()
        .map(
            model ->
                context
                    .workspace()
                    .read("views", view.name(), "proposals", model)
                    .withColumn(Candidates.MODEL, lit(model)))
        .reduce(Dataset::unionByName)
        .orElseThrow();
  }

  private static Dataset<Row> gathered(RunContext context, View view, Ranker ranker) {
    return ranker.gather(candidates(context, view), context.ofView(view, "context"));
  }

  private static void rankHoldouts(RunContext context, Ranker ranker) {
    long seed = context.configuration().seed();
    Map<View, Dataset<Row>> gatheredByView = new LinkedHashMap<>();
    for (View view : context.holdouts()) {
      Dataset<Row> truth =
          context
              .ofView(view, "truth")
              .groupBy(Users.USER)
              .agg(array_sort(collect_list(col(Items.ITEM))).as(BlendLearner.TRUTH));
      gatheredByView.put(
          view,
          context
              .workspace()
              .write(
                  gathered(context, view, ranker).join(truth, Users.USER),
                  "views",
                  view.name(),
                  "gathered"));
    }
    BlendWeights[] byHalf = {context.weights(), context.weights()};
    if (context.configuration().rank().blend().learn()) {
      Dataset<Row> all = gatheredByView.values().stream().reduce(Dataset::union).orElseThrow();
      BlendLearner learner = new BlendLearner(context.models(), ranker.settings());
      for (int half = 0; half < byHalf.length; half++) {
        byHalf[half] = learner.learn(all.where(Rules.half(seed).notEqual(half)), seed);
      }
      context.learned(learner.learn(all, seed));
    }
    int longest =
        context.configuration().evaluation().ks().stream().max(Integer::compare).orElseThrow();
    gatheredByView.forEach(
        (view, gathered) -> {
          Dataset<Row> lists =
              ranker
                  .lists(gathered.where(Rules.half(seed).equalTo(0)), byHalf[0], longest)
                  .union(
                      ranker.lists(
                          gathered.where(Rules.half(seed).equalTo(1)), byHalf[1], longest));
          context.workspace().write(lists, "views", view.name(), "lists");
        });
  }

  private static Map<String, Long> rankFull(RunContext context, View view, Ranker ranker) {
    Workspace workspace = context.workspace();
    int length =
        context.configuration().evaluation().test() == null
            ? ranker.settings().listLength()
            : Math.max(
                ranker.settings().listLength(),
                context.configuration().evaluation().ks().stream()
                    .max(Integer::compare)
                    .orElseThrow());
    long users =
        workspace.writeCounting(
            ranker.lists(gathered(context, view, ranker), context.weights(), length),
            "views",
            view.name(),
            "lists");
    Map<String, Long> counts = new LinkedHashMap<>();
    if (!context.options().publish()) {
      return counts;
    }
    Map<String, FittedModel> models = new LinkedHashMap<>();
    context.models().forEach(name -> models.put(name, ModelStage.load(context, view, name)));
    Map<String, Explainer> explainers = new TreeMap<>();
    models.forEach((name, model) -> explainers.put(name, model.explainer()));
    long rows =
        workspace.writeCounting(
            Reasons.attach(
                    context.ofView(view, "lists"),
                    context.profiles(),
                    context.ofView(view, "context"),
                    explainers,
                    Ranker.names(context.traits(), context.itemCount()))
                .where(col(Recommendations.RANK).leq(ranker.settings().listLength())),
            "views",
            view.name(),
            "recommendations");
    counts.put("users", users);
    counts.put("rows", rows);
    counts.put(
        "fallback_rows",
        workspace.writeCounting(
            fallback(context, view, ranker, models), "views", view.name(), "fallback"));
    counts.put(
        "similar_rows",
        workspace.writeCounting(
            similarItems(context, view, models), "views", view.name(), "similar_items"));
    return counts;
  }

  /**
   * The lists of made-up users without history: one without a profile, and one per profile level
   * with just that level. They go through the fallback models and the same rules.
   */
  private static Dataset<Row> fallback(
      RunContext context, View view, Ranker ranker, Map<String, FittedModel> models) {
    List<String> profile = context.profile();
    Map<String, List<String>> levels =
        ProfileLevels.commonest(context.profiles(), profile, MAX_FALLBACK_LEVELS);
    Map<Integer, String> segments = new LinkedHashMap<>();
    List<Row> made = new ArrayList<>();
    Object[] nobody = new Object[2 + profile.size()];
    nobody[0] = 0;
    made.add(RowFactory.create(nobody));
    segments.put(0, Fallback.EVERYONE);
    for (int at = 0; at < profile.size(); at++) {
      for (String level : levels.getOrDefault(profile.get(at), List.of())) {
        Object[] user = new Object[2 + profile.size()];
        user[0] = made.size();
        user[2 + at] = level;
        segments.put(made.size(), profile.get(at) + "=" + level);
        made.add(RowFactory.create(user));
      }
    }
    StructType schema =
        new StructType()
            .add(Users.USER, DataTypes.IntegerType, false)
            .add(Request.EXCLUDED, DataTypes.createArrayType(DataTypes.IntegerType, false));
    for (String name : profile) {
      schema = schema.add(new StructField(name, DataTypes.StringType, true, Metadata.empty()));
    }
    Request request =
        new Request(
            context.spark().createDataFrame(made, schema),
            eligible(context, view),
            ranker.settings().candidatesPerModel());
    List<String> chain = ranker.settings().fallback();
    Dataset<Row> candidates =
        chain.stream()
            .map(name -> models.get(name).propose(request).withColumn(Candidates.MODEL, lit(name)))
            .reduce(Dataset::unionByName)
            .orElseThrow();
    Map<String, Map<String, Double>> firstOnly = new LinkedHashMap<>();
    RankSettings.ACTIVITY_SEGMENTS.forEach(s -> firstOnly.put(s, Map.of(chain.get(0), 1.0)));
    Dataset<Row> lists =
        ranker.lists(
            ranker.gather(candidates, context.ofView(view, "context").limit(0)),
            new BlendWeights(firstOnly),
            ranker.settings().listLength());
    List<Row> names = new ArrayList<>();
    segments.forEach((user, name) -> names.add(RowFactory.create(user, name)));
    Dataset<Row> segmentNames =
        context
            .spark()
            .createDataFrame(
                names,
                new StructType()
                    .add(Users.USER, DataTypes.IntegerType, false)
                    .add(Fallback.SEGMENT, DataTypes.StringType, false));
    return Ranker.byRank(lists, Users.USER, Ranker.ITEMS, Ranker.SCORES)
        .select(
            col(Users.USER),
            col(Fallback.RANK),
            col(Ranker.ITEMS).as(Items.ITEM),
            col(Ranker.SCORES).as(Fallback.SCORE))
        .join(segmentNames, Users.USER)
        .join(context.itemIds(), Items.ITEM)
        .select(Fallback.SEGMENT, Fallback.RANK, Fallback.ITEM_ID, Fallback.SCORE);
  }

  /** From the first model with item vectors; without any, from the first with neighbours. */
  private static Dataset<Row> similarItems(
      RunContext context, View view, Map<String, FittedModel> models) {
    int perItem = context.configuration().output().similarItems();
    Optional<Dataset<Row>> vectors = first(models, FittedModel::itemVectors);
    Optional<Dataset<Row>> neighbours = first(models, FittedModel::similarItems);
    if (perItem == 0 || (vectors.isEmpty() && neighbours.isEmpty())) {
      if (perItem > 0) {
        context
            .warnings()
            .add("No model compares items, so similar_items is empty; add an als or item-knn.");
      }
      return context.spark().createDataFrame(List.of(), SimilarItems.TABLE.schema());
    }
    BitSet eligible = eligible(context, view);
    Dataset<Row> lists =
        vectors
            .map(
                rows ->
                    SimilarItemLists.of(
                        rows,
                        ItemVectors.VECTOR,
                        ItemVectors.normalised(
                            ItemVectors.byIndex(
                                rows, Items.ITEM, ItemVectors.VECTOR, context.itemCount())),
                        eligible,
                        perItem))
            .orElseGet(
                () -> SimilarItemLists.ofNeighbours(neighbours.orElseThrow(), eligible, perItem));
    Dataset<Row> ids = context.itemIds();
    return lists
        .join(ids, Items.ITEM)
        .join(
            ids.select(
                col(Items.ITEM).as(SimilarItemLists.SIMILAR_ITEM),
                col(Items.ITEM_ID).as(SimilarItems.SIMILAR_ITEM_ID)),
            SimilarItemLists.SIMILAR_ITEM)
        .select(
            SimilarItems.ITEM_ID,
            SimilarItems.RANK,
            SimilarItems.SIMILAR_ITEM_ID,
            SimilarItems.SCORE);
  }

  private static Optional<Dataset<Row>> first(
      Map<String, FittedModel> models, Function<FittedModel, Optional<Dataset<Row>>> table) {
    return models.values().stream().map(table).flatMap(Optional::stream).findFirst();
  }
}
