package org.nightjar.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.config.Attribute;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;
import org.nightjar.table.UserFeatures;

/** Three users, three items, six purchases in nine weeks. */
class ExplorationTest extends SparkTest {
  private static final StructType PROFILES =
      new StructType()
          .add("user", DataTypes.IntegerType, false)
          .add(Attributes.column("age"), DataTypes.StringType)
          .add(Attributes.column("city"), DataTypes.StringType);

  private static final Map<String, Attribute> ATTRIBUTES =
      Map.of(
          "age",
          new Attribute(
              Attribute.Type.ORDINAL,
              List.of("young", "old"),
              Attribute.LetterCase.AS_IS,
              Map.of(),
              List.of(),
              Attribute.Impute.UNKNOWN,
              null),
          "city",
          new Attribute(
              Attribute.Type.CATEGORICAL,
              List.of(),
              Attribute.LetterCase.AS_IS,
              Map.of(),
              List.of(),
              Attribute.Impute.UNKNOWN,
              null));

  private static Row event(int user, int item, String at, Double amount) {
    return row(
        user,
        item,
        "purchase",
        Timestamp.from(Instant.parse(at)),
        1.0,
        amount,
        null,
        null,
        "o",
        null);
  }

  private static Dataset<Row> events() {
    return rows(
        Events.CLEAN.schema(),
        event(0, 0, "2024-01-01T09:30:00Z", 2.0),
        event(0, 0, "2024-01-09T09:30:00Z", 2.0),
        event(0, 1, "2024-01-16T10:00:00Z", 4.0),
        event(1, 0, "2024-01-02T23:00:00Z", 8.0),
        event(1, 2, "2024-03-01T00:00:00Z", null),
        event(2, 0, "2024-01-09T12:00:00Z", 2.0));
  }

  private static Exploration exploration(UnaryOperator<Dataset<Row>> shuffled) {
    Dataset<Row> profiles =
        rows(PROFILES, row(0, "old", "X"), row(1, "young", "X"), row(2, "young", null));
    Dataset<Row> userFeatures =
        rows(
            new StructType()
                .add("user", DataTypes.IntegerType, false)
                .add(UserFeatures.FREQUENCY_EVENTS, DataTypes.LongType)
                .add(UserFeatures.DISTINCT_ITEMS, DataTypes.LongType)
                .add(UserFeatures.ORDERS, DataTypes.LongType)
                .add(UserFeatures.BASKET_LINES, DataTypes.DoubleType)
                .add(UserFeatures.MONETARY_AMOUNT, DataTypes.DoubleType)
                .add(UserFeatures.AVERAGE_ORDER_AMOUNT, DataTypes.DoubleType)
                .add(UserFeatures.RECENCY_DAYS, DataTypes.DoubleType)
                .add(UserFeatures.TENURE_DAYS, DataTypes.DoubleType)
                .add(UserFeatures.INTER_PURCHASE_DAYS, DataTypes.DoubleType)
                .add(UserFeatures.REPEAT_SHARE, DataTypes.DoubleType),
            row(0, 3L, 2L, 3L, 1.0, 8.0, 2.7, 46.0, 61.0, 7.5, 0.3),
            row(1, 2L, 2L, 2L, 1.0, 8.0, 4.0, 1.0, 60.0, 59.0, 0.0),
            row(2, 1L, 1L, 1L, 1.0, 2.0, 2.0, 53.0, 53.0, null, 0.0));
    Dataset<Row> itemFeatures =
        rows(
            new StructType()
                .add("item", DataTypes.IntegerType, false)
                .add("events", DataTypes.LongType, false),
            row(0, 4L),
            row(1, 1L),
            row(2, 1L));
    Dataset<Row> pairs =
        rows(
            new StructType()
                .add("user", DataTypes.IntegerType, false)
                .add("item", DataTypes.IntegerType, false),
            row(0, 0),
            row(0, 1),
            row(1, 0),
            row(1, 2),
            row(2, 0));
    Dataset<Row> traits =
        rows(
            new StructType()
                .add("item", DataTypes.IntegerType, false)
                .add("trait_category", DataTypes.StringType),
            row(0, "dairy"),
            row(1, "bread"),
            row(2, null));
    Dataset<Row> lists =
        rows(
            new StructType()
                .add("user", DataTypes.IntegerType, false)
                .add("rank", DataTypes.IntegerType, false)
                .add("item", DataTypes.IntegerType, false)
                .add("source", DataTypes.StringType, false),
            row(0, 1, 0, "repeat"),
            row(0, 2, 1, "als"),
            row(1, 1, 0, "repeat"),
            row(1, 2, 2, "repeat"));
    Dataset<Row> items =
        rows(
            Items.CLEAN.schema(),
            row(0, "a", new String[] {"dairy"}, 2.0, null, null, null),
            row(1, "b", null, 4.0, "B", null, null),
            row(2, "c", null, null, "C", null, null));
    return Exploration.of(
        new Exploration.Tables(
            shuffled.apply(profiles),
            shuffled.apply(profiles),
            shuffled.apply(items),
            shuffled.apply(events()),
            shuffled.apply(userFeatures),
            shuffled.apply(itemFeatures),
            shuffled.apply(pairs),
            shuffled.apply(traits),
            shuffled.apply(lists)),
        List.of("age", "city"),
        ATTRIBUTES,
        Map.of());
  }

