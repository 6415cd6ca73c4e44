package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/** What users agreed to: {@code user_id}, {@code modelled}, {@code served}. */
public final class Consents {
  /** The id as the source has it. */
  public static final String USER_ID = Users.USER_ID;

  /** Whether the user's events and profile may be used. */
  public static final String MODELLED = "modelled";

  /** Whether lists may be made for the user. */
  public static final String SERVED = "served";

  /** The table. */
  public static final Table TABLE =
      new Table(
          "consent",
          new StructType()
              .add(USER_ID, StringType, false)
              .add(MODELLED, BooleanType, false)
              .add(SERVED, BooleanType, false),
          List.of(USER_ID));

  private Consents() {}
}
