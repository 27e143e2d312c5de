"""The table of knobs for the README: ``python3 -m condor_elastic.knobs.document``."""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import Any

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.knobs.row import REQUIRED
from condor_elastic.knobs.table import PREFIX, GlobalKnobs
from condor_elastic.model import ResourceType, Shape

SCOPES = ((GlobalKnobs, ""), (QueueKnobs, "<QUEUE>_"), (FleetKnobs, "<FLEET>_"))


def rows() -> list[str]:
    """Make one Markdown row for each knob: name, default, meaning."""
    return [
        f"| `{PREFIX}{scope}{row.name.upper()}` | {_default(row.default)} | {row.metadata['meaning']} |"
        for table, scope in SCOPES
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


if __name__ == "__main__":
    print("| Knob | Default | Meaning |\n|---|---|---|\n" + "\n".join(rows()))
