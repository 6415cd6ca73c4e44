package org.nightjar.models;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Where a training that takes long keeps what it has come to, so that it can go on from there when
 * its process has died. Training from a checkpoint gives the same model as training without a
 * break.
 */
public interface Checkpoints {
  /** Keeps nothing and has nothing. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public void save(Map<String, Dataset<Row>> tables) {}

        @Override
        public Optional<Map<String, Dataset<Row>>> last() {
          return Optional.empty();
        }
      };

  /**
   * Keeps tables by name, in the place of those that were kept before; those stay until these are
   * written as a whole.
   */
  void save(Map<String, Dataset<Row>> tables);

  /** What was kept last, by an earlier process too, for the same model from the same events. */
  Optional<Map<String, Dataset<Row>>> last();
}
