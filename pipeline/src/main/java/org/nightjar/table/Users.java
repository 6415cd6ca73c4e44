package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * Users, one row each: {@code user_id}, then the profile attributes that the configuration
 * declares. Cleaned users also carry {@code user}, the dense index: the position of the id among
 * all ids in ascending order, from 0.
 */
public final class Users {
  /** The id as the source has it. */
  public static final String USER_ID = "user_id";

  /** The dense index of {@link #USER_ID}; joins and models use it instead of the id. */
  public static final String USER = "user";

  /**
   * Whether the user must receive a list; cleaned users only, behind the attributes. True for all
   * when no list of users was requested.
   */
  public static final String REQUESTED = "requested";

  /** Canonical users without attributes; declared attributes follow as further columns. */
  public static final Table TABLE =
      new Table("users", new StructType().add(USER_ID, StringType, false), List.of(USER_ID));

  /** Cleaned users without attributes. */
  public static final Table CLEAN =
      new Table(
          "users",
          new StructType().add(USER, IntegerType, false).add(USER_ID, StringType, false),
          List.of(USER));

  private Users() {}
}
