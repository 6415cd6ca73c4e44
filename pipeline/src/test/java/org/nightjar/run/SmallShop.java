package org.nightjar.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;

/** A shop of 40 users in two groups, 12 items, 90 days. */
final class SmallShop {
  static final int USERS = 40;
  static final int ITEMS = 12;
  private static final int DAYS = 90;

  private SmallShop() {}

  /** Its configuration, releases in a folder beside the sources. */
  static Configuration configuration(Path folder, String output, String... changes) {
    String text =
        """
        name: shop
        sources:
          users: {format: csv, path: FOLDER/users.csv, options: {header: true}, columns: {user_id: user, group: group}}
          items: {format: csv, path: FOLDER/items.csv, options: {header: true}, columns: {item_id: item, text: name, category: kind}}
          events: {format: csv, path: FOLDER/purchases.csv, options: {header: true}, columns: {user_id: user, item_id: item, event_at: when}}
        userAttributes: {group: {type: categorical}}
        models:
          repeat: {type: repeat}
          als: {type: als, rank: 4, iterations: 3}
          demographic: {type: demographic, smoothing: 5}
          popularity: {type: popularity}
        rank:
          listLength: 5
          candidatesPerModel: 12
          learned: {enabled: true, trees: 5, maxRows: 1000}
        evaluation: {split: {type: time, days: 20}, ks: [5], bootstrapReplicates: 20}
        # Forty users are too few to learn weights from, and unweighted models lose to the planted groups.
        gate: {levels: {worse-than-models: "off"}}
        output: {path: FOLDER/OUTPUT, similarItems: 3}
        """;
    return ConfigurationLoader.load(
        text.replace("FOLDER", folder.toString()).replace("OUTPUT", output),
        "shop.yaml",
        List.of(changes),
        name -> null);
  }

  /** Group A likes the first half of the items, group B the second; everyone buys item 0. */
  static List<String> purchases() {
    List<String> lines = new ArrayList<>();
    LocalDate first = LocalDate.parse("2024-01-01");
    for (int user = 0; user < USERS; user++) {
      for (int visit = 0; visit < 12; visit++) {
        int item =
            visit % 4 == 0 ? 0 : (user % 2) * (ITEMS / 2) + (user * 7 + visit * 5) % (ITEMS / 2);
        LocalDate day = first.plusDays((user * 3 + visit * 8) % DAYS);
        lines.add(String.format("u%02d,i%02d,%sT10:00:00Z", user, item, day));
      }
    }
    return lines;
  }

  /** Writes its sources. */
  static void write(Path folder, List<String> purchases) throws IOException {
    List<String> users = new ArrayList<>(List.of("user,group"));
    for (int user = 0; user < USERS; user++) {
      users.add(String.format("u%02d,%s", user, user % 2 == 0 ? "A" : "B"));
    }
    List<String> items = new ArrayList<>(List.of("item,name,kind"));
    for (int item = 0; item < ITEMS; item++) {
      items.add(String.format("i%02d,Item %d,kind %d", item, item, item % 3));
    }
    List<String> events = new ArrayList<>(List.of("user,item,when"));
    events.addAll(purchases);
    Files.write(folder.resolve("users.csv"), users);
    Files.write(folder.resolve("items.csv"), items);
    Files.write(folder.resolve("purchases.csv"), events);
  }
}
