"""Compares published recommendations of several runs, given as NAME=FOLDER, with those of the first.

Two rows for the same user and rank agree when they name the same item with scores within 1e-5. An item swapped with another whose score
is within 1e-5 is a tie: counted, and no difference. Prints a table; exit code 1 when anything else differs. Run it by spark-submit.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

TOLERANCE = 1e-5


def main() -> int:
    runs = [argument.split("=", 1) for argument in sys.argv[1:]]
    if len(runs) < 2:
        print("usage: compare_lists.py NAME=FOLDER NAME=FOLDER…", file=sys.stderr)
        return 2
    spark = SparkSession.builder.appName("compare-lists").config("spark.ui.enabled", "false").getOrCreate()
    tables = [(name, spark.read.parquet(folder).cache()) for name, folder in runs]
    first_name, first = tables[0]
    print(f"{first_name}: {first.select('user_id').distinct().count()} users, {first.count()} rows")
    print(f"{'compared with':<16}{'rows':>10}{'same':>10}{'ties':>8}{'differing':>11}{'only in one':>13}{'largest score gap':>20}")
    failed = first.isEmpty()
    for name, table in tables[1:]:
        pairs = first.alias("a").join(
            table.alias("b"),
            (f.col("a.user_id") == f.col("b.user_id")) & (f.col("a.rank") == f.col("b.rank")),
            "full_outer",
        )
        both = f.col("a.user_id").isNotNull() & f.col("b.user_id").isNotNull()
        gap = f.abs(f.col("a.score") - f.col("b.score"))
        same = both & (f.col("a.item_id") == f.col("b.item_id")) & (gap <= TOLERANCE)
        tie = both & (f.col("a.item_id") != f.col("b.item_id")) & (gap <= TOLERANCE)
        counts = pairs.select(
            f.count_if(same).alias("same"),
            f.count_if(tie).alias("ties"),
            f.count_if(both & ~same & ~tie).alias("differing"),
            f.count_if(~both).alias("one_sided"),
            f.max(gap).alias("gap"),
        ).first()
        print(
            f"{name:<16}{table.count():>10}{counts.same:>10}{counts.ties:>8}{counts.differing:>11}{counts.one_sided:>13}"
            f"{counts.gap if counts.gap is not None else float('nan'):>20.2e}"
        )
        failed = failed or counts.differing > 0 or counts.one_sided > 0
    print("differences found" if failed else "all agree")
    spark.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
