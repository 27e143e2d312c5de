"""The condor_elastic command; the cycle, which starts once a minute, imports nothing of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; exit status 0 for success, 1 for failure, 2 for wrong usage."""
    try:
        from condor_elastic.cli.run import run
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        print("condor_elastic: click is not installed (package python3-click)", file=sys.stderr)
        return 1
    return run(sys.argv[1:] if argv is None else argv)
