package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Aggregates of the cleaned data and of the lists, from which the report draws; some thousand rows
 * whatever the size of the data, and no ids. One figure per row: a section of the report, what it
 * is about, and where in the picture it stands.
 */
public final class Summaries {
  /** The kind of picture, one of the constants of {@link Section}. */
  public static final String SECTION = "section";

  /** What it is about: a column such as {@code users.age}, a source, a measure. */
  public static final String SUBJECT = "subject";

  /** What it is held against, such as the other column of a pair; empty when nothing. */
  public static final String AGAINST = "against";

  /** What the value counts or measures: {@code users}, {@code events}, {@code p_value}, … */
  public static final String MEASURE = "measure";

  /** One line or bar group of the picture; empty when there is only one. */
  public static final String SERIES = "series";

  /** Place within the series, ascending. */
  public static final String POSITION = "position";

  /** The bin, level, day or column in words. */
  public static final String LABEL = "label";

  /** Lower edge of a numeric bin, included, or lower end of an interval; null otherwise. */
  public static final String LOW = "low";

  /** Upper edge of a numeric bin, excluded, or upper end of an interval; null otherwise. */
  public static final String HIGH = "high";

  /** The figure. */
  public static final String VALUE = Metrics.VALUE;

  /** The table. */
  public static final Table TABLE =
      new Table(
          "summaries",
          new StructType()
              .add(SECTION, StringType, false)
              .add(SUBJECT, StringType, false)
              .add(AGAINST, StringType, false)
              .add(MEASURE, StringType, false)
              .add(SERIES, StringType, false)
              .add(POSITION, IntegerType, false)
              .add(LABEL, StringType, false)
              .add(LOW, DoubleType)
              .add(HIGH, DoubleType)
              .add(VALUE, DoubleType, false),
          List.of(SECTION, SUBJECT, AGAINST, MEASURE, SERIES, POSITION));

  /** The sections. */
  public static final class Section {
    /** Rows by source (subject), rule (series) and action (measure), as in the clean counts. */
    public static final String CLEANING = "cleaning";

    /**
     * Rows without a value, by table (subject) and column (label); measure {@code rows}: of all.
     */
    public static final String MISSING = "missing";

    /** Events per UTC day (label), by event type (series). */
    public static final String VOLUME = "volume";

    /** Events by UTC weekday (series, Monday first) and hour (position). */
    public static final String CLOCK = "clock";

    /**
     * How the values of a column or a measure of users (subject) are spread: rows per level or
     * numeric bin (label); the series is one of {@link #LEVEL}, {@link #BIN}, {@link #OTHER},
     * {@link #UNKNOWN}.
     */
    public static final String DISTRIBUTION = "distribution";

    /** Quantiles of what a distribution shows; the position is the percentage. */
    public static final String QUANTILES = "quantiles";

    /** Users by the levels of two attributes (subject: series, against: label). */
    public static final String PAIR = "pair";

    /** Pairs of user and item by level (series) of an attribute and category (label). */
    public static final String TASTE = "taste";

    /** A statistical test of subject against another attribute or measure, by name (measure). */
    public static final String ASSOCIATION = "association";

    /** Users of a cohort (series) who come again so many periods later (position). */
    public static final String RETENTION = "retention";

    /**
     * Share (value, 0 to 1) of the events, or of the list rows (subject), that goes to the most
     * popular items; the label is the share of the items in percent.
     */
    public static final String TAIL = "tail";

    /** Against the release before: {@code psi}, or a level that is new or gone (measure). */
    public static final String DRIFT = "drift";

    /**
     * MAP (label) of the published ranking (subject) against that of a model, another ranking or
     * the last release (against), on the same held-out users; the series is {@code model} or {@code
     * release}, the measure {@code difference} (with its interval), {@code value}, {@code other} or
     * {@code users}.
     */
    public static final String COMPARISON = "comparison";

    /**
     * The lists against the last release's (against): {@code churn}, {@code lost_users} and {@code
     * items_of_last} (measure), shares.
     */
    public static final String CHURN = "churn";

    /** Gain by feature (label) of the learned ranking. */
    public static final String RANKER = "ranker";

    /** Published rows by model (series) and rank (position). */
    public static final String CONTRIBUTION = "contribution";

    /** A level of its own, in {@link #DISTRIBUTION}. */
    public static final String LEVEL = "level";

    /** A numeric bin. */
    public static final String BIN = "bin";

    /** All rarer levels together. */
    public static final String OTHER = "other";

    /** No value. */
    public static final String UNKNOWN = "unknown";

    private Section() {}
  }

  /**
   * One row.
   *
   * @param low null when the figure has neither a numeric bin nor an interval
   * @param high likewise
   */
  public record Figure(
      String section,
      String subject,
      String against,
      String measure,
      String series,
      int position,
      String label,
      Double low,
      Double high,
      double value) {

    /** A figure without a numeric bin. */
    public static Figure of(
        String section,
        String subject,
        String against,
        String measure,
        String series,
        int position,
        String label,
        double value) {
      return new Figure(
          section, subject, against, measure, series, position, label, null, null, value);
    }

    /** Reads a row of {@link #TABLE}. */
    public static Figure of(Row row) {
      return new Figure(
          row.getAs(SECTION),
          row.getAs(SUBJECT),
          row.getAs(AGAINST),
          row.getAs(MEASURE),
          row.getAs(SERIES),
          row.<Integer>getAs(POSITION),
          row.getAs(LABEL),
          row.getAs(LOW),
          row.getAs(HIGH),
          row.<Double>getAs(VALUE));
    }

    /** As a row of {@link #TABLE}. */
    public Row row() {
      return RowFactory.create(
          section, subject, against, measure, series, position, label, low, high, value);
    }
  }

  private Summaries() {}
}
