package org.nightjar.generate;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.nightjar.generate.Catalogue.Item;
import org.nightjar.generate.Draws.Purpose;

/**
 * The purchases of one user, basket by basket, in no order of time; nothing is kept but the line
 * before.
 *
 * <p>A line is, by chance: one of the user's eight staples (45 %), which the user buys again and
 * again, the first of them most; the companion of the line before (15 % of the others, except at a
 * basket's start); an item of the user's taste (70 % of the rest), of the other taste (15 %), or of
 * the whole shop (15 %), popular ones more by the shop's Zipf law. An item drawn so is passed over
 * if it has not been launched, and by chance if it is out of season (80 %) or one, two or more
 * price bands away from the user's (30, 60, 80 %). After 16 draws the most popular item of the
 * taste is taken.
 */
final class History implements Iterator<History.Line> {
  private static final int STAPLES = 8;
  private static final double STAPLE_SHARE = 0.45;
  private static final double COMPANION_SHARE = 0.15;
  private static final double TASTE_SHARE = 0.7;
  private static final double OTHER_TASTE_SHARE = 0.85;
  private static final double OUT_OF_SEASON = 0.2;
  private static final double[] BY_BANDS_AWAY = {1, 0.7, 0.4, 0.2, 0.2};
  private static final double BASKET_LINES = 4;
  private static final double MORE_THAN_ONE = 0.15;
  private static final int TRIES = 16;

  private final ShopSize size;
  private final Catalogue catalogue;
  private final SalesCalendar calendar;
  private final int user;
  private final Shopper shopper;
  private final Draws draws;
  private long left;
  private int order;
  private int linesLeft;
  private int day;
  private int second;
  private int before = -1;

  /**
   * The lines of a user.
   *
   * @param lines how many
   */
  History(ShopSize size, Catalogue catalogue, SalesCalendar calendar, int user, long lines) {
    this.size = size;
    this.catalogue = catalogue;
    this.calendar = calendar;
    this.user = user;
    this.shopper = Shopper.of(size, user);
    this.draws = new Draws(size.seed(), Purpose.HISTORY, user);
    this.left = lines;
  }

  /**
   * One purchase.
   *
   * @param order number of the user's basket, from 1
   * @param place of the item, see {@link Catalogue}
   * @param epochSecond when, UTC; a second after the basket's line before, so that no two lines of
   *     a user are equal
   * @param quantity units, from 1
   * @param amount paid, in the shop's currency
   */
  record Line(int order, int place, long epochSecond, int quantity, double amount) {}

  @Override
  public boolean hasNext() {
    return left > 0;
  }

  @Override
  public Line next() {
    if (left <= 0) {
      throw new NoSuchElementException();
    }
    left--;
    if (linesLeft == 0) {
      order++;
      linesLeft = draws.size(BASKET_LINES);
      day = calendar.day(draws, shopper.joinDay());
      second = calendar.second(draws);
      before = -1;
    }
    linesLeft--;
    int place = bought();
    before = place;
    long at = calendar.epochSecond(day, second++);
    int quantity = draws.chance(MORE_THAN_ONE) ? 2 + draws.below(4) : 1;
    double amount = Math.round(catalogue.item(place).price() * quantity * 100) / 100.0;
    return new Line(order, place, at, quantity, amount);
  }

  private int bought() {
    if (draws.chance(STAPLE_SHARE)) {
      int slot = draws.zipf(STAPLES, 1);
      return accepted(new Draws(size.seed(), Purpose.STAPLES, user, slot), true);
    }
    if (before >= 0 && draws.chance(COMPANION_SHARE)) {
      int companion = catalogue.companion(before);
      if (catalogue.item(companion).launchDay() <= day) {
        return companion;
      }
    }
    return accepted(draws, false);
  }

  /** The first drawn item that suits; a staple does whatever the season. */
  private int accepted(Draws from, boolean staple) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      int place = drawn(from);
      Item item = catalogue.item(place);
      double suits = BY_BANDS_AWAY[Math.abs(item.band() - shopper.income())];
      if (!staple && !Catalogue.inSeason(item, calendar.dayOfYear(day))) {
        suits *= OUT_OF_SEASON;
      }
      if (from.chance(suits) && item.launchDay() <= day) {
        return place;
      }
    }
    return catalogue.place(shopper.taste(), 0);
  }

  private int drawn(Draws from) {
    double share = from.uniform();
    if (share >= OTHER_TASTE_SHARE) {
      return from.zipf(catalogue.items(), size.zipf());
    }
    int taste = share < TASTE_SHARE ? shopper.taste() : shopper.otherTaste();
    return catalogue.place(taste, from.zipf(catalogue.itemsOf(taste), size.zipf()));
  }
}
