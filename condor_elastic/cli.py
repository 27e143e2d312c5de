"""The condor_elastic command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from condor_elastic import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the command line and run the command; exit status 0 for success, 1 for failure, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="condor_elastic", description="Grow an HTCondor pool into clouds.")
    parser.add_argument("--version", action="version", version=f"condor_elastic {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("setup", help="make what the controller needs on this central manager, and say what was made")
    commands.add_parser("cycle", help="run one cycle now, as the schedd's cron does")
    commands.add_parser("plan", help="say what the next cycle would do and why, and do nothing")
    command = parser.parse_args(argv).command
    if command == "setup":
        from condor_elastic.setup import setup

        return setup()
    from condor_elastic import cycle

    return cycle.main() if command == "cycle" else cycle.rehearse()


if __name__ == "__main__":
    sys.exit(main())
