"""Whole cycles in large pools, beside the raw queries; runs in the disposable machine."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]

from live.pool import run

from measure.cycle_pool import Failed, FullPool
from measure.cycle_report import Row, as_json, in_words, middle
from measure.progress import say

ROWS = "20:5000,20:20000,1000:5000,1000:20000"


def main() -> int:
    options = _options()
    run("useradd", "alice", check=False)
    # As a package's installation leaves it: user condor cannot keep what Python compiles.
    run(sys.executable, "-m", "compileall", "-q", "/usr/lib/python3/dist-packages/condor_elastic")
    rows: list[Row] = []
    good = True
    for autoclusters, pairs in groupby(_pairs(options.only), lambda pair: pair[0]):
        say(f"starting HTCondor for {autoclusters} autoclusters")
        try:
            # A process for each pool, as the bindings remember sessions that another collector does not know.
            with ProcessPoolExecutor(1) as process:
                rows += process.submit(_rows, options, autoclusters, [workers for _, workers in pairs]).result()
        except (Failed, AssertionError, RuntimeError, OSError, subprocess.SubprocessError) as error:
            say(f"FAILED: {error}")
            good = False
    Path("/out/result.json").write_text(json.dumps(as_json(rows)) + "\n")
    print(in_words(rows), file=sys.stderr)
    return 0 if good else 1


def _rows(options: argparse.Namespace, autoclusters: int, sizes: Sequence[int]) -> list[Row]:
    pool = FullPool(options.idle_jobs, options.vm_jobs)
    rows = []
    try:
        pool.fill(autoclusters)
        for workers in sizes:
            pool.grow(workers)
            rows.append(_measure(pool, autoclusters, options.repeat))
    finally:
        pool.manager.stop()
    return rows


def _measure(pool: FullPool, autoclusters: int, repeat: int) -> Row:
    # The first of each is not counted: it finds nothing in the machine's caches, and its ads are new to the collector.
    found = pool.queries()["found"]
    expected = {"autoclusters": autoclusters, "idle_jobs": pool.idle_jobs,
                "vm_jobs": pool.vm_jobs, "slots": pool.slots()}  # fmt: skip
    if found != expected:
        raise Failed(f"the pool has {found}, where {expected} should be")
    say(f"  {pool.cycle()['verdict']}")
    queries, cycles = [], []
    for turn in range(repeat):
        queries.append(pool.queries())
        cycles.append(pool.cycle())
        say(f"  {pool.workers} workers, run {turn + 1} of {repeat}: queries {queries[-1]['seconds']:.2f} s, "
            f"cycle {cycles[-1]['seconds']:.2f} s, {cycles[-1]['rss_mb']:.0f} MB")  # fmt: skip
    return middle((pool.idle_jobs, autoclusters, pool.workers, pool.vm_jobs), queries, cycles)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", default=ROWS, help="autoclusters:workers, as 20:5000,1000:20000")
    parser.add_argument("--idle-jobs", type=int, default=100000)
    parser.add_argument("--vm-jobs", type=int, default=5000)
    return parser.parse_args()


def _pairs(only: str) -> list[tuple[int, int]]:
    words = (word.partition(":") for word in only.split(","))
    return sorted((int(autoclusters), int(workers)) for autoclusters, _, workers in words)


if __name__ == "__main__":
    sys.exit(main())
