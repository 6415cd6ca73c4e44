package org.nightjar.clean;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One cleaning rule. In and out: judged rows, that is the columns of an ingested table and those of
 * {@link Judgement}. A rule marks rows through {@link Judgement} and changes nothing else: it
 * removes no row, adds none, and leaves rows alone that an earlier rule has rejected.
 */
interface Rule {
  /** The rows with this rule's verdicts and mends added. */
  Dataset<Row> apply(Dataset<Row> judged);
}
