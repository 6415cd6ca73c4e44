package org.nightjar.publish;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Items;
import org.nightjar.table.Table;
import org.nightjar.table.Users;

/**
 * What a release must live up to, as {@link ReleaseCheck} tests it.
 *
 * @param users all known users: {@code user}, {@code user_id}, {@link #REQUESTED} boolean
 * @param items all known items: {@code item}, {@code item_id}, {@link #ELIGIBLE} boolean (null
 *     counts as false), {@link #CAP_GROUP} text (null: no cap for this item)
 * @param forbidden pairs that must not be recommended, denied or bought and not to be repeated:
 *     {@code user}, {@code item}; duplicates do no harm
 * @param shortUsers users who may have fewer rows: {@code user}, {@link #REASON}, one row each
 * @param listLength rows per requested user (N)
 * @param maxPerCapGroup most items of one {@link #CAP_GROUP} in a list; 0: no cap
 * @param rows rows handed over, by table name
 * @param further tables of which only the columns and the number of rows are checked
 */
public record ReleaseExpectation(
    Dataset<Row> users,
    Dataset<Row> items,
    Dataset<Row> forbidden,
    Dataset<Row> shortUsers,
    int listLength,
    int maxPerCapGroup,
    Map<String, Long> rows,
    List<Table> further) {

  /** Column of {@link #users}: whether the user is to get a list. */
  public static final String REQUESTED = "requested";

  /** Column of {@link #items}: whether the item may be recommended at all. */
  public static final String ELIGIBLE = "eligible";

  /** Column of {@link #items}: the category under which the item counts for the cap. */
  public static final String CAP_GROUP = "cap_group";

  /** Column of {@link #shortUsers}: why the list is short. */
  public static final String REASON = "reason";

  public ReleaseExpectation {
    rows = Map.copyOf(rows);
    further = List.copyOf(further);
    users = users.select(Users.USER, Users.USER_ID, REQUESTED);
    items = items.select(Items.ITEM, Items.ITEM_ID, ELIGIBLE, CAP_GROUP);
    forbidden = forbidden.select(Users.USER, Items.ITEM);
    shortUsers = shortUsers.select(Users.USER, REASON);
  }
}
