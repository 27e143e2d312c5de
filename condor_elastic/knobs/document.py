"""Write docs/knobs.md from the table of knobs: python3 -m condor_elastic.knobs.document."""

from __future__ import annotations

import sys
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.knobs.row import REQUIRED
from condor_elastic.knobs.table import PREFIX, GlobalKnobs
from condor_elastic.model import ResourceType, Shape

FILE = Path(__file__).parents[2] / "docs" / "knobs.md"
INTRO = """\
# Knobs
HTCondor macros, so `condor_config_val -v ELASTIC_EC2_MAX_VMS` tells where one was set, and every way of HTCondor to \
set one works (files of `/etc/condor/config.d`, `include`, `if`). Put yours into \
`/etc/condor/config.d/50-elastic.conf`, which is never replaced; `50-elastic-defaults.conf` is. Every cycle reads them \
anew, no reconfiguration is needed; only `ELASTIC_PERIOD` is read once, when the schedd starts.

`<QUEUE>` and `<FLEET>` stand for the names in `ELASTIC_PILOT_NAMES` and `ELASTIC_FLEET_NAMES`, in any case. Durations \
are seconds; sums and products are fine (`10 * $(MINUTE)`). A comment stands on a line of its own: behind a value it \
would become part of it. A text of several lines is written as `NAME @=end`, the lines, and `@end`.

A knob that is wrong or unknown stops the cycle before it does anything. The reason is in the schedd's ad \
(`ElasticError`), in `SchedLog`, and is what `condor_elastic check` says (`docs/check.md`):
```
{wrong}
```

This page is made of the code by `python3 -m condor_elastic.knobs.document`, and a test compares them.
"""
WRONG = (
    'ELASTIC_EC2_SPOT_MAX_VM = "5" is unknown (set in /etc/condor/config.d/50-elastic.conf, line 12); '
    "did you mean ELASTIC_EC2_SPOT_MAX_VMS?"
)
SCOPES = (
    ("Of all", "", GlobalKnobs, ""),
    ("Of a pilot queue", "What they mean for PanDA: `docs/panda.md`; for the number of pilots: `docs/policies.md`.",
     QueueKnobs, "<QUEUE>_"),
    ("Of a fleet", "What they mean for the number of VMs: `docs/policies.md`; for the life of one, and for money: "
     "`docs/lifecycle.md`; submit commands of the clouds: `docs/clouds.md`.", FleetKnobs, "<FLEET>_"),
)  # fmt: skip


def page() -> str:
    """Make the page."""
    return INTRO.format(wrong=WRONG) + "".join(_section(*scope) for scope in SCOPES)


def _section(title: str, about: str, table: type, scope: str) -> str:
    head = [f"\n## {title}", *([about, ""] if about else []), "| Knob | Default | Meaning |", "|---|---|---|"]
    return "\n".join([*head, *_rows(table, scope), ""])


def _rows(table: type, scope: str) -> list[str]:
    """Make one Markdown row for each knob: name, default, meaning."""
    return [
        f"| `{PREFIX}{scope}{row.name.upper()}` | {_default(row.default)} | {row.metadata['meaning']} |"
        for row in fields(table)
        if row.name != "name"
    ]


def _default(value: Any) -> str:
    if value is REQUIRED:
        return "*needed*"
    if value is None:
        return "*none*"
    if isinstance(value, tuple) and value and isinstance(value[0], ResourceType):
        value = ", ".join(" ".join("-" if part is None else str(part) for part in astuple(row)) for row in value)
    if isinstance(value, tuple) and not isinstance(value, Shape):
        value = ", ".join(value)
    return f"`{value}`" if value != "" else "*empty*"


def main() -> int:
    """Write the file."""
    FILE.write_text(page(), encoding="utf-8")
    print(FILE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
