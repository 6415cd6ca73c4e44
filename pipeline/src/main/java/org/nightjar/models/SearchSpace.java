package org.nightjar.models;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * The settings of a model that a search may change, and the values that it may give them. Settings
 * not named keep what is configured. Each model declares its own, see {@link
 * CandidateModel#searchSpace}.
 *
 * @param values by setting, in the order of drawing; empty: nothing to search
 * @param forColdUsers whether the model is there for users without history, so that they are the
 *     ones on whom its settings should be judged
 */
public record SearchSpace(Map<String, Values> values, boolean forColdUsers) {
  /** Nothing to search. */
  public static final SearchSpace NONE = new SearchSpace(Map.of(), false);

  private static final MathContext DIGITS = new MathContext(3);

  public SearchSpace {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** What a setting may become, drawn as it would stand in the configuration. */
  @FunctionalInterface
  public interface Values {
    /** One value: a number, a text or a list of texts. */
    Object draw(SplittableRandom random);

    /**
     * How far two of the values are apart: 0 for equal ones, 1 at most. Where there is no order,
     * any two that differ are 1 apart.
     */
    default double distance(Object one, Object other) {
      return one.equals(other) ? 0 : 1;
    }
  }

  /** This space with one more setting. */
  public SearchSpace with(String setting, Values its) {
    Map<String, Values> more = new LinkedHashMap<>(values);
    more.put(setting, its);
    return new SearchSpace(more, forColdUsers);
  }

  /** This space, judged on users without history. */
  public SearchSpace judgedOnColdUsers() {
    return new SearchSpace(values, true);
  }

  /** A value for every setting, each drawn on its own; the same from equal generators. */
  public Map<String, Object> draw(SplittableRandom random) {
    Map<String, Object> drawn = new LinkedHashMap<>();
    values.forEach((setting, its) -> drawn.put(setting, its.draw(random)));
    return Collections.unmodifiableMap(drawn);
  }

  /**
   * Numbers from low to high; the distance is a part of the whole range, on a scale that makes all
   * of its parts equally likely.
   */
  private record Range(
      Function<SplittableRandom, Object> drawn, DoubleUnaryOperator scale, double low, double high)
      implements Values {
    @Override
    public Object draw(SplittableRandom random) {
      return drawn.apply(random);
    }

    @Override
    public double distance(Object one, Object other) {
      double width = scale.applyAsDouble(high) - scale.applyAsDouble(low);
      double apart = scaled(one) - scaled(other);
      return width == 0 ? 0 : Math.min(1, Math.abs(apart) / width);
    }

    private double scaled(Object value) {
      return scale.applyAsDouble(((Number) value).doubleValue());
    }
  }

  /** Some numbers, in the order given. */
  private record Steps(List<Object> all) implements Values {
    @Override
    public Object draw(SplittableRandom random) {
      return all.get(random.nextInt(all.size()));
    }

    @Override
    public double distance(Object one, Object other) {
      return Math.abs(all.indexOf(one) - all.indexOf(other)) / (double) Math.max(1, all.size() - 1);
    }
  }

  /** One of these, all equally likely. Numbers are as far apart as their places in the list. */
  public static Values oneOf(Object... choices) {
    List<Object> all = List.of(choices);
    return all.stream().allMatch(Number.class::isInstance)
        ? new Steps(all)
        : random -> all.get(random.nextInt(all.size()));
  }

  /** A whole number from low to high, both included, all equally likely. */
  public static Values integers(int low, int high) {
    return new Range(
        random -> random.nextInt(low, high + 1), DoubleUnaryOperator.identity(), low, high);
  }

  /**
   * A number from low to high, every part of the range equally likely. Rounded to three significant
   * digits, as the ends must be.
   */
  public static Values uniform(double low, double high) {
    return new Range(
        random -> rounded(random.nextDouble(low, high)), DoubleUnaryOperator.identity(), low, high);
  }

  /** As {@link #uniform}, but every ratio equally likely: 1 to 10 as often as 10 to 100. */
  public static Values logUniform(double low, double high) {
    return new Range(
        random -> rounded(Math.exp(random.nextDouble(Math.log(low), Math.log(high)))),
        Math::log,
        low,
        high);
  }

  /**
   * Some of the names: all of them, one, or two, each of the three kinds equally likely. All is the
   * empty list, as in a model's {@code attributes}; so is the draw of two where there are only two.
   */
  public static Values someOf(List<String> names) {
    List<String> all = List.copyOf(names);
    return random -> {
      int size = random.nextInt(3);
      if (size == 0 || size >= all.size()) {
        return List.of();
      }
      int first = random.nextInt(all.size());
      if (size == 1) {
        return List.of(all.get(first));
      }
      int second = (first + 1 + random.nextInt(all.size() - 1)) % all.size();
      return List.of(all.get(Math.min(first, second)), all.get(Math.max(first, second)));
    };
  }

  private static double rounded(double value) {
    return BigDecimal.valueOf(value).round(DIGITS).doubleValue();
  }
}
