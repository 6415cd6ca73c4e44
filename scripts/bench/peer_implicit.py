#!/usr/bin/env python3
"""Measures implicit (https://github.com/benfred/implicit) on what 'nightjar bench' left in its --out folder.

    python3 -m venv peers && peers/bin/pip install implicit==0.7.3 pyarrow threadpoolctl
    peers/bin/python scripts/bench/peer_implicit.py topn DIR [--n 10] [--threads 2] [--rounds 3]
    peers/bin/python scripts/bench/peer_implicit.py train DIR [--rank 64] [--iterations 5] [--alpha 1.5] [--regularisation 0.01] …

topn   the same factors, users and exclusions as 'bench topn'; lists of N, written to Parquet; and the roof of sgemm
train  the same rows as 'bench train'; seconds per iteration, of a fit from a matrix in memory, and of one from
       Parquet to Parquet, as bench's own fits are; NDCG@10 on the same held-out pairs

One round warms up; medians of the others. The last line is JSON.
"""

import argparse
import json
import os
import pathlib
import statistics
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["topn", "train"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--n", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--alpha", type=float, default=1.5)
    parser.add_argument("--regularisation", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=42)
    return parser.parse_args()


ARGUMENTS = arguments()
# implicit runs threads of its own; those of BLAS would be on top. Its libraries read this when they are loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import implicit  # noqa: E402
import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from implicit.cpu.als import AlternatingLeastSquares  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402
from threadpoolctl import threadpool_limits  # noqa: E402


def medians(rounds, **pieces):
    """Median seconds of each piece; the pieces take turns."""
    seconds = {name: [] for name in pieces}
    for number in range(rounds + 1):
        for name, piece in pieces.items():
            start = time.perf_counter()
            piece()
            if number > 0:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(took) for name, took in seconds.items()}


def table(name, columns):
    return pq.read_table(ARGUMENTS.folder / name, columns=columns)


def flat(column):
    """Lengths and values of a list column; null counts as empty."""
    column = column.combine_chunks()
    lengths = np.nan_to_num(column.value_lengths().to_numpy(zero_copy_only=False)).astype(np.int64)
    return lengths, column.flatten().to_numpy(zero_copy_only=False)


def factors(name, key, rows, rank):
    """A dense matrix by index; zeros where there are no factors."""
    rows_of = table(name, [key, "factors"])
    index = rows_of.column(key).to_numpy()
    values = flat(rows_of.column("factors"))[1].reshape(len(index), rank)
    matrix = np.zeros((rows, rank), dtype=np.float32)
    matrix[index] = values
    return matrix


def lists_matrix(name, column, users, items):
    """Users × items, 1 where the list column of a user has the item."""
    rows = table(name, ["user", column])
    lengths, values = flat(rows.column(column))
    where = np.repeat(rows.column("user").to_numpy(), lengths)
    return csr_matrix((np.ones(len(values), dtype=np.float32), (where, values)), shape=(users, items))


def topn():
    item_rows = table("item_factors", ["item", "factors"])
    rank = len(item_rows.column("factors")[0])
    users = int(np.max(table("requests", ["user"]).column("user").to_numpy())) + 1
    items = int(np.max(item_rows.column("item").to_numpy())) + 1
    seen = lists_matrix("requests", "excluded", users, items)
    model = AlternatingLeastSquares(factors=rank, num_threads=ARGUMENTS.threads)
    model.item_factors = factors("item_factors", "item", items, rank)
    model.user_factors = factors("user_factors", "user", users, rank)
    wanted = np.sort(table("requests", ["user"]).column("user").to_numpy())
    liked = seen[wanted]
    out = ARGUMENTS.folder / "implicit"
    out.mkdir(exist_ok=True)

    def recommend():
        return model.recommend(wanted, liked, N=ARGUMENTS.n, filter_already_liked_items=True)

    def written():
        found, scores = recommend()
        columns = {
            "user": pa.array(wanted),
            "items": pa.FixedSizeListArray.from_arrays(pa.array(found.ravel()), found.shape[1]),
            "scores": pa.FixedSizeListArray.from_arrays(pa.array(scores.ravel()), scores.shape[1]),
        }
        pq.write_table(pa.table(columns), out / "lists.parquet", compression="zstd")

    seconds = medians(ARGUMENTS.rounds, implicit=written, implicit_scan=recommend)
    return {
        "users_served": len(wanted),
        "items": items,
        "rank": rank,
        "n": ARGUMENTS.n,
        "seconds": seconds,
        "sgemm_gigaflops": sgemm_gigaflops(rank, items),
    }


