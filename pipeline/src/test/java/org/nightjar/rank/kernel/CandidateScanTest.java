package org.nightjar.rank.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.table.Candidates;
import org.nightjar.table.Users;

class CandidateScanTest extends SparkTest {
  private static final StructType USERS =
      new StructType()
          .add(Users.USER, DataTypes.IntegerType)
          .add(Candidates.EXCLUDED, DataTypes.createArrayType(DataTypes.IntegerType))
          .add("club", DataTypes.StringType);

  /** The same scores for everybody whose club is known; told are their doubles. */
  private record Fixed(float... scores) implements CatalogueScorer {
    @Override
    public int itemCount() {
      return scores.length;
    }

    @Override
    public boolean score(Row user, float[] into) {
      System.arraycopy(scores, 0, into, 0, scores.length);
      return user.getAs("club") != null;
    }

    @Override
    public float published(float score) {
      return 2 * score;
    }
  }

  private static List<Row> scan(Dataset<Row> users, int perModel, float[]... models) {
    List<CandidateSource> sources =
        Arrays.stream(models).<CandidateSource>map(scores -> input -> new Fixed(scores)).toList();
    BitSet eligible = new BitSet();
    eligible.set(0, 4); // of five
    return CandidateScan.of(users, List.of(Users.USER, "club"), sources, eligible, perModel)
        .orderBy(Users.USER)
        .collectAsList();
  }

  private static Dataset<Row> users() {
    return rows(USERS, row(1, null, "a"), row(2, new Integer[] {3}, "b"), row(3, null, null));
  }

  @Test
  void theUnionOfEachModelsBestCarriesEveryModelsScore() {
    List<Row> found =
        scan(users(), 1, new float[] {1, 2, 3, 9, 10}, new float[] {5, Float.NaN, 1, 0, 10});

    // User 1: item 3 of the first model, 0 of the second; 4 is not eligible.
    assertThat(found.get(0).<Integer>getList(2)).containsExactly(0, 3);
    assertThat(found.get(0).<Float>getList(3)).containsExactly(2f, 18f, 10f, 0f);
    // User 2 must not get 3, so the first model proposes 2.
    assertThat(found.get(1).<Integer>getList(2)).containsExactly(0, 2);
    assertThat(found.get(1).<Float>getList(3)).containsExactly(2f, 6f, 10f, 2f);
    assertThat(found.get(1).getString(1)).isEqualTo("b");
  }

  @Test
  void whoIsBoundToSomeItemsGetsNoOthers() {
    List<Row> found =
        scan(
            users()
                .withColumn(
                    Candidates.WITHIN,
                    functions
                        .when(
                            functions.col(Users.USER).equalTo(1),
                            functions.array(functions.lit(0), functions.lit(2)))
                        .when(
                            functions.col(Users.USER).equalTo(3),
                            functions.array().cast("array<int>"))),
            2,
            new float[] {1, 2, 3, 9, 10});

    assertThat(found.get(0).<Integer>getList(2)).containsExactly(2);
    assertThat(found.get(1).<Integer>getList(2)).containsExactly(1, 2);
    assertThat(found.get(2).<Integer>getList(2)).isEmpty();
  }

  @Test
  void unknownScoresAreNaNAndUnknownUsersHaveNoCandidates() {
    List<Row> found =
        scan(users(), 2, new float[] {1, 2, 3, 9, 10}, new float[] {5, Float.NaN, 1, 0, 10});

    assertThat(found.get(0).<Integer>getList(2)).containsExactly(0, 2, 3);
    assertThat(found.get(0).<Float>getList(3)).containsExactly(2f, 6f, 18f, 10f, 2f, 0f);
    assertThat(found.get(2).<Integer>getList(2)).isEmpty();
    assertThat(found.get(2).<Float>getList(3)).isEmpty();
    Row second =
        scan(users(), 4, new float[] {1, 2, 3, 9, 10}, new float[] {5, Float.NaN, 1, 0, 10}).get(0);
    assertThat(second.<Float>getList(3).get(5)).isNaN();
  }

  @Test
  void aLaterStepReadsTheRowsWithAndWithoutAShuffleBetween() {
    List<CandidateSource> sources = List.of(input -> new Fixed(3, 1, 2, 0, 0));
    BitSet eligible = new BitSet();
    eligible.set(0, 5);
    Dataset<Row> scanned =
        CandidateScan.of(users(), List.of(Users.USER, "club"), sources, eligible, 2);
    MapFunction<Row, Integer> first = row -> Arrays.stream(TopN.ints(row, Candidates.ITEMS)).sum();

    List<Integer> direct = scanned.map(first, Encoders.INT()).collectAsList();
    List<Integer> shuffled =
        scanned
            .repartition(3, functions.col(Users.USER))
            .map(first, Encoders.INT())
            .collectAsList();

    assertThat(direct).containsExactlyInAnyOrder(2, 2, 0);
    assertThat(shuffled).containsExactlyInAnyOrderElementsOf(direct);
  }
}
