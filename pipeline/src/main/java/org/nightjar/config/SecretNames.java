package org.nightjar.config;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tells names of options, URL parameters and settings whose values are secrets ({@code
 * es.net.http.auth.pass}, {@code fs.azure.sas.…}, {@code sslpassword}) from names that only look
 * like it: of files and classes ({@code sslkey}, {@code tokenProvider}) and of data ({@code
 * keyspace}, {@code partitionKey}).
 */
final class SecretNames {
  /** Between words: punctuation, and where letters change their case. */
  private static final Pattern BOUNDARY =
      Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  /** Over the words in lower case, each with a dot before and behind it. */
  private static final Pattern SECRET =
      Pattern.compile(
          String.join(
              "|",
              "passw",
              "pass\\.?(phrase|code)",
              "\\.(?!bypass|compass|trespass)[a-z0-9]*pass\\.",
              "[a-z0-9]*pwd\\.",
              "\\.pw\\.",
              "secret",
              "credentials?\\.",
              "token\\.",
              "\\.sas\\.",
              "\\.sig\\.$",
              "kennwort",
              "(basic|http)\\.?auth\\.$",
              "auth\\.?user\\.?info\\.",
              "connection\\.?string\\.$",
              "signature\\.$",
              "\\.(bearer|authorization|cookie|jaas|jwt)\\.",
              "^\\.key\\.$",
              "key\\.?store\\.key\\.",
              "provider\\.client\\.key\\.",
              "(access|account|api|app|auth|admin|crypto|cipher|data|decryption|encryption|function|hmac|license|master|pgp|privacy"
                  + "|private|pvt|session|shared|signing|storage|subscription)\\.?keys?(\\.?id)?\\."));

  /** Names that end so say where a secret lies or how it is got, not what it is. */
  private static final Pattern ABOUT_SECRETS =
      Pattern.compile(
          "(\\.|password|passwd|secret|token|key|credentials?)(file|path|location|type|provider|class|classname"
              + "|enabled|required|timeout|size|bits|length|algorithm|callback|format|alias|name|endpoint|url|uri|interval"
              + "|binding)\\.$"
              // Names of Kubernetes secrets, and the paths at which they are mounted.
              + "|\\.kubernetes\\.(driver|executor)\\.(secrets|secret\\.key\\.ref)\\.");

  private SecretNames() {}

  /** Whether the value of an option of this name is a secret. */
  static boolean isSecret(String option) {
    String words = "." + String.join(".", BOUNDARY.split(option)).toLowerCase(Locale.ROOT) + ".";
    String name = words.replaceAll("[.]{2,}", ".");
    return SECRET.matcher(name).find() && !ABOUT_SECRETS.matcher(name).find();
  }

  /**
   * The option that a path of the configuration names: what follows {@code options} or {@code
   * spark}, whose keys may hold dots; else its last key; a path that starts with no section of the
   * configuration is an option as a whole.
   */
  static String optionOf(String path) {
    int options = path.indexOf(".options.");
    if (options >= 0) {
      return path.substring(options + ".options.".length());
    }
    String section = path.replaceFirst("[.].*", "");
    if (section.equals("spark")) {
      return path.substring(Math.min(path.length(), section.length() + 1));
    }
    return Shape.keysOf(Configuration.class).containsKey(section)
        ? path.substring(path.lastIndexOf('.') + 1)
        : path;
  }
}
