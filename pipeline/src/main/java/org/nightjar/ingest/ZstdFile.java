package org.nightjar.ingest;

import org.apache.hadoop.io.compress.ZStandardCodec;

/**
 * Zstandard under the suffix {@code .zstd}; see {@link GzipFile} for why. What unpacks it is
 * Spark's own implementation, from 4.1 on; before, Hadoop's native library, if there is one.
 */
public final class ZstdFile extends ZStandardCodec {
  /** Made by Hadoop, by name. */
  public ZstdFile() {}

  @Override
  public String getDefaultExtension() {
    return ".zstd";
  }
}
