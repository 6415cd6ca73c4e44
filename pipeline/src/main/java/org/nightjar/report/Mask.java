package org.nightjar.report;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands for an id on a page that may travel: the same id has the same mask in every report of an
 * output, and without the output's key nobody can tell which id it is, not even by trying all.
 *
 * @param key secret text, not empty
 */
public record Mask(String key) {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 5;

  /** Ten hexadecimal digits of HMAC-SHA-256 (RFC 2104). */
  public String of(String id) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      byte[] hash = mac.doFinal(id.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no " + ALGORITHM, e);
    }
  }

  /** Not the key. */
  @Override
  public String toString() {
    return "Mask";
  }
}
