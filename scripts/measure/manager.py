"""The load of thousands of workers on a central manager, with a tree of collectors and without it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]

from live.pool import wait_for

from measure.manager_pool import BusyPool, Way, descriptors, ways
from measure.manager_report import as_json, in_words
from measure.processes import peak, processor
from measure.progress import say

WAYS = "one,one-300,tree"
AT_THE_TOP = ("slot", "startd")


def main() -> int:
    options = _options()
    known = ways(options.workers)
    rows: list[dict[str, Any]] = []
    good = True
    for name in options.only.split(","):
        say(f"{name}: starting HTCondor and {options.startds} startds")
        try:
            # A process for each, as the bindings remember sessions that another collector does not know.
            with ProcessPoolExecutor(1) as process:
                rows.append(process.submit(_measure, options, known[name]).result())
        except (AssertionError, RuntimeError, OSError, subprocess.SubprocessError) as error:
            say(f"FAILED: {name}: {error}")
            good = False
        Path("/out/result.json").write_text(json.dumps(as_json(rows)) + "\n")
    print(in_words(rows), file=sys.stderr)
    return 0 if good else 1


def _measure(options: argparse.Namespace, way: Way) -> dict[str, Any]:
    busy = BusyPool(way)
    try:
        busy.start(options.startds)
        row: dict[str, Any] = {"way": way.name, "workers": options.workers, "startds": options.startds,
                               "interval_s": busy.knobs.update_interval, "seconds": options.seconds,
                               "query_empty_s": round(busy.query(), 4)}  # fmt: skip
        say(f"  sending the ads of {options.workers} workers")
        joined = busy.send(options.workers, options.seconds)
        row["join_s"] = max(one["joined_s"] for one in joined)
        row["startd_descriptors"] = _descriptors(busy)
        wanted = options.workers + options.startds
        _all(busy, wanted)
        row["query_quiet_s"] = round(busy.query(), 4)
        return {**row, **_steady(busy, options.seconds, wanted)}
    finally:
        busy.stop()


def _all(busy: BusyPool, wanted: int) -> None:
    for kind in AT_THE_TOP:
        wait_for(f"{wanted} {kind} ads at the top", lambda kind=kind: busy.count(kind) == wanted, 120, 2)  # type: ignore[misc]


def _descriptors(busy: BusyPool) -> int:
    return sum(descriptors(pid) for name, pid in busy.daemons().items() if name.startswith("collector"))


def _steady(busy: BusyPool, seconds: int, wanted: int) -> dict[str, Any]:
    """Measure while the ads come at their intervals; lost are the updates that never came to the top."""
    say(f"  {seconds} s at their intervals")
    daemons = busy.daemons()
    before = {name: processor(pid) for name, pid in daemons.items()}
    busy.go()
    start, queries = time.monotonic(), []
    while time.monotonic() - start < seconds:
        queries.append(busy.query(1))
        time.sleep(5)
    sent = busy.sent()
    used = {name: processor(pid) - before[name] for name, pid in daemons.items()}
    time.sleep(3)
    dropped = {kind: wanted - busy.count(kind) for kind in AT_THE_TOP}
    time.sleep(20)  # COLLECTOR_UPDATE_INTERVAL: their ads say how the measured minutes were
    return {
        "query_busy_s": round(median(queries), 4),
        "ads_per_s": round(sum(sum(one["sent"].values()) for one in sent) / seconds - _first(sent, seconds), 1),
        "late_s": max(one["late_s"] for one in sent),
        "ads_missing": dropped,
        "updates_lost": busy.lost(),
        "cpu": {name: round(value / seconds, 4) for name, value in used.items()},
        "peak_mb": {name: round(peak(pid)) for name, pid in daemons.items()},
        "duty": {str(ad["Name"]).split("@")[0]: round(ad["RecentDaemonCoreDutyCycle"], 4) for ad in busy.collectors()},
        "schedd_duty": round(busy.schedd()["RecentDaemonCoreDutyCycle"], 4),
    }


def _first(sent: Sequence[dict[str, Any]], seconds: int) -> float:
    """Give the ads of the first sending, which is not of the measured seconds, by the second."""
    return sum(one["first"] for one in sent) / seconds


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default=WAYS, help="one, one-udp, one-300, tree, tree-60, tree-udp")
    parser.add_argument("--workers", type=int, default=5000)
    parser.add_argument("--startds", type=int, default=150)
    parser.add_argument("--seconds", type=int, default=150)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
