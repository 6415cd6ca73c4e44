package org.nightjar.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;

class AttributesTest extends SparkTest {
  @Test
  void anyNameMakesAColumnAndComesBack() {
    for (String name :
        List.of("age", "Postal code", "a.b", "`", "$24$", "größe", "性别", "😀", "user_id", "")) {
      String column = Attributes.column(name);
      assertThat(Attributes.name(column)).isEqualTo(name);
      Row row =
          rows(new StructType().add(column, DataTypes.StringType), row("x"))
              .select(functions.col(column))
              .first();
      assertThat(row.<String>getAs(column)).isEqualTo("x");
      assertThat(Attributes.name(UserFeatures.scaled(name).name())).isEqualTo(name + "_scaled");
    }
    assertThat(Attributes.column("a.b")).isEqualTo("attribute_a$2e$b");
    assertThat(Attributes.name(Users.USER_ID)).isEqualTo(Users.USER_ID);
  }

  /** {@code age} and {@code age_scaled} may be two attributes. */
  @Test
  void featuresAreNotAttributes() {
    assertThat(UserFeatures.scaled("age").name()).isNotEqualTo(Attributes.column("age_scaled"));
  }
}
