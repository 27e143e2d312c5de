"""VM jobs through GAHPs and straight from Python, on one cloud; runs in the disposable machine beside it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]

from measure import direct
from measure.figures import Figures, middle
from measure.grid import Failed, Grid
from measure.progress import say
from measure.report import as_json, in_words

PHASES = {
    "ec2": [("stock", 200), ("ours", 200), ("floor", 200), ("direct", 200), ("ours", 1000), ("floor", 1000),
            ("direct", 1000)],
    "openstack": [("openstack", 200), ("openstack_direct", 200)],
}  # fmt: skip


def main() -> int:
    options = _options()
    if options.cloud == "ec2":
        from measure import cloud_ec2 as cloud
    else:
        from measure import cloud_openstack as cloud
    grid = Grid()
    runs: dict[tuple[str, int], list[Figures | None]] = {}
    try:
        say("starting HTCondor")
        grid.start()
        account = cloud.Account()
        for turn in range(options.repeat):
            for name, count in _phases(options):
                say(f"{name}, {count} VMs (run {turn + 1} of {options.repeat})")
                account.reset()
                figures = None
                try:
                    way = cloud.WAYS.get(name)
                    if way:
                        figures = grid.measure(way, count, account.calls)
                    else:
                        figures = direct.measure(account, count, account.calls)
                    say(f"  up in {figures.launch.seconds:.1f} s, down in {figures.remove.seconds:.1f} s")
                except (Failed, AssertionError) as error:
                    say(f"  FAILED: {error}")
                runs.setdefault((name, count), []).append(figures)
    finally:
        grid.manager.stop()
    medians = {phase: middle(several) for phase, several in runs.items()}
    Path("/out/result.json").write_text(json.dumps(as_json(medians)) + "\n")
    print(in_words(medians), file=sys.stderr)
    return 0 if all(medians.values()) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cloud", choices=PHASES, default="ec2")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", default="", help="names of phases, as ours:1000,floor:200")
    return parser.parse_args()


def _phases(options: argparse.Namespace) -> list[tuple[str, int]]:
    if not options.only:
        return PHASES[options.cloud]
    return [(name, int(count)) for name, _, count in (word.partition(":") for word in options.only.split(","))]


if __name__ == "__main__":
    sys.exit(main())
