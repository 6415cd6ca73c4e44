package org.nightjar.generate;

import java.io.Serializable;
import java.time.LocalDate;
import org.nightjar.Require;

/**
 * How large a made-up shop is, and how bad its data.
 *
 * @param users rows of users, dirt aside
 * @param items rows of items, dirt aside; at least one per taste
 * @param events rows of events, dirt aside
 * @param days that the events span
 * @param lastDay the day of the last events, UTC
 * @param seed of everything
 * @param dirt share of rows that are spoilt, 0 to 0.5
 * @param zipf exponent of the items' popularity, 0 or more
 * @param spread standard deviation of the logarithm of the users' activity, 0 or more
 * @param heaviest events of one more user, by whom skew can be studied; 0: there is none
 */
public record ShopSize(
    int users,
    int items,
    long events,
    int days,
    LocalDate lastDay,
    long seed,
    double dirt,
    double zipf,
    double spread,
    long heaviest)
    implements Serializable {
  public ShopSize {
    Require.that(users >= 1, "users is %s but must be at least 1", users);
    Require.that(
        items >= Catalogue.TASTES,
        "items is %s but must be at least %s, one per taste",
        items,
        Catalogue.TASTES);
    Require.that(events >= 0, "events is %s but must be >= 0", events);
    Require.that(days >= 1 && days <= 10_000, "days is %s but must be from 1 to 10000 days", days);
    Require.that(dirt >= 0 && dirt <= 0.5, "dirt is %s but must be a share from 0 to 0.5", dirt);
    Require.that(zipf >= 0 && zipf <= 4, "zipf is %s but must be from 0 to 4", zipf);
    Require.that(spread >= 0 && spread <= 4, "spread is %s but must be from 0 to 4", spread);
    Require.that(heaviest >= 0, "heaviest is %s but must be >= 0 events", heaviest);
  }

  /** The first day of events. */
  LocalDate firstDay() {
    return lastDay.minusDays(days - 1L);
  }
}
