"""Policies side by side over many seeds, one process for each core: a table, and one line of JSON."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from progress import say

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from condor_elastic.knobs.expressions import evaluate
from condor_elastic.knobs.read import BadKnobs
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.compare import BOUND, OURS, POLICIES, World, compare, medians
from condor_elastic.simulate.course import Course
from condor_elastic.simulate.generate import MAKERS, generate
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.pareto import dominated_by
from condor_elastic.simulate.score import Score
from condor_elastic.simulate.standard import pool_of
from condor_elastic.simulate.swf import BadTrace, read_swf

DAY = 86400
SHOWN = {
    "utilisation": "utilisation", "mean_wait_s": "mean wait s", "p95_wait_s": "p95 wait s", "launches": "launches",
    "vm_hours": "VM hours", "evictions": "evictions", "regret": "regret", "overshoot": "overshoot",
    "undershoot": "undershoot",
}  # fmt: skip
DIGITS = {"utilisation": 3, "mean_wait_s": 1, "vm_hours": 1, "regret": 3, "overshoot": 3, "undershoot": 4}


@dataclass(frozen=True)
class Question:
    """What is measured: a trace or a made workload of so many seconds, on which cloud, with whose knobs."""

    trace: str | None
    workload: str
    seconds: int
    knobs: str | None
    cloud: Cloud


@cache
def jobs_of(asked: Question, seed: int) -> Sequence[Job]:
    """Give the jobs of a seed; a trace has the same for all."""
    return read_swf(asked.trace) if asked.trace else generate(asked.workload, seed, asked.seconds)


def run(asked: Question, policy: str, seed: int) -> tuple[str, int, Score, float]:
    """Run one policy with one seed; seconds of processor time come last."""
    jobs = jobs_of(asked, 0 if asked.trace else seed)
    began = time.process_time()
    world = World(pool_of(asked.knobs), asked.cloud, Course(), evaluate)
    ((name, seed, judged),) = compare(world, [policy], lambda _: jobs, [seed])
    return name, seed, judged, time.process_time() - began


def measure(asked: Question, policies: Sequence[str], seeds: int) -> dict[str, list[Score]]:
    """Run all, on all cores; the order in which they end changes nothing."""
    found: dict[str, dict[int, Score]] = {name: {} for name in policies}
    spent = dict.fromkeys(policies, 0.0)
    quiet = (signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends them without a word
    with ProcessPoolExecutor(os.cpu_count(), initializer=signal.signal, initargs=quiet) as pool:
        tasks = [pool.submit(run, asked, name, seed) for seed in range(seeds) for name in policies]
        try:
            for done, task in enumerate(as_completed(tasks), 1):
                name, seed, judged, seconds = task.result()
                found[name][seed] = judged
                spent[name] += seconds
                say(f"{done} of {len(tasks)} runs", often=False)
                if len(found[name]) == seeds:
                    say(f"{name}: {spent[name]:.1f} s of processor time, {spent[name] / seeds:.1f} s a run")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {name: [by_seed[seed] for seed in sorted(by_seed)] for name, by_seed in found.items()}


def as_json(found: dict[str, list[Score]]) -> str:
    """Give one line: a row for each policy, of medians over its seeds."""
    middle = {name: medians(scores) for name, scores in found.items()}
    dominated = _dominated(middle)
    rows = [
        {
            "policy": name,
            **{figure: _figure(getattr(score, figure)) for figure in asdict(score)},
            "worst_vm_hours": _figure(max(one.vm_hours for one in found[name])),
            "worst_p95_wait_s": _figure(max(one.p95_wait_s for one in found[name])),
            "dominated_by": dominated.get(name, []),
        }
        for name, score in middle.items()
    ]
    return json.dumps({"rows": rows})


def in_words(found: dict[str, list[Score]]) -> str:
    """Give a table of medians, and below it who is dominated in the plane of VM-hours and p95 waits."""
    middle = {name: medians(scores) for name, scores in found.items()}
    lines = [f"{'policy':14} " + " ".join(f"{title:>11}" for title in SHOWN.values())]
    lines += [
        f"{name:14} " + " ".join(f"{getattr(score, figure):11.{DIGITS.get(figure, 0)}f}" for figure in SHOWN)
        for name, score in middle.items()
    ]
    for name, rivals in _dominated(middle).items():
        if name == OURS or rivals:
            lines.append(f"{name}: dominated by {', '.join(rivals) or 'none'} (VM-hours, p95 wait)")
    return "\n".join(lines)


def _dominated(middle: dict[str, Score]) -> dict[str, list[str]]:
    """Leave out the bound, which is no policy."""
    return dominated_by({name: score for name, score in middle.items() if name != BOUND})


def _figure(number: float) -> float:
    return round(number, 6)


def main() -> int:
    """Measure, say, and write."""
    options = _options()
    asked = Question(options.trace, options.workload, round(options.days * DAY), options.knobs,
                     Cloud(boot=options.boot, spread=options.spread, failures=options.failures))  # fmt: skip
    try:
        if asked.trace:
            jobs_of(asked, 0)  # the processes have it from us
        found = measure(asked, options.policy or POLICIES, options.seeds)
    except (BadTrace, BadKnobs, OSError, BrokenProcessPool) as error:
        print(f"scripts/bench: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"scripts/bench: knobs with expressions need HTCondor's Python bindings: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(in_words(found), file=sys.stderr, flush=True)
    if options.json == "-":
        print(as_json(found))
    elif options.json:
        Path(options.json).write_text(as_json(found) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/bench policy", description=__doc__)
    parser.add_argument("--json", nargs="?", const="-", metavar="FILE", help="one line, to a file or standard output")
    parser.add_argument("--trace", metavar="FILE", help="jobs in SWF, packed by gzip or not")
    parser.add_argument("--workload", choices=MAKERS, default="daily", help="made jobs (%(default)s)")
    parser.add_argument("--days", type=float, default=2.5, help="length of a made workload (%(default)s)")
    parser.add_argument("--seeds", type=int, default=20, help="so many runs of each (%(default)s)")
    parser.add_argument("--policy", action="append", choices=POLICIES, help="only this one; may be said again")
    parser.add_argument("--knobs", metavar="FILE", help="knobs; without, one 8-core fleet")
    parser.add_argument("--boot", type=int, default=180, help="seconds a VM boots, the median (%(default)s)")
    parser.add_argument("--spread", type=float, default=0.3, help="sigma of the log-normal boots (%(default)s)")
    parser.add_argument("--failures", type=float, default=0.0, help="part of the VMs that never join (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
