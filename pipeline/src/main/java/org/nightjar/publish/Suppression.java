package org.nightjar.publish;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.config.PrivacyKey;

/**
 * Who was erased from an output and stays out: keyed hashes of the ids, {@link
 * PrivacyKey#suppressed}, one per line in {@code suppressed/00000001-KEY.txt}, where KEY tells the
 * key that made them. Files are only ever added.
 */
public final class Suppression {
  /** The column of {@link #hashes}. */
  public static final String HASH = "hash";

  static final String FOLDER = "suppressed";
  private static final String LINE = "value";

  /** 64 hexadecimal digits and a line feed. */
  private static final int LINE_BYTES = 65;

  private final Store store;

  /** The list of an output folder. */
  public Suppression(String output, Configuration hadoop) {
    this.store = Store.at(output, hadoop);
  }

  /** Adds users. */
  void add(List<String> ids, PrivacyKey key) {
    requireSame(key);
    String hashes = String.join("\n", ids.stream().map(key::suppressed).sorted().toList());
    store.append(FOLDER, key.fingerprint() + ".txt", hashes + "\n");
  }

  /** Names of its files, which tell one state from another. */
  public List<String> names() {
    return store.list(FOLDER).stream()
        .map(file -> file.getPath().getName())
        .filter(name -> name.endsWith(".txt") && !name.startsWith("."))
        .toList();
  }

  /**
   * The hashes, {@link #HASH}; empty if nobody was erased.
   *
   * @throws InputException if the key is not the one that they were made with, or a file is cut off
   */
  public Optional<Dataset<Row>> hashes(SparkSession spark, Optional<PrivacyKey> key) {
    if (names().isEmpty()) {
      return Optional.empty();
    }
    requireWhole();
    key.ifPresent(this::requireSame);
    String[] files =
        names().stream()
            .map(name -> store.path(FOLDER + "/" + name).toString())
            .toArray(String[]::new);
    return Optional.of(spark.read().text(files).select(col(LINE).as(HASH)).distinct());
  }

  /** Hashes are of one length, so a file that is empty or cut off is told by its size. */
  private void requireWhole() {
    List<String> damaged =
        store.list(FOLDER).stream()
            .filter(file -> names().contains(file.getPath().getName()))
            .filter(file -> file.getLen() == 0 || file.getLen() % LINE_BYTES != 0)
            .map(file -> file.getPath().getName())
            .toList();
    if (!damaged.isEmpty()) {
      throw new InputException(
          String.format(
              "Erased users cannot be kept out: %s in '%s' is damaged (empty or cut off). Restore it,"
                  + " or remove it and erase the users of that time again.",
              String.join(", ", damaged), store.path(FOLDER)));
    }
  }

  private void requireSame(PrivacyKey key) {
    List<String> others =
        names().stream().filter(name -> !name.endsWith("-" + key.fingerprint() + ".txt")).toList();
    if (!others.isEmpty()) {
      throw new InputException(
          String.format(
              "The key in %s is not the one with which users were erased from '%s' (%s): they could"
                  + " not be kept out. Set that key again.",
              PrivacyKey.VARIABLE, store.root(), String.join(", ", others)));
    }
  }
}
