"""The condor_elastic command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from condor_elastic import __version__

ORDERS = {
    "pause": "submit no more pilots for a queue",
    "drain": "the same, and remove its idle pilots; those that run go on",
    "resume": "take the order back",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the command line and run the command; exit status 0 for success, 1 for failure, 2 for wrong usage."""
    said = _parser().parse_args(argv)
    if said.command == "setup":
        from condor_elastic.setup import setup

        return setup()
    if said.command == "check":
        from condor_elastic.check import check

        return check(said.file)
    if said.command == "import-apf":
        from condor_elastic.apf import import_apf

        return import_apf(said.file)
    if said.command in ORDERS:
        from condor_elastic.order import order

        return order(said.command, said.queue, said.why)
    if said.command == "sweep":
        from condor_elastic import sweep

        return sweep.main(said.job)
    from condor_elastic import cycle

    return cycle.main() if said.command == "cycle" else cycle.rehearse()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="condor_elastic", description="Grow an HTCondor pool into clouds.")
    parser.add_argument("--version", action="version", version=f"condor_elastic {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("setup", help="make what the controller needs on this central manager, and say what was made")
    commands.add_parser("cycle", help="run one cycle now, as the schedd's cron does")
    commands.add_parser("plan", help="say what the next cycle would do and why, and do nothing")
    sweep = commands.add_parser("sweep", help="say, as the user elastic, what the next sweep would end, and do nothing")
    sweep.add_argument("--job", metavar="ID", help="sweep, as the job that the controller submits for it")
    check = commands.add_parser("check", help="say all that is wrong with the knobs, of the pool or of one file")
    check.add_argument("file", nargs="?", metavar="FILE", help="a configuration file, read without a pool")
    apf = commands.add_parser("import-apf", help="print the knobs that mean what AutoPyFactory's queues.conf says")
    apf.add_argument("file", nargs="+", metavar="FILE", help="queues.conf, or several files that make one")
    for name, means in ORDERS.items():
        parts = commands.add_parser(name, help=means)
        parts.add_argument("queue", metavar="QUEUE", help="a name in ELASTIC_PILOT_NAMES")
        parts.add_argument("--why", default="", metavar="TEXT", help="what the queue's verdict is to say")
    return parser


if __name__ == "__main__":
    sys.exit(main())
