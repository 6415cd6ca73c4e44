package org.nightjar.ingest;

import org.apache.hadoop.io.compress.GzipCodec;

/**
 * Gzip under the suffix {@code .gzip}. Spark 4.1 reads such files by itself but takes them for
 * divisible, so that those beyond {@code spark.sql.files.maxPartitionBytes} fail; Spark 3.5 takes
 * them for plain text. Known to Spark through {@link Compression#CODECS}.
 */
public final class GzipFile extends GzipCodec {
  /** Made by Hadoop, by name. */
  public GzipFile() {}

  @Override
  public String getDefaultExtension() {
    return ".gzip";
  }
}
