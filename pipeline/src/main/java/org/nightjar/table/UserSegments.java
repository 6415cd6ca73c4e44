package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.types.StructType;

/** The segments each user is in: user, segments such as {@code activity=light, age=35-44}. */
public final class UserSegments {
  /** Dense user index. */
  public static final String USER = Users.USER;

  /** Kind of the segments by number of events. */
  public static final String ACTIVITY = "activity";

  /** Kind of the segments with and without events. */
  public static final String HISTORY = "history";

  /** Kind of the segments by whether the truth was had before. */
  public static final String TRUTH = "truth";

  private static final Set<String> OWN_KINDS = Set.of(ACTIVITY, HISTORY, TRUTH);

  /** Names of the form {@code name=value}, each once. */
  public static final String SEGMENTS = "segments";

  /** The table. */
  public static final Table TABLE =
      new Table(
          "user_segments",
          new StructType()
              .add(USER, IntegerType, false)
              .add(SEGMENTS, createArrayType(StringType, false), false),
          List.of(USER));

  private UserSegments() {}

  /**
   * Name of the segment of the users with a level of a profile attribute, {@code age=35-44}; {@code
   * users.activity=low} where the attribute is called as one of our own kinds of segment.
   */
  public static String ofAttribute(String attribute, String level) {
    String own = attribute + "=" + level;
    return OWN_KINDS.contains(attribute.toLowerCase(Locale.ROOT))
        ? Users.TABLE.name() + "." + own
        : own;
  }
}
