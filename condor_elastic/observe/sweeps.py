"""The sweeps in the schedd's queue: jobs of the elastic user, in whose ads stands what they found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from condor_elastic.model import SweepJob
from condor_elastic.observe.jobs import Query
from condor_elastic.observe.values import values_of

ATTRS = ["ClusterId", "ProcId", "JobStatus", "EnteredCurrentStatus", "QDate", "ExitCode", "ElasticPool", "ElasticSwept",
         "ElasticOrphans", "ElasticAlarm", "ElasticSaid", "ElasticTold"]  # fmt: skip


def sweep_jobs(query: Query, pool: str) -> tuple[SweepJob, ...]:
    """List the sweeps of this pool, under way and ended."""
    found = (values_of(ad) for ad in query("ElasticSweep isnt undefined", ATTRS))
    return tuple(_sweep(ad) for ad in found if ad.get("ElasticPool") == pool)


def _sweep(ad: Mapping[str, Any]) -> SweepJob:
    said = ad.get("ElasticSaid")
    return SweepJob(
        id=f"{ad['ClusterId']}.{ad['ProcId']}",
        status=int(ad["JobStatus"]),
        since=_whole(ad, "EnteredCurrentStatus") or _whole(ad, "QDate"),
        swept=_whole(ad, "ElasticSwept"),
        orphans=_counts(ad.get("ElasticOrphans")),
        alarm=str(ad.get("ElasticAlarm") or ""),
        said=tuple(str(line) for line in said) if isinstance(said, list) else (),
        exit=_whole(ad, "ExitCode") if "ExitCode" in ad else None,
        told=ad.get("ElasticTold") is True,
    )


def _counts(text: Any) -> dict[str, int]:
    """Read what act/report.py writes: fleet=2 other=1."""
    words = [word.partition("=") for word in text.split()] if isinstance(text, str) else []
    return {name: int(number) for name, _, number in words if number.isdigit()}


def _whole(ad: Mapping[str, Any], name: str) -> int:
    value = ad.get(name)
    return value if type(value) is int else 0
