"""Idle jobs and our pilots, from the schedd's queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from condor_elastic.model import JobGroup, PilotJob, Shape

Query = Callable[[str, "list[str]"], Iterable[Any]]

# Universe 5 is vanilla; what a job-router or a CE copies is counted as the job that would run here.
IDLE_JOBS = "JobStatus == 1 && JobUniverse == 5"
PILOTS = "ElasticPilotQueue isnt undefined"
PILOT_ATTRS = ["ClusterId", "ProcId", "JobStatus", "ElasticPilotQueue", "ElasticPool", "JobCurrentStartDate"]


def idle_jobs(query: Query, requirements: Mapping[str, str]) -> tuple[JobGroup, ...]:
    """Count the idle jobs by shape and by the fleets whose ELASTIC_<FLEET>_JOB_REQUIREMENTS they meet."""
    import classad2

    tests = {fleet: classad2.ExprTree(text) for fleet, text in requirements.items()}
    named = {ref for test in tests.values() for ref in classad2.ClassAd().externalRefs(test)}
    groups: Counter[tuple[Shape, frozenset[str]]] = Counter()
    for ad in query(IDLE_JOBS, ["RequestCpus", "RequestMemory", *sorted(named)]):
        fleets = frozenset(fleet for fleet, test in tests.items() if test.eval(ad) is True)
        groups[Shape(_whole(ad, "RequestCpus", 1), _whole(ad, "RequestMemory", 0)), fleets] += 1
    return tuple(JobGroup(shape, number, fleets) for (shape, fleets), number in groups.items())


def _whole(ad: Any, name: str, default: int) -> int:
    value = ad.eval(name) if name in ad else default
    return int(value) if isinstance(value, (int, float)) else default


def pilot_jobs(query: Query, pool: str) -> tuple[PilotJob, ...]:
    """List the pilots of this pool."""
    return tuple(
        PilotJob(
            id=f"{ad['ClusterId']}.{ad['ProcId']}",
            queue=str(ad["ElasticPilotQueue"]),
            status=int(ad["JobStatus"]),
            started=_started(ad.get("JobCurrentStartDate")),
        )
        for ad in query(PILOTS, PILOT_ATTRS)
        if ad.get("ElasticPool") == pool
    )


def _started(value: Any) -> int | None:
    return value if type(value) is int else None
