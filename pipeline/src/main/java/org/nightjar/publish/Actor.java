package org.nightjar.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Who changes an output, for {@code history/} and {@code audit/}.
 *
 * @param user as the cluster knows them
 * @param host the machine
 */
record Actor(String user, String host) {
  /** Who runs this process, and where. */
  static Actor current() {
    try {
      return new Actor(UserGroupInformation.getCurrentUser().getShortUserName(), OutputLock.host());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
