"""Looks at output folders from outside, for the checks beside this file. Needs pyarrow.

  outputs.py whole OUT                    the pointer names a release whose every table is as its manifest says (none is fine, too)
  outputs.py equal OUT OTHER              the current releases hold the same rows, ids of runs aside
  outputs.py watch OUT STOP               reads the current release over and over until the file STOP exists
  outputs.py pick OUT N FILE              writes N users of the current release, spread evenly, to FILE
  outputs.py digest OUT FILE              digests of all rows of users who are not in FILE, by release and table
  outputs.py absent OUT FILE              no user of FILE occurs in any file, as bytes or decoded
  outputs.py clone OUT RUN NEW            copies a release under another run id
  outputs.py age OUT HOURS                moves all but the last three changes of the pointer into the past
  outputs.py count OUT TABLE [COLUMN]     prints how many rows, or distinct values of a column, the current release's table has

Exit code 0 when it is so, 1 when not.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import sys

import pyarrow.parquet as parquet

RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


def current(out: pathlib.Path) -> pathlib.Path | None:
    pointer = out / "current.json"
    return out / json.loads(pointer.read_text())["path"] if pointer.exists() else None


def table(folder: pathlib.Path):
    """One table of a release; files one by one, as a reader that listed the folder would."""
    import pyarrow

    return pyarrow.concat_tables(parquet.read_table(file) for file in sorted(folder.glob("*.parquet")))


def rows(folder: pathlib.Path) -> list:
    found = table(folder)
    return sorted(RUN.sub("RUN", repr(row)) for row in zip(*(column.to_pylist() for column in found.columns)))


def problems(release: pathlib.Path) -> list[str]:
    manifest = json.loads((release / "manifest.json").read_text())
    found = [] if manifest["verdict"]["passed"] else ["the gate refused it"]
    for name, expected in manifest["tables"].items():
        read = table(release / name)
        if read.num_rows != expected["rows"]:
            found.append(f"{name} has {read.num_rows} rows, not {expected['rows']}")
        if "run_id" in read.column_names and set(read.column("run_id").to_pylist()) - {manifest["run_id"]}:
            found.append(f"{name} holds rows of another run")
    return found


def whole(out: str) -> int:
    release = current(pathlib.Path(out))
    if release is None:
        print("nothing is published")
        return 0
    found = problems(release)
    print(release.name, "; ".join(found) or "is whole")
    return 1 if found else 0


def equal(out: str, other: str) -> int:
    first, second = current(pathlib.Path(out)), current(pathlib.Path(other))
    names = sorted(json.loads((first / "manifest.json").read_text())["tables"])
    differing = [name for name in names if rows(first / name) != rows(second / name)]
    print("different: " + ", ".join(differing) if differing else f"{len(names)} tables are equal")
    return 1 if differing else 0


def watch(out: str, stop: str) -> int:
    reads = failures = 0
    seen = set()
    while not pathlib.Path(stop).exists():
        try:
            release = current(pathlib.Path(out))
            found = problems(release)
            seen.add(release.name)
        except Exception as failure:  # whatever a reader would stumble over
            found = [repr(failure)]
        if found:
            failures += 1
            print(*found, sep="\n", file=sys.stderr)
        reads += 1
    print(f"{reads} reads of {len(seen)} releases, {failures} failed")
    return 1 if failures or not reads else 0


def pick(out: str, count: str, file: str) -> int:
    users = sorted(set(table(current(pathlib.Path(out)) / "recommendations").column("user_id").to_pylist()))
    step = max(1, len(users) // int(count))
    chosen = users[::step][: int(count)]
    pathlib.Path(file).write_text("".join(f"{user}\n" for user in chosen))
    print(f"{len(chosen)} of {len(users)} users")
    return 0 if len(chosen) == int(count) else 1


def named(out: str):
    for release in sorted((pathlib.Path(out) / "releases").iterdir()):
        for folder in sorted(release.iterdir()):
            if folder.is_dir():
                yield release, folder


def digest(out: str, file: str) -> int:
    erased = set(pathlib.Path(file).read_text().split("\n"))
    for release, folder in named(out):
        found = table(folder)
        texts = zip(*(found.column(name).to_pylist() for name in found.column_names))
        at = found.column_names.index("user_id") if "user_id" in found.column_names else None
        kept = sorted(repr(row) for row in texts if at is None or row[at] not in erased)
        print(release.name, folder.name, len(kept), hashlib.sha256("\n".join(kept).encode()).hexdigest())
    return 0


def holds(raw: bytes, needles: set[bytes]) -> bool:
    """Whether one of many texts occurs, by what they begin with."""
    prefix = os.path.commonprefix(list(needles))
    if not prefix:
        return any(needle in raw for needle in needles)
    lengths = {len(needle) for needle in needles}
    at = raw.find(prefix)
    while at >= 0:
        if any(raw[at : at + length] in needles for length in lengths):
            return True
        at = raw.find(prefix, at + 1)
    return False


def absent(out: str, file: str) -> int:
    erased = [user for user in pathlib.Path(file).read_text().split("\n") if user]
    found = []
    files = [path for path in pathlib.Path(out).rglob("*") if path.is_file()]
    needles = {user.encode() for user in erased if len(user) >= 8}
    for path in files:
        if holds(path.read_bytes(), needles):
            found.append(f"{path} as bytes")
    values = 0
    for release, folder in named(out):
        data = table(folder)
        for name in data.column_names:
            texts = [value for value in data.column(name).to_pylist() if isinstance(value, str)]
            values += len(texts)
            if set(texts) & set(erased):
                found.append(f"{folder} column {name}")
    print(*found, f"{len(erased)} users, {len(files)} files, {values} decoded texts, {len(found)} finds", sep="\n")
    return 1 if found else 0


def clone(out: str, run: str, new: str) -> int:
    import pyarrow

    releases = pathlib.Path(out) / "releases"
    shutil.copytree(releases / run, releases / new, ignore=shutil.ignore_patterns("manifest.json", ".*"))
    manifest = json.loads((releases / run / "manifest.json").read_text())
    manifest["run_id"] = new
    for name, recorded in manifest["tables"].items():
        files = list((releases / new / name).glob("*.parquet"))
        for file in files:
            found = parquet.read_table(file)
            if "run_id" in found.column_names:
                renamed = pyarrow.array([new] * found.num_rows, pyarrow.string())
                parquet.write_table(found.set_column(found.column_names.index("run_id"), "run_id", renamed), file)
        recorded["bytes"] = sum(file.stat().st_size for file in files)
    (releases / new / "manifest.json").write_text(json.dumps(manifest, indent=2))
    return 0


def age(out: str, hours: str) -> int:
    past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=float(hours))
    for file in sorted((pathlib.Path(out) / "history").glob("*.json"))[:-3]:
        entry = json.loads(file.read_text())
        entry["at"] = past.strftime("%Y-%m-%dT%H:%M:%SZ")
        file.write_text(json.dumps(entry))
    return 0


def count(out: str, name: str, column: str | None = None) -> int:
    found = table(current(pathlib.Path(out)) / name)
    print(found.num_rows if column is None else len(set(found.column(column).to_pylist())))
    return 0


COMMANDS = {f.__name__: f for f in (whole, equal, watch, pick, digest, absent, clone, age, count)}

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(COMMANDS[sys.argv[1]](*sys.argv[2:]))
