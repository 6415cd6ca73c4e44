package org.nightjar.config;

import java.util.regex.Pattern;

/** Which values must not be shown, and what stands in their place. */
final class Secrets {
  /** What stands in the place of a secret. */
  static final String MASK = "***";

  private static final Pattern SECRET_KEY =
      Pattern.compile("(?i)password|passwd|secret|token|key|credential");
  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*@");
  private static final Pattern ORACLE_USER = Pattern.compile("(?<=:thin:)[^@\\s]+(?=@)");
  private static final Pattern URL_PARAMETER =
      Pattern.compile("(?i)([?&;][^=&;?]*(?:password|passwd|secret|token|key)[^=&;?]*=)[^&;]*");

  private Secrets() {}

  /** Whether the value of an option of this name is a secret. */
  static boolean isSecret(String key) {
    return SECRET_KEY.matcher(key).find();
  }

  /** The text without the user and password of URLs and without secret URL parameters. */
  static String masked(String text) {
    String withoutUser = USER_INFO.matcher(text).replaceAll("://" + MASK + "@");
    withoutUser = ORACLE_USER.matcher(withoutUser).replaceAll(MASK);
    return URL_PARAMETER.matcher(withoutUser).replaceAll("$1" + MASK);
  }

  /** The value of an option as it may be shown. */
  static String masked(String key, String value) {
    return isSecret(key) ? MASK : masked(value);
  }
}
