package org.nightjar.publish;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.OutputSettings;
import org.nightjar.table.Catalogue;
import org.nightjar.table.Fallback;
import org.nightjar.table.Items;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.Users;

class ReleaseWriterTest extends SparkTest {
  private static final StructType USERS =
      new StructType()
          .add(Users.USER, DataTypes.IntegerType)
          .add(Users.USER_ID, DataTypes.StringType);
  private static final StructType ITEMS =
      new StructType()
          .add(Items.ITEM, DataTypes.IntegerType)
          .add(Items.ITEM_ID, DataTypes.StringType);

  @TempDir Path output;

  private ReleaseTables tables() {
    return new ReleaseTables(
        rows(
            Recommendations.INDEXED.schema(),
            row(1, 2, 0, 0.25, "als", "because you bought b"),
            row(0, 1, 1, 0.12345678, "repeat", "you often buy this"),
            row(1, 1, 1, -1e-9, "als", "popular"),
            row(0, 2, 0, 0.1, "popularity", "popular")),
        rows(USERS, row(0, "u0"), row(1, "u1"), row(2, "u2")),
        rows(ITEMS, row(0, "a"), row(1, "b")),
        rows(Fallback.TABLE.schema(), row("all", 1, "a", 3.0), row("all", 2, "b", 2.0)),
        rows(SimilarItems.TABLE.schema(), row("a", 1, "b", 0.5)),
        rows(Metrics.TABLE.schema(), row("r1", "blend", "all", "map", 10, 0.2, 0.1, 0.3, 5L)),
        Map.of(
            Catalogue.TABLE,
            rows(Catalogue.TABLE.schema(), row("a", "A", null, 3L, 2L)),
            UserMetrics.PUBLISHED,
            rows(
                UserMetrics.PUBLISHED.schema(),
                row("u1", "map", 10, 0.5),
                row("u0", "map", 10, 0.25))));
  }

  private ReleaseWriter writer(long maxRowsPerFile) {
    return new ReleaseWriter(
        Samples.releases(output),
        new OutputSettings("unused", maxRowsPerFile, 10, 10, 0, 0, null, null));
  }

  private Dataset<Row> recommendations(String runId) {
    return spark.read().parquet(Samples.releases(output).path(runId, "recommendations"));
  }

  @Test
  void writesIdsAndRoundedScoresInTheDeclaredColumns() {
    Map<String, Manifest.PublishedTable> written = writer(100).write("r1", tables());
    Dataset<Row> lists = recommendations("r1");
    assertThat(lists.columns()).containsExactly(Recommendations.TABLE.schema().fieldNames());
    assertThat(sorted(lists))
        .containsExactly(
            "[u0,1,b,0.123457,repeat,you often buy this]",
            "[u0,2,a,0.1,popularity,popular]",
            "[u1,1,b,0.0,als,popular]",
            "[u1,2,a,0.25,als,because you bought b]");
    assertThat(written.keySet())
        .containsExactlyInAnyOrder(
            "recommendations", "fallback", "similar_items", "metrics", "catalogue", "user_metrics");
    assertThat(written.get("recommendations").rows()).isEqualTo(4);
    assertThat(written.get("recommendations").files()).isEqualTo(1);
    assertThat(written.get("recommendations").columns().get(0))
        .isEqualTo(new Manifest.Column("user_id", "string"));
    assertThat(output.resolve("releases/r1/manifest.json")).doesNotExist();
  }

  @Test
  void filesAreBoundedSortedAndHoldSeparateRangesOfUsers() {
    int users = 40;
    int perUser = 5;
    List<Row> lists = new ArrayList<>();
    List<Row> ids = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      ids.add(row(user, String.format("u%02d", user)));
      for (int rank = 1; rank <= perUser; rank++) {
        lists.add(row(user, rank, rank % 2, 1.0 / rank, "als", "popular"));
      }
    }
    ReleaseTables tables = tables();
    ReleaseTables many =
        new ReleaseTables(
            spark.createDataFrame(lists, Recommendations.INDEXED.schema()).repartition(7),
            spark.createDataFrame(ids, USERS),
            tables.items(),
            tables.fallback(),
            tables.similarItems(),
            tables.metrics(),
            Map.of());
    Manifest.PublishedTable written = writer(60).write("r1", many).get("recommendations");
    assertThat(written.files()).isGreaterThanOrEqualTo(4);
    List<String> firstOfNext = new ArrayList<>();
    for (var file : Samples.releases(output).dataFiles("r1", "recommendations")) {
      List<Row> rows = spark.read().parquet(file.getPath().toString()).collectAsList();
      assertThat(rows).hasSizeLessThanOrEqualTo(60);
      List<String> keys = rows.stream().map(r -> r.getString(0) + " " + r.getInt(1)).toList();
      assertThat(keys).isSorted();
      firstOfNext.add(keys.get(0));
      firstOfNext.add(keys.get(keys.size() - 1));
    }
    assertThat(firstOfNext).isSorted();
  }

  @Test
  void theRowsAreTheSameWhateverThePartitioning() {
    ReleaseTables tables = tables();
    writer(100).write("r1", tables);
    for (int partitions : new int[] {1, 16}) {
      String runId = "p" + partitions;
      writer(2)
          .write(
              runId,
              new ReleaseTables(
                  tables.lists().repartition(partitions, col(Items.ITEM)),
                  tables.users().repartition(partitions),
                  tables.items().repartition(partitions),
                  tables.fallback().repartition(partitions),
                  tables.similarItems(),
                  tables.metrics(),
                  Map.of()));
      assertThat(sorted(recommendations(runId))).isEqualTo(sorted(recommendations("r1")));
    }
  }

  @Test
  void remainsOfAnUnfinishedRunAreCleared() throws IOException {
    Path remains = output.resolve("releases/r1/recommendations/part-9.parquet");
    Files.createDirectories(remains.getParent());
    Files.writeString(remains, "half a file");
    writer(100).write("r1", tables());
    assertThat(remains).doesNotExist();
    assertThat(recommendations("r1").count()).isEqualTo(4);
  }

  @Test
  void aSealedReleaseIsNotWrittenOver() {
    Samples.seal(output, "r1");
    assertThatThrownBy(() -> writer(100).write("r1", tables()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("immutable");
    assertThat(output.resolve("releases/r1/recommendations/part-0.parquet"))
        .hasContent("rows of r1");
  }

  @Test
  void emptyTablesAreWrittenWithTheirColumns() {
    ReleaseTables tables = tables();
    writer(100)
        .write(
            "r1",
            new ReleaseTables(
                tables.lists().limit(0),
                tables.users(),
                tables.items(),
                tables.fallback(),
                tables.similarItems().limit(0),
                tables.metrics(),
                Map.of()));
    assertThat(recommendations("r1").columns())
        .containsExactly(Recommendations.TABLE.schema().fieldNames());
    assertThat(recommendations("r1").count()).isZero();
  }
}
