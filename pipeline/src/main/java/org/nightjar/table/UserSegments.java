package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/** The segments each user is in: user, segments such as {@code activity=light, age=35-44}. */
public final class UserSegments {
  /** Dense user index. */
  public static final String USER = Users.USER;

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
}
