"""The rows of a bench of central managers, as JSON and as a table."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def as_json(rows: Sequence[Row]) -> dict[str, object]:
    """Give the rows under their public names; cpu is cores used, duty what the daemons say of themselves."""
    return {"rows": list(rows), "load_average": round(os.getloadavg()[0], 2), "cores": os.cpu_count()}


def in_words(rows: Sequence[Row]) -> str:
    """Give a table."""
    head = ("way", "interval", "ads/s", "late s", "missing", "lost", "top cpu", "top duty", "children", "worst duty",
            "schedd duty", "query ms: none", "quiet", "busy")  # fmt: skip
    table = [head, *(_line(row) for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(head))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths)) for line in table)


def _line(row: Row) -> tuple[str, ...]:
    children = [value for name, value in row["cpu"].items() if name.startswith("collector") and name != "collector"]
    duties = [value for name, value in row["duty"].items() if name.startswith("Collector")]
    top = [value for name, value in row["duty"].items() if not name.startswith("Collector")]
    return (
        row["way"], str(row["interval_s"]), f"{row['ads_per_s']:.0f}", f"{row['late_s']:.1f}",
        str(sum(row["ads_missing"].values())), str(row["updates_lost"]), _percent(row["cpu"]["collector"]),
        _percent(max(top, default=0)), _percent(sum(children)), _percent(max(duties, default=0)),
        _percent(row["schedd_duty"]), *(f"{1000 * row[name]:.0f}" for name in
                                        ("query_empty_s", "query_quiet_s", "query_busy_s")),
    )  # fmt: skip


def _percent(part: float) -> str:
    return f"{100 * part:.1f} %"
