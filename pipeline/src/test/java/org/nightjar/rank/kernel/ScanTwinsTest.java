package org.nightjar.rank.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** The scans that spare themselves work give what a scan of the whole catalogue gives. */
class ScanTwinsTest {
  private static final int ITEMS = 1_000;
  private static final int LIMIT = 20;

  /** Scores of a user by the user's first column, few of them different; some are unknown. */
  private static float score(Row user, int item, int unknownOf) {
    SplittableRandom random = new SplittableRandom(31L * user.getInt(0) + 1_000_003L * item);
    return random.nextInt(unknownOf) == 0 ? Float.NaN : 1 + random.nextInt(50);
  }

  private record Whole(int itemCount, int unknownOf, boolean ofFew) implements CatalogueScorer {
    @Override
    public boolean score(Row user, float[] scores) {
      for (int item = 0; item < scores.length; item++) {
        float score = ScanTwinsTest.score(user, item, unknownOf);
        if (ofFew) {
          scores[item] = Float.isNaN(score) ? 1 + item % 7 : Float.NaN;
        } else {
          scores[item] = score;
        }
      }
      return true;
    }
  }

  private record OfGroup(int itemCount) implements GroupScorer {
    @Override
    public Object group(Row user) {
      return user.getInt(0);
    }

    @Override
    public void score(Row user, float[] scores) {
      for (int item = 0; item < scores.length; item++) {
        scores[item] = score(user, item);
      }
    }

    @Override
    public float score(Row user, int item) {
      return ScanTwinsTest.score(user, item, 10);
    }
  }

  private record OfFew(int itemCount) implements SparseScorer {
    @Override
    public void score(Row user, SparseScores scores) {
      for (int item = itemCount - 1; item >= 0; item--) {
        if (Float.isNaN(ScanTwinsTest.score(user, item, 30))) {
          scores.add(item, 1);
          scores.add(item, item % 7);
        }
      }
    }
  }

  /** From −2 to 2; what comes to 0 is not known. */
  private record Signed(int itemCount) implements CatalogueScorer {
    static float score(Row user, int item) {
      return (item + user.getInt(0)) % 3 == 0 ? (item / 3) % 5 - 2 : 0;
    }

    @Override
    public boolean score(Row user, float[] scores) {
      for (int item = 0; item < scores.length; item++) {
        float score = score(user, item);
        scores[item] = score == 0 ? Float.NaN : score;
      }
      return true;
    }
  }

  private record SignedOfFew(int itemCount) implements SparseScorer {
    @Override
    public void score(Row user, SparseScores scores) {
      for (int item = 0; item < itemCount; item++) {
        if ((item + user.getInt(0)) % 3 == 0) {
          scores.add(item, Signed.score(user, item));
        }
      }
      scores.dropZeros();
    }
  }

  @Test
  void scoresBelowZeroCountAndZerosMayBeDropped() {
    agree(new SignedOfFew(ITEMS), new Signed(ITEMS));
  }

  @Test
  void groupsAreOrderedOnce() {
    agree(new OfGroup(ITEMS), new Whole(ITEMS, 10, false));
  }

  @Test
  void fewItemsAreAllThatIsLookedAt() {
    agree(new OfFew(ITEMS), new Whole(ITEMS, 30, true));
  }

  /** Twice over the same users, who have from none to nearly all items excluded. */
  private static void agree(BlockScorer scorer, BlockScorer twin) {
    SplittableRandom random = new SplittableRandom(7);
    int[] eligible = IntStream.range(0, ITEMS).filter(item -> item % 9 != 4).toArray();
    List<Row> users = new ArrayList<>();
    List<int[]> excluded = new ArrayList<>();
    for (int user = 0; user < BlockScan.USERS; user++) {
      int most = user % 8 == 0 ? ITEMS - 5 : 5 * user;
      users.add(RowFactory.create(user % 10));
      excluded.add(random.ints(most, 0, ITEMS).distinct().sorted().toArray());
    }
    BlockScan scan = scorer.scan(eligible, LIMIT);
    BlockScan whole = twin.scan(eligible, LIMIT);
    for (int round = 0; round < 2; round++) {
      scan.begin(users, excluded);
      whole.begin(users, excluded);
      for (int user = 0; user < users.size(); user++) {
        TopN.Ranked found = scan.next();
        TopN.Ranked expected = whole.next();
        assertThat(found.items()).containsExactly(expected.items());
        assertThat(found.scores()).containsExactly(expected.scores());
        int[] asked = without(eligible, excluded.get(user));
        float[] scores = new float[asked.length];
        float[] expectedScores = new float[asked.length];
        scan.scores(asked, scores);
        whole.scores(asked, expectedScores);
        assertThat(scores).containsExactly(expectedScores);
      }
    }
  }

  private static int[] without(int[] eligible, int[] excluded) {
    return Arrays.stream(eligible)
        .filter(item -> Arrays.binarySearch(excluded, item) < 0)
        .toArray();
  }
}
