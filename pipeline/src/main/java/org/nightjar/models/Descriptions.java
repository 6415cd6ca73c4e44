package org.nightjar.models;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;

/**
 * Items as vectors of what is said about them: TF-IDF over their words, w = (1 + ln n)·ln((1 + N) /
 * (1 + N_word)) for a word that stands n times in the item's description and in those of N_word of
 * N items, then {@link LatentWords}.
 *
 * <p>Not MLlib's CountVectorizer: it leaves the order of equally frequent words to the partitions.
 */
final class Descriptions {
  /** Words of the most items that are known. */
  private static final int VOCABULARY = 50_000;

  /** Words of an item that count, those of the largest weights. */
  private static final int WORDS_PER_ITEM = 64;

  private static final String WORD = "word";
  private static final String TIMES = "times";
  private static final String ITEM_COUNT = "item_count";
  private static final String NUMBER = "number";
  private static final String WEIGHT = "weight";
  private static final String ENTRIES = "entries";
  private static final String NUMBERS = "numbers";
  private static final String WEIGHTS = "weights";

  private static final StructType VOCABULARY_SCHEMA =
      new StructType()
          .add(WORD, DataTypes.StringType, false)
          .add(NUMBER, DataTypes.IntegerType, false)
          .add(WEIGHT, DataTypes.DoubleType, false);

  private static final StructType VECTORS =
      new StructType()
          .add(Items.ITEM, DataTypes.IntegerType, false)
          .add(ItemVectors.VECTOR, DataTypes.createArrayType(DataTypes.FloatType, false), false);

  private Descriptions() {}

  /**
   * {@code item}, {@link ItemVectors#VECTOR} of at most {@code dimensions}; items whose words say
   * nothing about others have no row. The vocabulary and the items' words come to the driver.
   *
   * @param items {@link ItemTraits}
   * @param minItems words of fewer items are passed over
   */
  static Dataset<Row> vectors(
      Dataset<Row> items, int itemCount, int dimensions, int minItems, long seed) {
    Dataset<Row> wordsPerItem =
        items
            .select(col(Items.ITEM), explode(col(ItemTraits.WORDS)).as(WORD))
            .groupBy(Items.ITEM, WORD)
            .agg(count(lit(1)).as(TIMES));
    List<Row> vocabulary = vocabulary(wordsPerItem, itemCount, minItems);
    Dataset<Row> described =
        described(
            wordsPerItem, items.sparkSession().createDataFrame(vocabulary, VOCABULARY_SCHEMA));
    List<LatentWords.Description> descriptions = new ArrayList<>();
    for (Iterator<Row> rows = described.orderBy(Items.ITEM).toLocalIterator(); rows.hasNext(); ) {
      descriptions.add(description(rows.next()));
    }
    Broadcast<float[][]> basis =
        Broadcasts.of(
            items.sparkSession(),
            LatentWords.basis(descriptions, vocabulary.size(), dimensions, seed));
    MapFunction<Row, Row> vector =
        row ->
            RowFactory.create(
                row.<Integer>getAs(Items.ITEM), projected(description(row), basis.value()));
    return described.map(vector, Encoders.row(VECTORS));
  }

  /** Words by number of items, then by spelling, numbered from 0, with their IDF. */
  private static List<Row> vocabulary(Dataset<Row> wordsPerItem, int itemCount, int minItems) {
    List<Row> vocabulary = new ArrayList<>();
    for (Row row :
        wordsPerItem
            .groupBy(WORD)
            .agg(count(lit(1)).as(ITEM_COUNT))
            .where(col(ITEM_COUNT).geq(minItems).and(col(ITEM_COUNT).lt(itemCount)))
            .orderBy(col(ITEM_COUNT).desc(), col(WORD))
            .limit(VOCABULARY)
            .collectAsList()) {
      double rarity = Math.log((1.0 + itemCount) / (1.0 + row.getLong(1)));
      vocabulary.add(RowFactory.create(row.getString(0), vocabulary.size(), rarity));
    }
    return vocabulary;
  }

  /** One row per item with known words: the words' numbers and weights, the heaviest first. */
  private static Dataset<Row> described(Dataset<Row> wordsPerItem, Dataset<Row> vocabulary) {
    return wordsPerItem
        .join(broadcast(vocabulary), WORD)
        .withColumn(WEIGHT, log(col(TIMES)).plus(1.0).multiply(col(WEIGHT)))
        .groupBy(Items.ITEM)
        .agg(
            slice(
                    array_sort(collect_list(struct(negate(col(WEIGHT)).as(WEIGHT), col(NUMBER)))),
                    1,
                    WORDS_PER_ITEM)
                .as(ENTRIES))
        .select(
            col(Items.ITEM),
            transform(col(ENTRIES), e -> e.getField(NUMBER)).as(NUMBERS),
            transform(col(ENTRIES), e -> negate(e.getField(WEIGHT)).cast("float")).as(WEIGHTS));
  }

  /** At length 1, so that long descriptions weigh no more than short ones. */
  private static LatentWords.Description description(Row row) {
    float[] weights = TopN.floats(row, WEIGHTS);
    double square = 0;
    for (float weight : weights) {
      square += (double) weight * weight;
    }
    for (int at = 0; at < weights.length; at++) {
      weights[at] /= (float) Math.sqrt(square);
    }
    return new LatentWords.Description(TopN.ints(row, NUMBERS), weights);
  }

  private static Float[] projected(LatentWords.Description item, float[][] basis) {
    Float[] vector = new Float[basis.length];
    for (int dimension = 0; dimension < vector.length; dimension++) {
      float sum = 0;
      for (int at = 0; at < item.words().length; at++) {
        sum += item.weights()[at] * basis[dimension][item.words()[at]];
      }
      vector[dimension] = sum;
    }
    return vector;
  }
}
