package org.nightjar.rank.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.nightjar.HeldOnExecutors;
import org.nightjar.SparkTest;

class SparkScopeTest extends SparkTest {
  private final Set<String> before = HeldOnExecutors.names(spark);

  @Test
  void releasesWhatWasBroadcastAndCachedWhenTheWorkEnds() {
    long rows =
        SparkScope.call(
            () -> {
              Broadcast<int[]> broadcast = Broadcasts.of(spark, new int[] {1, 2, 3});
              Dataset<Row> cached = SparkScope.persisted(spark.range(5).toDF());
              assertThat(broadcast.value()).hasSize(3);
              long count = cached.count();
              assertThat(HeldOnExecutors.since(before, spark, 2)).hasSize(2);
              return count;
            });

    assertThat(rows).isEqualTo(5);
    assertThat(HeldOnExecutors.since(before, spark)).isEmpty();
  }

  @Test
  void releasesWhenTheWorkFails() {
    assertThatThrownBy(
            () ->
                SparkScope.run(
                    () -> {
                      Broadcasts.of(spark, new int[1000]);
                      SparkScope.persisted(spark.range(7).toDF()).count();
                      throw new IllegalStateException("in the middle");
                    }))
        .hasMessage("in the middle");

    assertThat(HeldOnExecutors.since(before, spark)).isEmpty();
  }

  @Test
  void theInnermostScopeOwnsAndTheOuterOneKeepsItsOwn() {
    SparkScope.run(
        () -> {
          Broadcast<int[]> outer = Broadcasts.of(spark, new int[] {1});
          SparkScope.run(() -> Broadcasts.of(spark, new int[] {2}));
          assertThat(HeldOnExecutors.since(before, spark, 1)).hasSize(1);
          assertThat(outer.value()).containsExactly(1);
          Broadcasts.of(spark, new int[] {3});
        });

    assertThat(HeldOnExecutors.since(before, spark)).isEmpty();
  }

  @Test
  void whatAnotherThreadBroadcastsBelongsToTheScopeThatSentIt() {
    SparkScope.run(
        () ->
            CompletableFuture.runAsync(
                    SparkScope.carried(() -> Broadcasts.of(spark, new int[] {4})))
                .join());

    assertThat(HeldOnExecutors.since(before, spark)).isEmpty();
  }

  @Test
  void whatWasReleasedEarlyIsNotReleasedAgain() {
    SparkScope.run(
        () -> {
          Broadcast<int[]> broadcast = Broadcasts.of(spark, new int[] {5});
          SparkScope.release(broadcast);
          assertThat(HeldOnExecutors.since(before, spark)).isEmpty();
        });
  }
}
