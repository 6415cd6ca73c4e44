package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.nightjar.rank.BlendWeights;
import org.nightjar.rank.Explaining;
import org.nightjar.rank.ListShape;
import org.nightjar.rank.Ranker;
import org.nightjar.rank.RankingChoice;
import org.nightjar.rank.Reasons;
import org.nightjar.rank.Scoring;
import org.nightjar.rank.SimilarItemLists;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.table.Attributes;
import org.nightjar.table.Candidates;
import org.nightjar.table.Explanations;
import org.nightjar.table.Fallback;
import org.nightjar.table.Items;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;

/**
 * Asks every model for candidates, learns how to order them, and makes the lists: of the held-out
 * users for the evaluation ({@link RankLearning}), of the requested users for publishing, and the
 * fallback and similar-item tables.
 */
final class RankStage implements Stage {
  private static final int MAX_FALLBACK_LEVELS = 200;
  private static final String RANK = "rank";

  /** What {@link RankLearning} found, kept for a refresh. */
  static final String LEARNED = "learned";

  @Override
  public String name() {
    return RANK;
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    Gathering gathering = new Gathering(context);
    Kept kept =
        context
            .before()
            .map(work -> work.load(Kept.class, RANK, LEARNED))
            .orElseGet(() -> Kept.of(new RankLearning(context, gathering).learn(), context));
    RankLearning.Learned learned = kept.learned();
    context.workspace().save(kept, RANK, LEARNED);
    context.ranked(kept.choices(), kept.gains());
    context.learned(learned.blend());
    Map<String, Long> counts = new LinkedHashMap<>();
    context.full().ifPresent(view -> counts.putAll(rankFull(context, view, gathering, learned)));
    return counts;
  }

  /**
   * What a refresh takes over from the night.
   *
   * @param learned what orders candidates
   * @param choices see {@link RunContext#choices}
   * @param gains see {@link RunContext#gains}
   */
  private record Kept(
      RankLearning.Learned learned, List<RankingChoice> choices, Map<String, Double> gains)
      implements Serializable {

    static Kept of(RankLearning.Learned learned, RunContext context) {
      return new Kept(learned, context.choices(), new LinkedHashMap<>(context.gains()));
    }
  }

  private static Map<String, Long> rankFull(
      RunContext context, View view, Gathering gathering, RankLearning.Learned learned) {
    Workspace workspace = context.workspace();
    Ranker ranker = gathering.ranker();
    ListShape shape = learned.shape(gathering, view);
    Dataset<Row> gathered = gathering.candidates(view);
    int length = ranker.settings().listLength();
    if (context.configuration().evaluation().test() != null) {
      length = Math.max(length, RankLearning.longestK(context));
      gathered = workspace.write(gathered, "views", view.name(), "gathered");
      if (context.rankings().containsKey(Metrics.LEARNED)) {
        Scoring trees =
            learned.learned(
                gathering, gathering.features(view), Set.copyOf(RankSettings.ACTIVITY_SEGMENTS));
        write(
            context,
            view,
            Metrics.BLEND,
            ranker.lists(gathered, learned.blending(gathering), shape, length));
        write(context, view, Metrics.LEARNED, ranker.lists(gathered, trees, shape, length));
      }
      if (learned.withoutProfiles() != null) {
        Gathering bare = gathering.withoutProfiles();
        write(
            context,
            view,
            Metrics.WITHOUT_PROFILES,
            bare.ranker()
                .lists(
                    ranker.gatheredBy(gathered, bare.ranker().models()),
                    learned.withoutProfiles().scoring(bare, view),
                    learned.withoutProfiles().shape(bare, view),
                    length));
      }
      for (double strength : ranker.settings().diversity().curve()) {
        write(
            context,
            view,
            Metrics.diversity(strength),
            ranker.lists(gathered, learned.scoring(gathering, view), shape.with(strength), length));
      }
    }
    long users =
        workspace.writeCounting(
            ranker.lists(gathered, learned.scoring(gathering, view), shape, length),
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
    Dataset<Row> made =
        Reasons.attach(
                context.ofView(view, "lists"),
                context.profiles(),
                context.ofView(view, "context"),
                explainers,
                Ranker.names(context.traits(), context.itemCount()))
            .where(col(Recommendations.RANK).leq(ranker.settings().listLength()));
    Dataset<Row> explained =
        Explaining.of(
            context.ofView(view, "lists"),
            context.profiles(),
            models,
            itemIds(context),
            ranker.settings().listLength());
    if (context.before().isPresent()) {
      made = made.unionByName(context.ofView(view, RefreshStage.KEPT));
      explained = explained.unionByName(context.ofView(view, RefreshStage.KEPT_EXPLANATIONS));
    }
    long rows = workspace.writeCounting(made, "views", view.name(), "recommendations");
    workspace.write(explained, "views", view.name(), Explanations.TABLE.name());
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

  /** Ids by item index; catalogue-sized. */
  private static String[] itemIds(RunContext context) {
    String[] ids = new String[context.itemCount()];
    for (Row row : context.itemIds().collectAsList()) {
      ids[row.getInt(0)] = row.getString(1);
    }
    return ids;
  }

  private static void write(RunContext context, View view, String ranking, Dataset<Row> lists) {
    context.workspace().write(lists, "views", view.name(), RankLearning.lists(ranking));
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
            .add(Candidates.EXCLUDED, DataTypes.createArrayType(DataTypes.IntegerType, false));
    for (String name : profile) {
      schema =
          schema.add(
              new StructField(
                  Attributes.column(name), DataTypes.StringType, true, Metadata.empty()));
    }
    List<String> chain = ranker.settings().fallback();
    Ranker ofChain = new Ranker(chain, ranker.settings(), ranker.categories());
    Map<String, Map<String, Double>> firstOnly = new LinkedHashMap<>();
    RankSettings.ACTIVITY_SEGMENTS.forEach(s -> firstOnly.put(s, Map.of(chain.get(0), 1.0)));
    Dataset<Row> lists =
        ofChain.lists(
            ofChain.gather(
                context
                    .spark()
                    .createDataFrame(made, schema)
                    .withColumn(UserContext.EVENT_COUNT, lit(0L)),
                List.of(),
                chain.stream().map(models::get).toList(),
                Gathering.eligible(context, view)),
            new BlendWeights(firstOnly).over(chain),
            ListShape.AS_SCORED,
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
    BitSet eligible = Gathering.eligible(context, view);
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
