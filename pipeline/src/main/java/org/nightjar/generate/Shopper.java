package org.nightjar.generate;

import java.util.List;
import org.nightjar.generate.Draws.Purpose;

/**
 * What can be told of a user, and what moves them; both follow from the seed and the user's number.
 *
 * <p>The taste is tied to demographics: each of the six age bands has one taste per gender, and a
 * user has the taste of its cell in 7 of 10 cases, any taste otherwise. Income gives the price band
 * that the user prefers. The region means nothing.
 *
 * @param age in years
 * @param gender index into {@link #GENDERS}
 * @param region 0 to 15
 * @param income index into {@link #INCOMES}; also the preferred price band
 * @param taste most of what the user buys
 * @param otherTaste some of what the user buys
 * @param joinDay day of the events on which the user came; 0 or less: before
 */
record Shopper(
    int age, int gender, int region, int income, int taste, int otherTaste, int joinDay) {
  /** In the order of their indexes. */
  static final List<String> GENDERS = List.of("female", "male");

  /** From lowest to highest. */
  static final List<String> INCOMES =
      List.of("under 20K", "20-39K", "40-69K", "70-119K", "120K and over");

  private static final int REGIONS = 16;
  private static final int YOUNGEST = 18;
  private static final int BAND_YEARS = 10;
  private static final int AGE_BANDS = Catalogue.TASTES / GENDERS.size();
  private static final double TIED = 0.7;
  private static final double JOINED_BEFORE = 0.7;

  static Shopper of(ShopSize size, int number) {
    Draws draws = new Draws(size.seed(), Purpose.PROFILE, number);
    int age = YOUNGEST + draws.below(AGE_BANDS * BAND_YEARS);
    int gender = draws.below(GENDERS.size());
    int cell = (age - YOUNGEST) / BAND_YEARS * GENDERS.size() + gender;
    boolean tied = draws.chance(TIED);
    int any = draws.below(Catalogue.TASTES);
    double joined = draws.uniform();
    return new Shopper(
        age,
        gender,
        draws.below(REGIONS),
        draws.below(INCOMES.size()),
        tied ? cell : any,
        draws.below(Catalogue.TASTES),
        joined < JOINED_BEFORE
            ? -(int) (joined * 2000)
            : (int) ((joined - JOINED_BEFORE) / (1 - JOINED_BEFORE) * size.days()));
  }

  String regionName() {
    return "region " + (char) ('A' + region);
  }
}
