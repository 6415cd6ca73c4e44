package org.nightjar.features;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.percentile;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Attributes;
import org.nightjar.table.Users;

/** Profile attributes as text levels: categories as they are, numbers in quantile bands. */
public final class ProfileLevels {
  private static final int BANDS = 5;
  private static final long SAMPLE_USERS = 200_000;

  private ProfileLevels() {}

  /**
   * One row per user: {@code user} and one text column per attribute, see {@link
   * Attributes#column}; null where unknown. Numeric attributes fall into five bands of about equal
   * size, with edges from a hashed sample of at most about 200,000 users, so that the bands do not
   * depend on partitioning.
   *
   * @param users cleaned users
   * @param categorical attributes taken as they are
   * @param numeric attributes cut into bands
   */
  public static Dataset<Row> of(
      Dataset<Row> users, List<String> categorical, List<String> numeric) {
    List<Column> columns = new ArrayList<>();
    columns.add(col(Users.USER));
    categorical.forEach(name -> columns.add(attribute(name)));
    if (!numeric.isEmpty()) {
      Row edges = edges(users, numeric);
      for (int at = 0; at < numeric.size(); at++) {
        columns.add(band(numeric.get(at), edges.isNullAt(at) ? List.of() : edges.getList(at)));
      }
    }
    return users.select(columns.toArray(Column[]::new));
  }

  /**
   * By attribute, the levels of most users, at most so many, most users first. Attributes without
   * any level are missing.
   *
   * @param profiles rows of {@link #of}
   */
  public static Map<String, List<String>> commonest(
      Dataset<Row> profiles, List<String> attributes, int most) {
    Map<String, Column> columns = new LinkedHashMap<>();
    attributes.forEach(name -> columns.put(name, attribute(name)));
    return columns.isEmpty() ? Map.of() : Levels.commonest(profiles, columns, most);
  }

  private static Row edges(Dataset<Row> users, List<String> numeric) {
    long every = Math.max(1, users.count() / SAMPLE_USERS);
    Column[] shares = new Column[BANDS - 1];
    for (int band = 1; band < BANDS; band++) {
      shares[band - 1] = lit((double) band / BANDS);
    }
    Column[] quantiles =
        numeric.stream()
            .map(name -> percentile(attribute(name), array(shares)))
            .toArray(Column[]::new);
    Dataset<Row> sample = users.where(abs(xxhash64(col(Users.USER_ID)).mod(lit(every))).equalTo(0));
    return sample.agg(quantiles[0], Arrays.copyOfRange(quantiles, 1, quantiles.length)).head();
  }

  private static Column band(String name, List<Double> edges) {
    Column value = attribute(name);
    Column band = when(value.isNull(), lit(null).cast("string"));
    List<Double> distinct = edges.stream().distinct().toList();
    for (int at = 0; at < distinct.size(); at++) {
      String label =
          at == 0
              ? String.format(Locale.ROOT, "up to %.4g", distinct.get(0))
              : String.format(Locale.ROOT, "%.4g to %.4g", distinct.get(at - 1), distinct.get(at));
      band = band.when(value.leq(distinct.get(at)), lit(label));
    }
    String last =
        distinct.isEmpty()
            ? "known"
            : String.format(Locale.ROOT, "above %.4g", distinct.get(distinct.size() - 1));
    return band.otherwise(lit(last)).as(Attributes.column(name));
  }

  private static Column attribute(String name) {
    return col(Attributes.column(name));
  }
}