def sgemm_gigaflops(rank, items, rows=1024):
    """The machine's roof: numpy's BLAS on all threads, scores of 1,024 users; the best of ten."""
    random = np.random.default_rng(ARGUMENTS.seed)
    users = random.standard_normal((rows, rank), dtype=np.float32)
    packed = random.standard_normal((rank, items), dtype=np.float32)
    scores = np.empty((rows, items), dtype=np.float32)
    best = float("inf")
    with threadpool_limits(limits=ARGUMENTS.threads):
        for _ in range(10):
            start = time.perf_counter()
            np.matmul(users, packed, out=scores)
            best = min(best, time.perf_counter() - start)
    return 2 * rows * items * rank / best / 1e9


def pairs_matrix():
    """Users × items, 1 where there are events, read from Parquet."""
    pairs = table("known", ["user", "item"])
    user = pairs.column("user").to_numpy()
    item = pairs.column("item").to_numpy()
    users, items = int(user.max()) + 1, int(item.max()) + 1
    known = csr_matrix((np.ones(len(user), dtype=np.float32), (user, item)), shape=(users, items))
    known.data[:] = 1  # pairs, however often
    return known


def write_factors(name, matrix):
    flat_values = pa.array(np.ascontiguousarray(matrix).ravel())
    rows = pa.FixedSizeListArray.from_arrays(flat_values, matrix.shape[1])
    columns = {"index": pa.array(np.arange(len(matrix), dtype=np.int32)), "factors": rows}
    out = ARGUMENTS.folder / "implicit"
    out.mkdir(exist_ok=True)
    pq.write_table(pa.table(columns), out / (name + ".parquet"))


def train():
    known = pairs_matrix()
    users = known.shape[0]

    def weighted(matrix):
        confidence = matrix.copy()
        confidence.data[:] = 1 + ARGUMENTS.alpha
        return confidence

    confidence = weighted(known)

    def fit(iterations, matrix=confidence):
        model = AlternatingLeastSquares(
            factors=ARGUMENTS.rank,
            regularization=ARGUMENTS.regularisation,
            iterations=iterations,
            num_threads=ARGUMENTS.threads,
            random_state=ARGUMENTS.seed,
        )
        model.fit(matrix, show_progress=False)
        return model

    def from_parquet():
        model = fit(ARGUMENTS.iterations, weighted(pairs_matrix()))
        write_factors("user_factors", model.user_factors)
        write_factors("item_factors", model.item_factors)

    fitted = {}
    seconds = medians(
        ARGUMENTS.rounds,
        implicit=lambda: fitted.update(model=fit(ARGUMENTS.iterations)),
        implicit_once=lambda: fit(1),
        from_parquet=from_parquet,
    )
    truth = table("truth", ["user", "truth"])
    lengths, values = flat(truth.column("truth"))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    held = truth.column("user").to_numpy()
    usable = np.flatnonzero(held < users)
    found, _ = fitted["model"].recommend(
        held[usable], known[held[usable]], N=10, filter_already_liked_items=True
    )
    discounts = 1 / np.log2(np.arange(2, 12))
    ndcg = 0.0
    for row, place in zip(found, usable, strict=True):
        wanted = values[starts[place] : starts[place + 1]]
        ndcg += discounts[np.isin(row, wanted)].sum() / discounts[: min(10, len(wanted))].sum()
    return {
        "rank": ARGUMENTS.rank,
        "iterations": ARGUMENTS.iterations,
        "alpha": ARGUMENTS.alpha,
        "regularisation": ARGUMENTS.regularisation,
        "fit_seconds": seconds["implicit"],
        "from_parquet_to_parquet_seconds": seconds["from_parquet"],
        "seconds_per_iteration": (seconds["implicit"] - seconds["implicit_once"]) / max(1, ARGUMENTS.iterations - 1),
        "ndcg_at_10": ndcg / max(1, len(held)),
    }


def main():
    result = {"bench": "implicit " + ARGUMENTS.what, "version": implicit.__version__, "threads": ARGUMENTS.threads}
    result.update(topn() if ARGUMENTS.what == "topn" else train())
    print(json.dumps(result))


if __name__ == "__main__":
    main()
