package org.nightjar.publish;

/**
 * The current release could not be copied into the database, which is as it was before. The message
 * says why and holds no values of rows. Commands print it without a stack trace and end with exit
 * code 6.
 */
public final class ExportException extends RuntimeException {
  ExportException(String message) {
    super(message);
  }
}
