"""Job counts as the statistics calls give them (panda-server's taskbuffer/db_proxy_mods/job_standalone_module.py)."""
from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from standin.jobs import ACTIVE, ARCHIVED, Counts, Job, Number

if TYPE_CHECKING:
    from collections.abc import Iterable

FILLED_BY_SITE = ("assigned", "activated", "running")
FILLED_BY_RESOURCE = (*FILLED_BY_SITE, "finished", "failed")


def by_site(rows: Iterable[Job]) -> dict[str, Counts]:
    """Per queue, without archived jobs and, as in the real server, without merging ones."""
    found: dict[str, Counts] = {}
    for job in rows:
        if job.status not in ARCHIVED and job.status != "merging":
            _count(found.setdefault(job.queue, {}), job.status)
    return {queue: _filled(counts, FILLED_BY_SITE) for queue, counts in found.items()}


def by_site_and_resource_type(rows: Iterable[Job], archived_since: float) -> dict[str, dict[str, Counts]]:
    """Per queue and resource type, with the jobs archived after a moment."""
    found: dict[str, dict[str, Counts]] = {}
    for job in rows:
        if job.status not in ARCHIVED or job.modified > archived_since:
            _count(found.setdefault(job.queue, {}).setdefault(job.resource_type, {}), job.status)
    return {
        queue: {kind: _filled(counts, FILLED_BY_RESOURCE) for kind, counts in kinds.items()}
        for queue, kinds in found.items()
    }


def _count(counts: Counts, status: str) -> None:
    # Active jobs are counted by a SUM in SQL, which PostgreSQL gives as Decimal: no matter in JSON, seen in the repr.
    one: Number = Decimal(1) if status in ACTIVE else 1
    counts[status] = counts.get(status, 0) + one


def _filled(counts: Counts, states: Iterable[str]) -> Counts:
    return {**counts, **{state: 0 for state in states if state not in counts}}
