package org.nightjar.publish;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.nightjar.InputException;

/**
 * A small JSON file as it was found: missing, damaged, or sound. Every JSON file that is read back
 * goes through here, so that its reader has to say what a damaged one means to it. Damaged is what
 * is empty, cut off, not JSON, or lacks what its type must have.
 *
 * @param place the file, for messages
 * @param value what it holds; empty if it is missing or damaged
 * @param damage why it cannot be read; empty if it is missing or sound
 */
public record StoredJson<T>(String place, Optional<T> value, Optional<String> damage) {

  /** Reads a file of a store. */
  public static <T> StoredJson<T> read(Store store, String name, Class<T> type) {
    String place = store.path(name).toString();
    Optional<String> text = store.read(name);
    if (text.isEmpty()) {
      return new StoredJson<>(place, Optional.empty(), Optional.empty());
    }
    if (text.get().isBlank()) {
      return new StoredJson<>(place, Optional.empty(), Optional.of("it is empty"));
    }
    try {
      return new StoredJson<>(
          place, Optional.of(Json.read(text.get(), type, place)), Optional.empty());
    } catch (InputException e) {
      String why = e.getCause() == null ? "it holds null" : Json.reason(e.getCause());
      return new StoredJson<>(place, Optional.empty(), Optional.of(why));
    }
  }

  /** Whether there is something that cannot be read. */
  public boolean isDamaged() {
    return damage.isPresent();
  }

  /** {@code 'PLACE' is damaged (why)}: the part of a sentence. */
  String described() {
    return String.format("'%s' is damaged (%s)", place, damage.orElse("not"));
  }

  /**
   * The value; empty if the file is missing.
   *
   * @param message makes the sentence of the error, remedy included, from {@code 'PLACE' is damaged
   *     (why)}
   * @throws InputException if it is damaged
   */
  Optional<T> orRefuse(UnaryOperator<String> message) {
    if (isDamaged()) {
      throw new InputException(message.apply(described()));
    }
    return value;
  }
}
