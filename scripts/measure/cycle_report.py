"""The rows of a bench of whole cycles, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Row:
    """One pool: seconds of the raw queries and of a whole cycle, medians; largest peak memory of a cycle, MB."""

    idle_jobs: int
    autoclusters: int
    workers: int
    vm_jobs: int
    queries_s: float
    cycle_s: float
    rss_mb: float


def middle(pool: tuple[int, int, int, int], queries: Sequence[dict[str, Any]], cycles: Sequence[dict[str, Any]]) -> Row:
    """Make the row of idle jobs, autoclusters, workers and VM jobs from what the stopwatch said."""
    return Row(
        *pool,
        queries_s=round(median(one["seconds"] for one in queries), 3),
        cycle_s=round(median(one["seconds"] for one in cycles), 3),
        rss_mb=round(max(one["rss_mb"] for one in cycles), 1),
    )


def as_json(rows: Sequence[Row]) -> dict[str, object]:
    """Give the rows under their public names."""
    return {"rows": [asdict(row) for row in rows]}


def in_words(rows: Sequence[Row]) -> str:
    """Give a table, and how the cycle grows with the workers."""
    lines = ["idle jobs  autoclusters  workers  VM jobs  queries s  cycle s  cycle / queries  peak MB"]
    lines += [
        f"{row.idle_jobs:9}{row.autoclusters:14}{row.workers:9}{row.vm_jobs:9}{row.queries_s:11.2f}{row.cycle_s:9.2f}"
        f"{row.cycle_s / row.queries_s:17.2f}{row.rss_mb:9.0f}"
        for row in rows
    ]
    return "\n".join([*lines, "", *_growth(rows)])


def _growth(rows: Sequence[Row]) -> list[str]:
    pairs = [
        (few, many) for few in rows for many in rows
        if few.autoclusters == many.autoclusters and few.workers < many.workers
    ]  # fmt: skip
    return [
        f"{few.autoclusters} autoclusters, {few.workers} to {many.workers} workers: "
        f"queries x {many.queries_s / few.queries_s:.2f}, cycle x {many.cycle_s / few.cycle_s:.2f}"
        for few, many in pairs
    ]
