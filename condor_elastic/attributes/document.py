"""Write docs/attributes.md from the table: python3 -m condor_elastic.attributes.document."""

from __future__ import annotations

import sys
from pathlib import Path

from condor_elastic.attributes import KINDS, OTHERS, Kind

FILE = Path(__file__).parents[2] / "docs" / "attributes.md"
INTRO = """\
# Attributes
Every attribute that we set or publish, by the ad in which it stands, and every other name of ours that begins with \
`Elastic`. Types are those of ClassAds; *time* is an integer, seconds since the epoch. What is not known is undefined, \
never 0. HTCondor's own attributes beside ours are in its manual.

`condor_status -any -af:h MyType Name Verdict` shows most of it at one glance, `condor_elastic status` the rest; print \
formats and monitors: `docs/monitoring.md`.

This page is made of `condor_elastic/attributes` by `python3 -m condor_elastic.attributes.document`. Tests tell when a \
name stands in the code and not here, and the tests on a real pool when one stands in a real ad.
"""


def page() -> str:
    """Make the page."""
    return INTRO + "".join(_section(kind) for kind in (*KINDS, *OTHERS))


def _section(kind: Kind) -> str:
    rows = [f"| `{row.name}` | {row.type} | {row.meaning} |" for row in kind.attributes]
    about = kind.about if kind.about.endswith(("`", ".")) else kind.about + "."
    return "\n".join(["", f"## {kind.title}", about, "", "| Name | Type | Meaning |", "|---|---|---|", *rows, ""])


def main() -> int:
    """Write the file."""
    FILE.write_text(page(), encoding="utf-8")
    print(FILE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
