package org.nightjar.report;

import java.util.Locale;
import java.util.Map;
import org.nightjar.table.UserFeatures;

/** Names of columns, measures and metrics in words. */
final class Titles {
  private static final Map<String, String> MEASURES =
      Map.ofEntries(
          Map.entry(UserFeatures.FREQUENCY_EVENTS, "Events per user"),
          Map.entry(UserFeatures.DISTINCT_ITEMS, "Different items per user"),
          Map.entry(UserFeatures.ORDERS, "Orders per user"),
          Map.entry(UserFeatures.BASKET_LINES, "Lines per order"),
          Map.entry(UserFeatures.MONETARY_AMOUNT, "Money spent per user"),
          Map.entry(UserFeatures.AVERAGE_ORDER_AMOUNT, "Money spent per order"),
          Map.entry(UserFeatures.RECENCY_DAYS, "Days since the last event"),
          Map.entry(UserFeatures.TENURE_DAYS, "Days since the first event"),
          Map.entry(UserFeatures.INTER_PURCHASE_DAYS, "Days between visits"),
          Map.entry(UserFeatures.REPEAT_SHARE, "Share of repeats"));

  private Titles() {}

  /** {@code users.household_size} as {@code Household size}. */
  static String subject(String subject) {
    String name = subject.substring(subject.indexOf('.') + 1);
    return MEASURES.getOrDefault(name, sentence(name));
  }

  /** {@code hit_rate} as {@code Hit rate}. */
  static String sentence(String name) {
    return name.isEmpty()
        ? name
        : name.substring(0, 1).toUpperCase(Locale.ROOT)
            + name.substring(1).replace('_', ' ').replace('-', ' ');
  }

  /** {@code MAP@10}. */
  static String metric(String metric, int k) {
    return metric(metric) + "@" + k;
  }

  /** {@code MAP}. */
  static String metric(String metric) {
    return switch (metric) {
      case "map", "f1", "ndcg", "mrr" -> metric.toUpperCase(Locale.ROOT);
      default -> sentence(metric);
    };
  }
}
