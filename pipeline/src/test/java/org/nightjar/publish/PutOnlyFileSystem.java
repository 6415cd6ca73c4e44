package org.nightjar.publish;

import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Stands for an object store: another scheme, and no rename. */
public final class PutOnlyFileSystem extends RawLocalFileSystem {
  private static final String SCHEME = "putonly";

  static Configuration configured() {
    Configuration hadoop = new Configuration(false);
    hadoop.set("fs." + SCHEME + ".impl", PutOnlyFileSystem.class.getName());
    return hadoop;
  }

  static String path(java.nio.file.Path folder) {
    return SCHEME + "://" + folder;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("rename is not atomic here and must not be used");
  }
}
