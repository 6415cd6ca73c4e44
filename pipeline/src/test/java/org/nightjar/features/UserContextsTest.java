package org.nightjar.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Instant;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.table.Events;
import org.nightjar.table.UserContext;

class UserContextsTest extends SparkTest {
  private static final Instant CUTOFF = Instant.parse("2025-06-01T00:00:00Z");
  private static final StructType EVENTS =
      new StructType()
          .add(Events.USER, DataTypes.IntegerType)
          .add(Events.ITEM, DataTypes.IntegerType)
          .add(Events.EVENT_AT, DataTypes.TimestampType);

  private static Timestamp at(String time) {
    return Timestamp.from(Instant.parse(time));
  }

  @Test
  void latestItemsComeFirst() {
    var contexts =
        UserContexts.of(
            rows(
                EVENTS,
                row(0, 3, at("2025-05-01T12:00:00Z")),
                row(0, 3, at("2025-05-21T12:00:00Z")),
                row(0, 7, at("2025-05-31T12:00:00Z")),
                row(1, 5, null)),
            CUTOFF);

    assertThat(sorted(UserContext.TABLE.conform(contexts)))
        .containsExactly(
            "[0,3,ArraySeq(7, 3),ArraySeq(1, 2),ArraySeq(0, 30),ArraySeq(0, 10)]",
            "[1,1,ArraySeq(5),ArraySeq(1),ArraySeq(null),ArraySeq(null)]");
  }
}
