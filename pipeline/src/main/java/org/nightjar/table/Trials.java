package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What a search over settings tried: one row per model, settings and rung. */
public final class Trials {
  /** The model's name in the configuration. */
  public static final String MODEL = Metrics.MODEL;

  /** Number of the settings within the model, in the order of trying; 0: as configured. */
  public static final String NUMBER = "number";

  /** From 0; each rung has three times the users of the one below, the last one all. */
  public static final String RUNG = "rung";

  /** What was changed, as a JSON object. */
  public static final String SETTINGS = "settings";

  /** Mean average precision of the model's lists alone; null if the trial failed. */
  public static final String MAP = "map";

  /** Held-out users that the mean is over. */
  public static final String USERS = Metrics.USERS;

  /** Wall time. */
  public static final String SECONDS = "seconds";

  /** Why the trial failed; null if it did not. */
  public static final String ERROR = "error";

  /** Whether the written configuration has these settings. */
  public static final String TAKEN = "taken";

  /** The trials as they finish. */
  public static final Table LOG =
      new Table(
          "trials",
          new StructType()
              .add(MODEL, StringType, false)
              .add(NUMBER, IntegerType, false)
              .add(RUNG, IntegerType, false)
              .add(SETTINGS, StringType, false)
              .add(MAP, DoubleType, true)
              .add(USERS, LongType, false)
              .add(SECONDS, DoubleType, false)
              .add(ERROR, StringType, true),
          List.of(MODEL, SETTINGS, RUNG));

  /** The trials of a search that has ended. */
  public static final Table TABLE =
      LOG.with(new StructField(TAKEN, BooleanType, false, Metadata.empty()));

  private Trials() {}
}
