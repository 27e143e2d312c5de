"""The condor_elastic command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from condor_elastic import __version__

ORDERS = {
    "pause": "submit no more pilots for a queue",
    "drain": "the same, and remove its idle pilots; those that run go on",
    "resume": "take the order back",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the command line and run the command; exit status 0 for success, 1 for failure, 2 for wrong usage."""
    said = _parser().parse_args(argv)
    return RUN[said.command](said)


def _setup(_: argparse.Namespace) -> int:
    from condor_elastic.setup import setup

    return setup()


def _cycle(_: argparse.Namespace) -> int:
    from condor_elastic import cycle

    return cycle.main()


def _plan(_: argparse.Namespace) -> int:
    from condor_elastic import cycle

    return cycle.rehearse()


def _check(said: argparse.Namespace) -> int:
    from condor_elastic.check import check

    return check(said.file)


def _import_apf(said: argparse.Namespace) -> int:
    from condor_elastic.apf import import_apf

    return import_apf(said.file)


def _replay(said: argparse.Namespace) -> int:
    from condor_elastic.replay import replay

    return replay(said.file)


def _pin(said: argparse.Namespace) -> int:
    from condor_elastic.act.pin import pin

    return pin(said.vm, on=not said.off)


def _order(said: argparse.Namespace) -> int:
    from condor_elastic.order import order

    return order(said.command, said.queue, said.why)


def _sweep(said: argparse.Namespace) -> int:
    from condor_elastic import sweep

    return sweep.main(said.job)


RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "setup": _setup,
    "cycle": _cycle,
    "plan": _plan,
    "check": _check,
    "import-apf": _import_apf,
    "replay": _replay,
    "sweep": _sweep,
    "pin": _pin,
    **dict.fromkeys(ORDERS, _order),
}
"""Each imports what it needs, and no more: the cycle starts once a minute."""


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
    again = commands.add_parser("replay", help="decide again on what cycles saw (ELASTIC_RECORD), and say what differs")
    again.add_argument("file", nargs="+", metavar="FILE", help="a file of ELASTIC_RECORD_DIRECTORY; needs no pool")
    apf = commands.add_parser("import-apf", help="print the knobs that mean what AutoPyFactory's queues.conf says")
    apf.add_argument("file", nargs="+", metavar="FILE", help="queues.conf, or several files that make one")
    pin = commands.add_parser("pin", help="keep a worker: it is neither retired nor removed, whatever a cap says")
    pin.add_argument("vm", metavar="VM", help="its ElasticVM, or its VM job as CLUSTER.PROC")
    pin.add_argument("--off", action="store_true", help="let it go again as any other")
    for name, means in ORDERS.items():
        parts = commands.add_parser(name, help=means)
        parts.add_argument("queue", metavar="QUEUE", help="a name in ELASTIC_PILOT_NAMES")
        parts.add_argument("--why", default="", metavar="TEXT", help="what the queue's verdict is to say")
    return parser


if __name__ == "__main__":
    sys.exit(main())