  private static List<Figure> all(Exploration exploration) {
    return exploration.pieces().stream().flatMap(piece -> piece.get().stream()).toList();
  }

  @Test
  void sumsUpTheShopByHandWhateverTheOrder() {
    List<Figure> figures = all(exploration(rows -> rows));

    assertThat(of(figures, Section.DISTRIBUTION, "users.age"))
        .extracting(Figure::series, Figure::label, Figure::value)
        .containsExactly(tuple("level", "young", 2.0), tuple("level", "old", 1.0));
    assertThat(of(figures, Section.DISTRIBUTION, "users.city"))
        .extracting(Figure::series, Figure::label, Figure::value)
        .containsExactly(tuple("level", "X", 2.0), tuple("unknown", "unknown", 1.0));
    assertThat(of(figures, Section.DISTRIBUTION, "events.amount"))
        .extracting(Figure::label, Figure::value)
        .containsExactly(tuple("2", 3.0), tuple("4", 1.0), tuple("8", 1.0));
    assertThat(of(figures, Section.QUANTILES, "events.amount"))
        .filteredOn(figure -> figure.position() == 50)
        .extracting(Figure::value)
        .containsExactly(2.0);
    assertThat(of(figures, Section.VOLUME, "events"))
        .filteredOn(figure -> figure.value() > 0)
        .extracting(Figure::label, Figure::value)
        .containsExactly(
            tuple("2024-01-01", 1.0),
            tuple("2024-01-02", 1.0),
            tuple("2024-01-09", 2.0),
            tuple("2024-01-16", 1.0),
            tuple("2024-03-01", 1.0));
    assertThat(of(figures, Section.CLOCK, "events"))
        .filteredOn(figure -> figure.value() > 0)
        .extracting(Figure::series, Figure::label, Figure::value)
        .containsExactly(
            tuple("Mon", "09", 1.0),
            tuple("Tue", "09", 1.0),
            tuple("Tue", "10", 1.0),
            tuple("Tue", "12", 1.0),
            tuple("Tue", "23", 1.0),
            tuple("Fri", "00", 1.0));
    // 61 days are eight whole weeks: users 0 and 1 begin in the first, 0 comes again twice, 1
    // later.
    assertThat(of(figures, Section.RETENTION, "7 days"))
        .filteredOn(figure -> figure.value() > 0)
        .extracting(Figure::series, Figure::position, Figure::value)
        .containsExactly(
            tuple("2024-01-01", 0, 2.0),
            tuple("2024-01-01", 1, 1.0),
            tuple("2024-01-01", 2, 1.0),
            tuple("2024-01-08", 0, 1.0));
    assertThat(of(figures, Section.MISSING, "events"))
        .filteredOn(figure -> figure.label().equals(Events.AMOUNT))
        .extracting(Figure::measure, Figure::value)
        .containsExactlyInAnyOrder(tuple("missing", 1.0), tuple("rows", 6.0));
    assertThat(of(figures, Section.TASTE, "users.age"))
        .extracting(Figure::series, Figure::label, Figure::value)
        .containsExactly(
            tuple("young", "dairy", 2.0),
            tuple("young", "bread", 0.0),
            tuple("old", "dairy", 1.0),
            tuple("old", "bread", 1.0));
    // A third of the items has 4 of 6 events, and 2 of 4 list rows.
    assertThat(of(figures, Section.TAIL, "events"))
        .filteredOn(figure -> figure.label().equals("100"))
        .extracting(Figure::value)
        .containsExactly(1.0);
    assertThat(of(figures, Section.TAIL, "lists"))
        .filteredOn(figure -> figure.label().equals("10"))
        .singleElement()
        .satisfies(figure -> assertThat(figure.value()).isBetween(0.1499, 0.1501));
    assertThat(of(figures, Section.CONTRIBUTION, "lists"))
        .extracting(Figure::series, Figure::position, Figure::value)
        .containsExactly(tuple("als", 2, 1.0), tuple("repeat", 1, 2.0), tuple("repeat", 2, 1.0));
    assertThat(figures)
        .extracting(
            Figure::section,
            Figure::subject,
            Figure::against,
            Figure::measure,
            Figure::series,
            Figure::position)
        .doesNotHaveDuplicates();

    List<Figure> again =
        all(
            exploration(
                rows -> rows.orderBy(functions.col(rows.columns()[0]).desc()).repartition(3)));
    assertThat(again).isEqualTo(figures);
  }

  private static List<Figure> of(List<Figure> figures, String section, String subject) {
    return Stream.of(figures)
        .flatMap(List::stream)
        .filter(figure -> figure.section().equals(section) && figure.subject().equals(subject))
        .toList();
  }
}
