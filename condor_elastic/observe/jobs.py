"""Our pilots, from the schedd's queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from condor_elastic.model import PilotJob

Query = Callable[[str, "list[str]"], Iterable[Any]]

PILOTS = "ElasticPilotQueue isnt undefined"
PILOT_ATTRS = ["ClusterId", "ProcId", "JobStatus", "ElasticPilotQueue", "ElasticPool", "ElasticResourceType",
               "JobCurrentStartDate"]  # fmt: skip


def pilot_jobs(query: Query, pool: str) -> tuple[PilotJob, ...]:
    """List the pilots of this pool."""
    return tuple(
        PilotJob(
            id=f"{ad['ClusterId']}.{ad['ProcId']}",
            queue=str(ad["ElasticPilotQueue"]),
            status=int(ad["JobStatus"]),
            started=_started(ad.get("JobCurrentStartDate")),
            type=str(ad.get("ElasticResourceType") or ""),
        )
        for ad in query(PILOTS, PILOT_ATTRS)
        if ad.get("ElasticPool") == pool
    )


def _started(value: Any) -> int | None:
    return value if type(value) is int else None
