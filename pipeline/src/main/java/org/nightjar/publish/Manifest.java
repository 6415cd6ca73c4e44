package org.nightjar.publish;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;
import org.nightjar.Require;
import org.nightjar.table.Recommendations;

/**
 * Everything needed to audit or reproduce a run; {@code manifest.json} of a release, written last,
 * so that a folder without one is no release. It grows by new keys only: readers ignore those they
 * do not know, and take absent ones as empty, 0 or null.
 *
 * @param schemaVersion version of the published tables' schemas, {@link #SCHEMA_VERSION}
 * @param runId the run
 * @param name the configuration's name
 * @param cutoff the instant that counted as now
 * @param startedAt when the run began, UTC
 * @param finishedAt when its tables were written and verified, UTC
 * @param software versions
 * @param seed of every random choice
 * @param configuration the rendered configuration, secrets left out
 * @param command the command line that repeats the run
 * @param inputs fingerprint by source
 * @param counts rows read, kept and written
 * @param stageSeconds wall time by stage, in the order of the stages
 * @param tables the published tables by name
 * @param blendWeights weight by activity segment, then model
 * @param learnedRanking by activity segment, how the learned ranking did; empty where none was
 *     trained
 * @param verdict the gate's word
 * @param warnings what somebody should look at, each a full sentence
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
    int schemaVersion,
    String runId,
    String name,
    Instant cutoff,
    Instant startedAt,
    Instant finishedAt,
    Software software,
    long seed,
    String configuration,
    String command,
    Map<String, String> inputs,
    Counts counts,
    Map<String, Double> stageSeconds,
    Map<String, PublishedTable> tables,
    Map<String, Map<String, Double>> blendWeights,
    Map<String, LearnedRanking> learnedRanking,
    Verdict verdict,
    List<String> warnings) {

  /** Version of the published schemas; raised with every additive change. */
  public static final int SCHEMA_VERSION = 2;

  public Manifest {
    Require.that(runId != null && RunId.isSafe(runId), "run_id is '%s'", runId);
    counts = counts == null ? Counts.NONE : counts;
    inputs = ordered(inputs);
    stageSeconds = ordered(stageSeconds);
    tables = ordered(tables);
    blendWeights = ordered(blendWeights);
    learnedRanking = ordered(learnedRanking);
    verdict = verdict == null ? new Verdict(false, List.of("No verdict is recorded.")) : verdict;
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  /** The same with other figures of the tables, after users were erased. */
  Manifest with(Map<String, PublishedTable> amended) {
    PublishedTable lists = amended.get(Recommendations.TABLE.name());
    return new Manifest(
        schemaVersion,
        runId,
        name,
        cutoff,
        startedAt,
        finishedAt,
        software,
        seed,
        configuration,
        command,
        inputs,
        lists == null ? counts : counts.with(lists.rows()),
        stageSeconds,
        amended,
        blendWeights,
        learnedRanking,
        verdict,
        warnings);
  }

  /** Rows of the recommendations, 0 when the table is not recorded. */
  public long recommendationRows() {
    PublishedTable table = tables.get(Recommendations.TABLE.name());
    return table == null ? 0 : table.rows();
  }

  /**
   * What ran.
   *
   * @param code version of Nightjar
   * @param spark version of Spark
   * @param java version of the Java runtime
   * @param scala version of the Scala library
   * @param hadoop version of the Hadoop client
   * @param blas class name of the BLAS in use
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Software(
      String code, String spark, String java, String scala, String hadoop, String blas) {}

  /**
   * The learned ranking against the blend, on the held-out users of an activity segment.
   *
   * @param used whether the segment's users get the learned order
   * @param users how many were compared
   * @param difference mean difference of their average precision, learned minus blend
   * @param low lower end of its interval; null without users or bootstrap replicates
   * @param high upper end
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record LearnedRanking(
      boolean used, long users, double difference, Double low, Double high) {}

  /**
   * Row counts.
   *
   * @param sources by source name
   * @param users cleaned users
   * @param requestedUsers users who were to get a list
   * @param items cleaned items
   * @param events cleaned events before the cutoff
   * @param recentEvents those of the last seven days before it
   * @param listRows rows of all lists
   * @param shortUsersByReason users with fewer than N rows, by recorded reason
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Counts(
      Map<String, SourceCount> sources,
      long users,
      long requestedUsers,
      long items,
      long events,
      long recentEvents,
      long listRows,
      Map<String, Long> shortUsersByReason) {
    private static final Counts NONE = new Counts(null, 0, 0, 0, 0, 0, 0, null);

    public Counts {
      sources = ordered(sources);
      shortUsersByReason = ordered(shortUsersByReason);
    }

    private Counts with(long amendedListRows) {
      return new Counts(
          sources,
          users,
          requestedUsers,
          items,
          events,
          recentEvents,
          amendedListRows,
          shortUsersByReason);
    }
  }

  /**
   * Rows of a source.
   *
   * @param read rows in the source
   * @param kept rows that passed the cleaning
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SourceCount(long read, long kept) {}

  /**
   * A published table.
   *
   * @param rows rows handed over for writing
   * @param files Parquet files
   * @param bytes their size together
   * @param columns in order
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PublishedTable(long rows, int files, long bytes, List<Column> columns) {
    public PublishedTable {
      columns = columns == null ? List.of() : List.copyOf(columns);
    }
  }

  /**
   * A column.
   *
   * @param name as in the file
   * @param type in Spark SQL's words, such as {@code bigint}
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Column(String name, String type) {
    static List<Column> of(StructType schema) {
      return Arrays.stream(schema.fields())
          .map(field -> new Column(field.name(), field.dataType().simpleString()))
          .toList();
    }
  }

  private static <V> Map<String, V> ordered(Map<String, V> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
