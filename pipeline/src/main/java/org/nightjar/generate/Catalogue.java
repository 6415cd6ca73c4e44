package org.nightjar.generate;

import java.io.Serializable;
import java.util.Locale;
import org.nightjar.generate.Draws.Purpose;

/**
 * The items, each told by its place in the order of popularity, 0 the most popular; everything
 * about an item follows from its place and the seed, so no table of items is kept.
 *
 * <p>Each run of {@link #TASTES} places holds one item of every taste, so that a taste's items have
 * the shop's Zipf law among themselves. Item numbers are a permutation of the places: neither ids
 * nor their order tell how popular an item is.
 */
final class Catalogue implements Serializable {
  /** Departments of the shop; who likes which is said in {@link Shopper}. */
  static final int TASTES = 12;

  /** Price bands, 0 the cheapest; each is 2.2 times as dear as the one before. */
  static final int BANDS = 5;

  private static final double[] BAND_PRICES = {1, 2.2, 4.84, 10.65, 23.43};
  private static final int GROUPS = 6;
  private static final int BRANDS = 8;
  private static final double LAUNCHED_BEFORE = 0.75;
  private static final double SEASONAL = 0.25;
  private static final double UNAVAILABLE = 0.02;
  private static final int QUARTERS = 4;
  private static final int QUARTER_DAYS = 91;
  private static final String[] SYLLABLES = {
    "ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "xu", "za"
  };

  private final ShopSize size;
  private final long step;

  Catalogue(ShopSize size) {
    this.size = size;
    long factor = (long) (size.items() * 0.6180339887) | 1;
    while (greatestCommonDivisor(factor, size.items()) != 1) {
      factor += 2;
    }
    this.step = factor;
  }

  private static long greatestCommonDivisor(long one, long other) {
    return other == 0 ? one : greatestCommonDivisor(other, one % other);
  }

  /** Number of items. */
  int items() {
    return size.items();
  }

  /** Number of items of a taste. */
  int itemsOf(int taste) {
    int whole = size.items() / TASTES;
    return whole * TASTES + shifted(whole, taste) < size.items() ? whole + 1 : whole;
  }

  /** The place of a taste's item by its rank among them. */
  int place(int taste, int rank) {
    return rank * TASTES + shifted(rank, taste);
  }

  private int shifted(int rank, int taste) {
    return (taste + shift(rank)) % TASTES;
  }

  private int shift(int rank) {
    return new Draws(size.seed(), Purpose.RANKS, rank).below(TASTES);
  }

  /** The taste that an item is to. */
  int taste(int place) {
    return Math.floorMod(place % TASTES - shift(place / TASTES), TASTES);
  }

  /** The id as the tables have it. */
  String id(int place) {
    return itemId((place * step + 7) % size.items());
  }

  static String itemId(long number) {
    return String.format(Locale.ROOT, "I%08d", number);
  }

  /**
   * What can be told of an item. The first of each taste was always there, is sold all the year and
   * available.
   *
   * @param band of the price
   * @param price in the shop's currency
   * @param group within the department, 0 to 5
   * @param brand within the department, 0 to 7
   * @param launchDay day of the events on which it was first sold; 0 or less: before
   * @param season quarter of the year in which it sells; −1: always
   */
  record Item(
      int band, double price, int group, int brand, int launchDay, int season, boolean available) {}

  Item item(int place) {
    Draws draws = new Draws(size.seed(), Purpose.ITEM, place);
    boolean first = place < TASTES;
    int band = draws.below(BANDS);
    double price = BAND_PRICES[band] * (1 + draws.uniform());
    int group = draws.below(GROUPS);
    int brand = draws.below(BRANDS);
    double launch = draws.uniform();
    double season = draws.uniform();
    int launchDay =
        first || launch < LAUNCHED_BEFORE
            ? -(int) (launch * 1000)
            : (int) ((launch - LAUNCHED_BEFORE) / (1 - LAUNCHED_BEFORE) * size.days());
    return new Item(
        band,
        Math.round(price * 100) / 100.0,
        group,
        brand,
        launchDay,
        first || season >= SEASONAL ? -1 : (int) (season / SEASONAL * QUARTERS),
        first || !draws.chance(UNAVAILABLE));
  }

  /** Whether an item is in season on a day of the year. */
  static boolean inSeason(Item item, int dayOfYear) {
    return item.season() < 0 || item.season() == Math.min(3, (dayOfYear - 1) / QUARTER_DAYS);
  }

  /**
   * The item that goes into the same basket: the next one of the same taste, two by two, so that
   * companions are each other's.
   */
  int companion(int place) {
    int taste = taste(place);
    int other = (place / TASTES) ^ 1;
    return other < itemsOf(taste) ? place(taste, other) : place;
  }

  /** Path of the category, most general first, levels separated by {@code " > "}. */
  String category(int taste, Item item) {
    return "Department " + (taste + 1) + " > " + word(taste, item.group() + 1);
  }

  /** The brand's name; a brand keeps to its department. */
  String brand(int taste, Item item) {
    return word(taste, 100 + item.brand());
  }

  /** A few words: how it is, what it is, who makes it. What it is, is told by its category too. */
  String text(int place, int taste, Item item) {
    Draws draws = new Draws(size.seed(), Purpose.WORDS, place);
    return String.join(
        " ",
        word(TASTES, draws.below(200)),
        word(taste, item.group() + 1),
        brand(taste, item),
        (1 + draws.below(12)) + " pcs");
  }

  private String word(int list, int number) {
    Draws draws = new Draws(size.seed(), Purpose.WORDS, -1L - list, number);
    StringBuilder word = new StringBuilder();
    for (int syllable = 0; syllable < 3; syllable++) {
      word.append(SYLLABLES[draws.below(SYLLABLES.length)]);
    }
    return word.toString();
  }
}
