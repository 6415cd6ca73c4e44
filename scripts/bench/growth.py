#!/usr/bin/env python3
"""Draws what `nightjar bench scale` measured: seconds of each stage against events, and of ranking against users times items.

    growth.py RESULT SVG

RESULT holds the bench's line of JSON (what stands before it is left out). Needs matplotlib (requirements.txt)."""

import argparse
import json
import pathlib

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "nightjar"
from matplotlib import pyplot


def result(path):
    lines = [line for line in path.read_text().splitlines() if line.startswith("{")]
    if not lines:
        raise SystemExit(f"{path} holds no line of JSON")
    return json.loads(lines[-1])


def draw(axes, xs, series, label):
    for name, seconds, exponent, bold in series:
        axes.loglog(xs, seconds, marker="o", linewidth=2.5 if bold else 1.2, label=f"{name} ({exponent:.2f})")
    first = min(seconds[0] for _, seconds, _, _ in series)
    axes.loglog(xs, [first * x / xs[0] for x in xs], linestyle=":", color="grey", label="linear")
    axes.set_xlabel(label)
    axes.set_ylabel("seconds")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(title="exponent in brackets", fontsize=8, title_fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("result", type=pathlib.Path)
    parser.add_argument("svg", type=pathlib.Path)
    arguments = parser.parse_args()
    measured = result(arguments.result)
    nights = measured["nights"]
    exponents = measured["exponent_by_stage"]

    def seconds(stage):
        return [night["stageSeconds"][stage] for night in nights]

    figure, (by_events, by_pairs) = pyplot.subplots(1, 2, figsize=(12, 4.5), layout="constrained")
    stages = [stage for stage in exponents if stage != "rank" and max(seconds(stage)) >= 0.02 * nights[-1]["seconds"]]
    series = [("whole night", [night["seconds"] for night in nights], measured["exponent"], True)]
    series += [(stage, seconds(stage), exponents[stage], False) for stage in stages]
    draw(by_events, [night["events"] for night in nights], series, "events")
    pairs = [night["users"] * night["items"] for night in nights]
    draw(by_pairs, pairs, [("rank", seconds("rank"), exponents["rank"], True)], "users × items")
    figure.savefig(arguments.svg, metadata={"Date": None})


if __name__ == "__main__":
    main()
