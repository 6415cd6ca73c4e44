package org.nightjar;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a record component as a configuration key: its description and default stand here once,
 * for the loader, the error messages and docs/CONFIGURATION.md.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** What the key means, with unit and range, in one or two sentences. */
  String value();

  /**
   * The default, written as YAML (`64`, `[5, 10]`, `{}`); {@link #REQUIRED} when the key must be
   * given.
   */
  String byDefault() default REQUIRED;

  /** Marks a key without a default. */
  String REQUIRED = "\0required";

  /** A default that leaves the component null. */
  String NONE = "null";
}
