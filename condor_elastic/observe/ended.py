"""Our pilots that have ended by themselves, from the schedd's history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from condor_elastic.knobs import QueueKnobs
from condor_elastic.model import COMPLETED, EndedPilot

History = Callable[[str, "list[str]", int, str], Iterable[Any]]
"""Constraint, attributes, the most to give, and where to stop: an expression that holds for the first too old."""

ATTRS = ["JobStartDate", "JobCurrentStartDate", "CompletionDate"]


def ended_pilots(history: History, pool: str, queue: QueueKnobs, now: int) -> tuple[EndedPilot, ...]:
    """List the last pilots of a queue that ended, newest first; the history is read backwards and no further."""
    mine = f'ElasticPilotQueue =?= "{queue.name}" && ElasticPool =?= "{pool}" && JobStatus == {COMPLETED}'
    since = f"EnteredCurrentStatus < {now - queue.throttle_window}"
    found = []
    for ad in history(mine, ATTRS, queue.throttle_pilots, since):
        start, end = ad.get("JobCurrentStartDate") or ad.get("JobStartDate"), ad.get("CompletionDate")
        if type(start) is int and type(end) is int:
            found.append(EndedPilot(queue.name, start, max(0, end - start)))
    return tuple(found)
