package org.nightjar.models;

import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;

/**
 * What people with such a profile buy: score(u,i) = p(i) · Π_a lift(i, level of u in a)^w, with
 * p(i) the item's share of all buyers and lift how much likelier the level makes it, drawn towards
 * 1 ({@link Audience}); both with decay. Rare combinations fall back gracefully, since attributes
 * multiply; a user without profile gets plain popularity.
 *
 * <p>Source: naive Bayes over profile attributes, with shrunken lifts; w below 1 allows for
 * attributes that say the same twice.
 */
@JsonTypeName("demographic")
public record Demographic(
    @Setting(
            value = "Profile attributes to use; empty: all categorical, ordinal and numeric ones.",
            byDefault = "[]")
        List<String> attributes,
    @Setting(
            value =
                "s, imagined interactions of every level with every item, as many as everybody's, that draw a level's"
                    + " preferences towards everybody's.",
            byDefault = "40")
        double smoothing,
    @Setting(value = "w, the weight of each attribute, 0 to 1.", byDefault = "1")
        double attributeWeight,
    @Setting(
            value = "Days after which a user's last event counts half; 0: events never fade.",
            byDefault = "91")
        double halfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights,
    @Setting(value = "Most levels per attribute, those of most users first.", byDefault = "64")
        int maxLevels)
    implements CandidateModel {

  private static final String ITEMS = "item_weights";
  private static final String CELLS = "cells";

  public Demographic {
    Require.that(smoothing > 0, "smoothing is %s but must be > 0", smoothing);
    Require.that(
        attributeWeight >= 0 && attributeWeight <= 1,
        "attributeWeight is %s but must be from 0 to 1",
        attributeWeight);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
    Require.that(maxLevels >= 1, "maxLevels is %s but must be >= 1", maxLevels);
  }

  @Override
  public boolean readsProfiles() {
    return true;
  }

  @Override
  public boolean proposesToNewUsers() {
    return true;
  }

  @Override
  public FittedModel fit(Training training) {
    List<String> used = used(attributes, training.profile());
    Dataset<Row> pairs =
        Interactions.pairsByCalendar(
                training.events(), training.cutoff(), halfLifeDays, eventWeights)
            .withColumnRenamed(Events.ITEM, Audience.GROUP);
    return restore(
        Map.of(
            ITEMS,
            Audience.groups(pairs, lit(0)),
            CELLS,
            Audience.cells(pairs, training.profiles(), used, maxLevels, lit(0))),
        training.itemCount());
  }

  /** The attributes that a model uses: those named, or all. */
  static List<String> used(List<String> named, List<String> all) {
    return named.isEmpty() ? all : named.stream().filter(all::contains).toList();
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("halfLifeDays", SearchSpace.oneOf(0, 7, 14, 30, 60, 120))
        .with("smoothing", SearchSpace.logUniform(3, 300))
        .with("attributeWeight", SearchSpace.uniform(0.3, 1))
        .with("attributes", SearchSpace.someOf(profile))
        .judgedOnColdUsers();
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return new FittedProfile(tables, new Once<>(() -> scorer(tables, itemCount)));
  }

  private ProfileScorer scorer(Map<String, Dataset<Row>> tables, int itemCount) {
    List<Row> cells = tables.get(CELLS).collectAsList();
    Audience audience =
        Audience.of(
            Audience.groupWeights(tables.get(ITEMS), itemCount),
            cells,
            IntStream.range(0, itemCount).toArray(),
            smoothing);
    Map<String, Map<String, float[]>> additions = new TreeMap<>();
    for (Row cell : cells) {
      additions
          .computeIfAbsent(Attributes.column(cell.getString(0)), a -> new HashMap<>())
          .computeIfAbsent(cell.getString(1), l -> weighted(audience.ratio(cell.getString(0), l)));
    }
    return new ProfileScorer(audience.logShare(), additions);
  }

  private float[] weighted(float[] ratio) {
    float[] weighted = new float[ratio.length];
    for (int item = 0; item < ratio.length; item++) {
      weighted[item] = (float) attributeWeight * ratio[item];
    }
    return weighted;
  }
}
