package org.nightjar.config;

import org.nightjar.Require;
import org.nightjar.Setting;

/** Where and how releases are written. */
public record OutputSettings(
    @Setting("Folder of the releases, the pointer and the work files; any Hadoop file system.")
        String path,
    @Setting(value = "Most rows in one Parquet file.", byDefault = "2000000") long maxRowsPerFile,
    @Setting(value = "Similar items per item.", byDefault = "10") int similarItems,
    @Setting(
            value =
                "Minutes without a sign of life after which another run's lock on the output counts as dead and is taken"
                    + " over.",
            byDefault = "10")
        int lockExpiryMinutes,
    @Setting(
            value =
                "Published releases to keep, the newest ones; older ones are removed after a publication, save the current one,"
                    + " pinned ones and those within `readerHours`. 0 keeps all.",
            byDefault = "14")
        int keepReleases,
    @Setting(
            value =
                "Hours for which a release is kept after it stopped being current, for those who still read it.",
            byDefault = "24")
        int readerHours,
    @Setting(
            value =
                "A file that every finished run writes in the text format of Prometheus, for the textfile collector of its node"
                    + " exporter, such as /var/lib/node_exporter/nightjar.prom; none without it.",
            byDefault = Setting.NONE)
        String metricsFile,
    @Setting(
            value =
                "The table of trials that `tune` wrote beside its configuration, which names it; published with every release"
                    + " and shown in its report.",
            byDefault = Setting.NONE)
        String trials) {
  public OutputSettings {
    Require.that(!path.isBlank(), "path is empty");
    Require.that(maxRowsPerFile > 0, "maxRowsPerFile is %s but must be > 0", maxRowsPerFile);
    Require.that(similarItems >= 0, "similarItems is %s but must be >= 0", similarItems);
    Require.that(keepReleases >= 0, "keepReleases is %s but must be >= 0", keepReleases);
    Require.that(readerHours >= 0, "readerHours is %s but must be >= 0", readerHours);
    Require.that(
        lockExpiryMinutes >= 1, "lockExpiryMinutes is %s but must be >= 1", lockExpiryMinutes);
  }
}
