package org.nightjar.config;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.nightjar.Require;

/**
 * The secret of an installation, from the environment variable {@value #VARIABLE}: with it, ids
 * become hashes (HMAC-SHA-256) that nobody without it can compute or reverse by trying ids. It is
 * never logged, rendered or written. Ids are trimmed, as on ingest.
 */
public final class PrivacyKey implements Serializable {
  /** The environment variable. */
  public static final String VARIABLE = "NIGHTJAR_PRIVACY_KEY";

  private static final long serialVersionUID = 1;
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MIN_CHARACTERS = 16;

  /** 128 bits: no two of 10⁹ users meet but with a chance of 10⁻²¹. */
  private static final int PSEUDONYM_BYTES = 16;

  private static final int FINGERPRINT_BYTES = 4;

  private final byte[] secret;
  private transient Mac mac;

  private PrivacyKey(byte[] secret) {
    this.secret = secret;
  }

  /** The key of this process's environment; empty if the variable is not set. */
  public static Optional<PrivacyKey> fromEnvironment() {
    return from(System::getenv);
  }

  /**
   * The key of an environment; empty if the variable is not set.
   *
   * @throws org.nightjar.InputException if it is too short to be a secret
   */
  public static Optional<PrivacyKey> from(Function<String, String> environment) {
    String text = environment.apply(VARIABLE);
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    Require.that(
        text.strip().length() >= MIN_CHARACTERS,
        "The key in %s has fewer than %s characters; take a random one (openssl rand -hex 32)",
        VARIABLE,
        MIN_CHARACTERS);
    return Optional.of(new PrivacyKey(text.strip().getBytes(StandardCharsets.UTF_8)));
  }

  /** What stands for a user in all tables, 32 hexadecimal digits; null for null. */
  public String pseudonym(String id) {
    return id == null ? null : hex("pseudonym", id.strip(), PSEUDONYM_BYTES);
  }

  /** What stands for a user in the list of those who were erased; null for null. */
  public String suppressed(String id) {
    return id == null ? null : hex("suppressed", id.strip(), Integer.MAX_VALUE);
  }

  /** Tells keys apart without telling them: 8 hexadecimal digits. */
  public String fingerprint() {
    return hex("fingerprint", "", FINGERPRINT_BYTES);
  }

  /** Tasks have a key of their own each, so that they do not wait for one another here. */
  private synchronized String hex(String purpose, String id, int bytes) {
    try {
      if (mac == null) {
        mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(secret, ALGORITHM));
      }
      byte[] hash = mac.doFinal((purpose + '\0' + id).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(hash, Math.min(bytes, hash.length)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java runtime has it
    }
  }

  /** Says nothing of the key. */
  @Override
  public String toString() {
    return "a key from " + VARIABLE;
  }
}
