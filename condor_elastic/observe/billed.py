"""When a VM was billed, from the ad of its job: the gridmanager keeps times as a shadow would.

BaseJob::UpdateRuntimeStats() in condor_gridmanager/basejob.cpp: JobStartDate and JobCurrentStartDate are when the
instance was first seen to run, RemoteWallClockTime the seconds that it ran once the job runs no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from condor_elastic.model import COMPLETED, HELD, REMOVED

TIMES = ["EnteredCurrentStatus", "JobStartDate", "JobCurrentStartDate", "RemoteWallClockTime", "CompletionDate"]


def billed(ad: Mapping[str, Any], *, gone: bool = False) -> tuple[int | None, int | None]:
    """Give when it began and when it ended, None each where it has not; gone is of a job that has left the queue.

    A VM job that is being removed is billed until it is gone.
    """
    first, current = _seconds(ad, "JobStartDate"), _seconds(ad, "JobCurrentStartDate")
    ran = _seconds(ad, "RemoteWallClockTime")
    status = ad.get("JobStatus")
    if not first:
        return None, None
    if not gone and status not in (HELD, COMPLETED):
        # What ran before a hold is put before what runs now.
        return (first if status == REMOVED else (current or first) - ran), None
    last = _seconds(ad, "EnteredCurrentStatus") or _seconds(ad, "CompletionDate")
    return first, first + ran if ran else max(first, last)


def price(ad: Mapping[str, Any]) -> float | None:
    """Give the price at launch, money an hour, if the ad knows it."""
    value: Any = ad.get("ElasticPrice")
    return float(value) if _is_number(value) and value >= 0 else None


def _seconds(ad: Mapping[str, Any], name: str) -> int:
    value: Any = ad.get(name)
    return int(value) if _is_number(value) and value > 0 else 0


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)  # undefined is a number too, of an IntEnum
