package org.nightjar.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Releases;
import org.nightjar.report.ReportData;
import org.nightjar.report.Sentences;
import org.nightjar.run.ReleaseReport;
import org.nightjar.table.Fallback;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Table;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code show}: what a user or an item gets in a release. A user without a row gets the fallback,
 * as a reader of the tables would take it; an item that no table holds is an error.
 */
@Command(
    name = "show",
    description = "What a user or an item gets in the current release, and why.",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
  private static final String LISTS = "lists";

  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Subject subject;

  @Option(
      names = "--release",
      paramLabel = "RUN",
      description = "Another release than the current one.")
  private String run;

  @Option(
      names = "--language",
      paramLabel = "LANG",
      description = "Language of the reasons: en or de. Default: en.")
  private String language = Locale.ENGLISH.getLanguage();

  /** Whom or what to show: one of the two. */
  private static final class Subject {
    @Option(names = "--user", required = true, paramLabel = "ID", description = "A user's list.")
    private String user;

    @Option(
        names = "--item",
        required = true,
        paramLabel = "ID",
        description = "An item's similar items, and the lists that it stands in.")
    private String item;
  }

  @Override
  public Integer call() throws IOException {
    Sentences sentences = Sentences.in(language());
    Configuration configuration = options.configuration();
    Releases releases = ReleaseFolder.of(configuration);
    String shown = run == null ? ReleaseFolder.currentRun(releases, configuration) : run;
    releases.manifest(shown); // says so if there is no such release
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = options.session(configuration)) {
      if (subject.user != null) {
        showUser(spark, releases, shown, sentences, out);
      } else {
        showItem(spark, releases, shown, out);
      }
    }
    return ExitCode.DONE;
  }

  private Locale language() {
    return Sentences.LANGUAGES.stream()
        .filter(known -> known.getLanguage().equals(language))
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    String.format(
                        "--language is '%s' but must be one of %s.",
                        language,
                        Sentences.LANGUAGES.stream()
                            .map(Locale::getLanguage)
                            .collect(Collectors.joining(", ")))));
  }

  private void showUser(
      SparkSession spark, Releases releases, String shown, Sentences sentences, PrintWriter out) {
    List<Row> list =
        rows(spark, releases, shown, Recommendations.TABLE)
            .where(col(Recommendations.USER_ID).equalTo(subject.user))
            .orderBy(Recommendations.RANK)
            .select(
                Recommendations.RANK,
                Recommendations.ITEM_ID,
                Recommendations.SCORE,
                Recommendations.SOURCE,
                Recommendations.REASON)
            .collectAsList();
    if (!list.isEmpty()) {
      out.printf("User %s in release %s%n", subject.user, shown);
      Map<Integer, String> why =
          ReleaseReport.listOf(spark, releases, shown, subject.user).stream()
              .collect(
                  Collectors.toMap(
                      ReportData.ExampleRow::rank,
                      row -> sentences.of(row.score(), row.because())));
      print(
          list.stream().map(row -> explained(row, why.get(row.getInt(0)))).toList(),
          out,
          "rank",
          "item",
          "score",
          "source",
          "reason");
      return;
    }
    List<Row> fallback =
        rows(spark, releases, shown, Fallback.TABLE)
            .where(col(Fallback.SEGMENT).equalTo(Fallback.EVERYONE))
            .orderBy(Fallback.RANK)
            .select(Fallback.RANK, Fallback.ITEM_ID, Fallback.SCORE)
            .collectAsList();
    out.printf(
        "User %s has no row in release %s; the fallback for everyone:%n", subject.user, shown);
    print(fallback, out, "rank", "item", "score");
  }

  /** The row with the sentence as its reason; with the published one where there is no sentence. */
  private static Row explained(Row row, String sentence) {
    return RowFactory.create(
        row.get(0),
        row.get(1),
        row.get(2),
        row.get(3),
        sentence == null || sentence.isEmpty() ? row.get(4) : sentence);
  }

  private void showItem(SparkSession spark, Releases releases, String shown, PrintWriter out) {
    List<Row> similar =
        rows(spark, releases, shown, SimilarItems.TABLE)
            .where(col(SimilarItems.ITEM_ID).equalTo(subject.item))
            .orderBy(SimilarItems.RANK)
            .select(SimilarItems.RANK, SimilarItems.SIMILAR_ITEM_ID, SimilarItems.SCORE)
            .collectAsList();
    List<Row> listsPerRank =
        rows(spark, releases, shown, Recommendations.TABLE)
            .where(col(Recommendations.ITEM_ID).equalTo(subject.item))
            .groupBy(Recommendations.RANK)
            .agg(count(lit(1)).as(LISTS))
            .orderBy(Recommendations.RANK)
            .collectAsList();
    if (similar.isEmpty() && listsPerRank.isEmpty()) {
      throw new InputException(
          String.format(
              "Item '%s' occurs in no list of release '%s' and has no similar items there. Check"
                  + " the id, or choose a release by --release.",
              subject.item, shown));
    }
    out.printf("Items similar to %s in release %s%n", subject.item, shown);
    print(similar, out, "rank", "item", "score");
    out.printf(
        "%nStands in %d lists%n", listsPerRank.stream().mapToLong(row -> row.getLong(1)).sum());
    print(listsPerRank, out, "rank", "lists");
  }

  private static Dataset<Row> rows(SparkSession spark, Releases releases, String run, Table table) {
    return table.conform(spark.read().parquet(releases.path(run, table.name())));
  }

  /** The rows under a header of as many columns. */
  private static void print(List<Row> rows, PrintWriter out, String... header) {
    TextTable table = new TextTable(header);
    for (Row row : rows) {
      Object[] values = new Object[header.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.get(i);
      }
      table.add(values);
    }
    table.print(out);
  }
}
