package org.nightjar.rank;

import java.io.Serializable;
import java.util.BitSet;

/**
 * What a list is made of beside its order.
 *
 * @param mix places for what was bought before; null: as the scores fall
 * @param newItems indexes of the new items, see {@link Rules#newItems}
 * @param diversity strength of the re-ranking, 0 to 1
 */
public record ListShape(RepeatMix mix, BitSet newItems, double diversity) implements Serializable {
  /** Lists that follow the scores. */
  public static final ListShape AS_SCORED = new ListShape(null, new BitSet(), 0);

  /** This shape with another mix. */
  public ListShape with(RepeatMix other) {
    return new ListShape(other, newItems, diversity);
  }

  /** This shape with another strength of re-ranking. */
  public ListShape with(double strength) {
    return new ListShape(mix, newItems, strength);
  }
}
