package org.nightjar.generate;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * When orders are made: more at the end of the week, more before the end of the year (a cosine of ±
 * 30 %, highest in December), and more by day than by night.
 */
final class SalesCalendar implements Serializable {
  /** Monday to Sunday. */
  private static final double[] WEEKDAYS = {0.9, 0.85, 0.9, 1.0, 1.3, 1.4, 0.65};

  private static final double YEARLY = 0.3;
  private static final double YEAR_DAYS = 365.25;
  private static final int SECONDS_PER_DAY = 86_400;

  private final LocalDate firstDay;
  private final double[] cumulative;
  private final int[] dayOfYear;

  SalesCalendar(ShopSize size) {
    this.firstDay = size.firstDay();
    this.cumulative = new double[size.days()];
    this.dayOfYear = new int[size.days()];
    double sum = 0;
    for (int day = 0; day < cumulative.length; day++) {
      LocalDate date = firstDay.plusDays(day);
      dayOfYear[day] = date.getDayOfYear();
      double year = StrictMath.cos(2 * StrictMath.PI * (dayOfYear[day] - 350) / YEAR_DAYS);
      sum += WEEKDAYS[date.getDayOfWeek().getValue() - 1] * (1 + YEARLY * year);
      cumulative[day] = sum;
    }
  }

  /** A day on or after one, by its number from 0. */
  int day(Draws draws, int earliest) {
    double before = earliest <= 0 ? 0 : cumulative[earliest - 1];
    double at = before + draws.uniform() * (cumulative[cumulative.length - 1] - before);
    int found = Arrays.binarySearch(cumulative, at);
    return Math.min(cumulative.length - 1, found < 0 ? -found - 1 : found + 1);
  }

  int dayOfYear(int day) {
    return dayOfYear[day];
  }

  /**
   * A second of a day on which a basket may begin: the middle of three draws, so rather at noon
   * than at midnight.
   */
  int second(Draws draws) {
    double one = draws.uniform();
    double other = draws.uniform();
    double third = draws.uniform();
    double middle = Math.max(Math.min(one, other), Math.min(Math.max(one, other), third));
    return (int) (middle * (SECONDS_PER_DAY - Draws.MOST));
  }

  /** Seconds since 1970, UTC. */
  long epochSecond(int day, int second) {
    return (firstDay.toEpochDay() + day) * SECONDS_PER_DAY + second;
  }

  LocalDate date(int day) {
    return firstDay.plusDays(day);
  }
}
