package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.models.Request;
import org.nightjar.table.Items;
import org.nightjar.table.Users;
import org.nightjar.tune.Rungs;

/**
 * The held-out users on whom settings are measured, and what they are held against. Which rung a
 * user comes in at follows from a hash of the seed and the user.
 *
 * @param request who gets lists, of the wanted length
 * @param truth {@code user}, {@code item}
 * @param rungs that share the users out
 */
record Judges(Request request, Dataset<Row> truth, Rungs rungs, long seed) {
  /** Fewest held-out users without history that settings are judged on. */
  static final int MIN_COLD_USERS = 200;

  private static final String FOLDER = "tune";
  private static final String SALT = "rung";

  /** All held-out users of a view. */
  static Judges all(RunContext context, View view) {
    Request asked = Gathering.request(context, view);
    return new Judges(
        new Request(asked.users(), asked.eligible(), ReportAssembly.headlineK(context)),
        context.ofView(view, "truth").select(Users.USER, Items.ITEM),
        Rungs.of(asked.users().count()),
        context.configuration().seed());
  }

  /** Those of them who have no history in the view; all if these are too few. */
  Judges withoutHistory(RunContext context, View view) {
    Workspace workspace = context.workspace();
    Dataset<Row> withHistory = context.ofView(view, "context").select(Users.USER);
    long users =
        workspace.writeCounting(without(request.users(), withHistory), FOLDER, "cold_requests");
    if (users < MIN_COLD_USERS) {
      return this;
    }
    return new Judges(
        new Request(workspace.read(FOLDER, "cold_requests"), request.eligible(), request.perUser()),
        workspace.write(without(truth, withHistory), FOLDER, "cold_truth"),
        Rungs.of(users),
        seed);
  }

  private static Dataset<Row> without(Dataset<Row> rows, Dataset<Row> users) {
    return rows.join(users, new String[] {Users.USER}, "left_anti");
  }

  /** The users that a rung adds to those of the rungs below it. */
  Judges addedBy(int rung) {
    if (rungs.count() == 1) {
      return this;
    }
    Column share = pmod(xxhash64(lit(seed), lit(SALT), col(Users.USER)), lit(rungs.shares()));
    Column added = share.lt(rungs.shares(rung));
    if (rung > 0) {
      added = added.and(share.geq(rungs.shares(rung - 1)));
    }
    return new Judges(
        new Request(request.users().where(added), request.eligible(), request.perUser()),
        truth.where(added),
        rungs,
        seed);
  }
}
