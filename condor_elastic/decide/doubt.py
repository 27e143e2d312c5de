"""What makes all that was seen doubtful: a stepped clock, old ads, a collector that is new, no negotiation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from condor_elastic.decide.words import count
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import RUNNING, Freshness, Snapshot, Unknown, Worker

FEW = 3
"""Of so few workers a part that is missing says nothing (Cluster Autoscaler: --ok-total-unready-count)."""


@dataclass(frozen=True)
class Doubt:
    """What was seen, in words; unseen are the VMs (ElasticVM) whose workers must be there and are not seen."""

    why: str = ""
    unseen: frozenset[str] = frozenset()


def doubt(seen: Snapshot, workers: Sequence[Worker], stale: int) -> Doubt:
    """Give the first reason for which nothing that was seen may be given back; no why where there is none.

    stale is ELASTIC_STALE, seconds.
    """
    missing = _missing(seen, workers)
    if missing.why:
        return missing
    return Doubt(_clock(seen.now, workers, stale) or _old(seen.now, workers, stale) or _unnegotiated(seen, stale))


def _clock(now: int, workers: Sequence[Worker], stale: int) -> str:
    """Find what is to happen only later: then our clock went back, or another's is wrong."""
    late = now + stale
    for w in workers:
        heard = w.startd.heard or 0 if w.startd else 0
        if w.vm.since > late or heard > late:
            ahead = max(w.vm.since, heard) - now
            what = f"VM job {w.vm.id} changed its status"
            if w.startd and w.vm.since - now < ahead:
                what = f"the collector heard of {w.startd.name}"
            return f"{what} {ahead} s from now: a clock was stepped ({PREFIX}STALE={stale})"
    return ""


def _old(now: int, workers: Sequence[Worker], stale: int) -> str:
    heard = [w.startd.heard for w in workers if w.startd and w.startd.heard is not None]
    if not heard or now - max(heard) < stale:
        return ""
    age = f"{now - max(heard)} s old, older than {PREFIX}STALE={stale}"
    return f"the newest word of {count(len(heard), 'startd')} in the collector is {age}"


def _missing(seen: Snapshot, workers: Sequence[Worker]) -> Doubt:
    """Compare the workers that must be there, as their VM jobs say, with the startds that are.

    The VM jobs remember who has joined (ElasticJoined) and who was told to go (ElasticRetired, ElasticUnretired).
    """
    lost = frozenset([w.vm.vm for w in workers if w.startd is None and is_lost(w)])
    if not lost:
        return Doubt()
    due = [w for w in workers if is_lost(w) or (w.startd and w.vm.status == RUNNING)]
    young = _young(seen.fresh, seen.now) if seen.fresh else ""
    if young:
        return Doubt(f"{young}, and {len(lost)} of {count(len(due), 'worker')} have not reported to it yet", lost)
    if len(due) > FEW and 2 * len(lost) > len(due):
        here = len(due) - len(lost)
        return Doubt(f"of {len(due)} workers that have joined only {here} are in the collector", lost)
    return Doubt()


def is_lost(worker: Worker) -> bool:
    """Tell whether a worker that has joined, and was not told to go, has no startd in the collector."""
    vm = worker.vm
    if worker.startd is not None or vm.status != RUNNING or vm.joined is None:
        return False
    return not (vm.retired > vm.unretired or vm.reclaimed is not None)


def _young(fresh: Freshness, now: int) -> str:
    """Tell whether some startds cannot have reported yet: one and a half of their intervals, as updates get lost."""
    if fresh.collector is None:
        return "how long the collector has run is unknown"
    age = now - fresh.collector
    return f"the collector started {age} s ago (UPDATE_INTERVAL={fresh.interval})" if age < 1.5 * fresh.interval else ""


def _unnegotiated(seen: Snapshot, stale: int) -> str:
    """Tell whether jobs wait because nobody hands out slots: then an empty worker is no proof of no demand."""
    if seen.fresh is None or isinstance(seen.idle, Unknown) or not any(group.count for group in seen.idle):
        return ""
    if seen.fresh.negotiated is None:
        return "jobs wait and the collector knows of no negotiator that has negotiated"
    age = seen.now - seen.fresh.negotiated
    return f"jobs wait and nothing was negotiated for {age} s ({PREFIX}STALE={stale})" if age >= stale else ""
