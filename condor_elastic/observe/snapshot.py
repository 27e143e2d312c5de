"""One look at everything, each failure turned into Unknown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from condor_elastic.knobs import Settings
from condor_elastic.knobs.hash import submit_hash
from condor_elastic.knobs.spot import spot_asks
from condor_elastic.model import (
    Hopeless,
    JobGroup,
    Ledger,
    PilotJob,
    Price,
    SiteRoom,
    Snapshot,
    Startd,
    Unknown,
    VmJob,
)
from condor_elastic.observe import jobs, vms
from condor_elastic.observe.aside import aside
from condor_elastic.observe.autoclusters import cluster_ads
from condor_elastic.observe.demand import Waiting, waiting
from condor_elastic.observe.freshness import freshness
from condor_elastic.observe.ledger import read_ledger
from condor_elastic.observe.prices import price_looks, prices
from condor_elastic.observe.queues import queues
from condor_elastic.observe.startds import slots
from condor_elastic.whatif import Engine, Kinds, looked_at
from condor_elastic.whatif.limits import Limits

Seen = TypeVar("Seen")
Slots = tuple[tuple[Startd, ...], tuple[SiteRoom, ...], Kinds]
Queue = tuple[tuple[VmJob, ...], tuple[PilotJob, ...]]

TIMEOUTS = ("Q_QUERY_TIMEOUT", "QUERY_TIMEOUT", "SEC_TCP_SESSION_TIMEOUT")  # of the schedd, the collector, both


def look(settings: Settings, *, keep: bool = True) -> Snapshot:
    """Ask PanDA (each server once), the schedds, the collector and, if it is the engine, the negotiator.

    keep is whether what PanDA says is to count as its last answer at the next look.
    """
    import htcondor2

    for timeout in TIMEOUTS:
        htcondor2.param[timeout] = str(settings.pool.query_timeout)
    seen = _look(settings, keep=keep)
    return replace(seen, fresh=freshness(settings, seen, _try, keep=keep), prices=_prices(settings, seen.now))


def _look(settings: Settings, *, keep: bool) -> Snapshot:
    asked = queues(settings, _try, keep=keep)
    ahead = _look_ahead(settings)
    queue = _try("the schedd's queue", lambda: _queue(settings))
    if isinstance(queue, Unknown):
        seen = _try("the collector", lambda: ahead.slots(settings, Waiting()))
        startds = seen if isinstance(seen, Unknown) else seen[0]
        return Snapshot(int(time.time()), asked, queue, pilots=queue, vms=queue, startds=startds)
    ours, pilots = queue
    spent = _spent(settings, keep=keep)  # after the queue: what has left that meanwhile is seen twice, not never
    waits = waiting(settings, _try, ahead.ads) if settings.fleets else Waiting()
    seen = _try("the collector", lambda: ahead.slots(settings, waits))
    if isinstance(seen, Unknown):
        return Snapshot(int(time.time()), asked, seen, waits.silent, pilots=pilots, vms=ours, startds=seen)
    startds, site, kinds = seen
    matched = _try("the matchmaking", lambda: _match(settings, waits, kinds))
    idle, hopeless = (matched, ()) if isinstance(matched, Unknown) else matched
    if waits.silent and len(waits.silent) >= max(1, len(settings.pool.schedd_names)) and not waits.clusters:
        idle = waits.silent[0]
    return Snapshot(
        int(time.time()), asked, idle, waits.silent, hopeless, site, pilots, ours, startds, ledger=spent
    )


@dataclass(frozen=True)
class _Ahead:
    """The autoclusters' ads, and the slots that are read for them while the schedd is asked for all the rest."""

    ads: dict[int, Any] | None = None
    names: frozenset[str] = frozenset()
    answer: Callable[[], Slots] | None = None

    def slots(self, settings: Settings, waits: Waiting) -> Slots:
        """Wait for the slots; read them again if jobs look at more than was thought."""
        names = looked_at(cluster.ad for cluster in waits.clusters)
        seen = self.answer() if self.answer else None
        return seen if seen and names <= self.names else _slots(settings, names)


def _look_ahead(settings: Settings) -> _Ahead:
    import htcondor2

    if not settings.fleets or settings.pool.whatif != "Match" or settings.pool.schedd_names:
        return _Ahead()
    ads = _try("the schedd's autoclusters", lambda: cluster_ads(htcondor2.Schedd()))
    if isinstance(ads, Unknown) or not ads:
        return _Ahead()
    names = looked_at(ads.values())
    return _Ahead(ads, names, aside(lambda: _slots(settings, names)))


def _queue(settings: Settings) -> Queue:
    """Read what is ours in the local schedd: all or nothing, as one answer that fails makes the other doubtful."""
    import htcondor2

    query, pool = htcondor2.Schedd().query, settings.pool.pool
    hashes = {fleet.name: submit_hash(fleet) for fleet in settings.fleets}
    ours = vms.vm_jobs(query, pool, list(hashes), hashes)
    return ours, jobs.pilot_jobs(query, pool) if settings.queues else ()


def _spent(settings: Settings, *, keep: bool) -> Ledger | Unknown | None:
    if not any(fleet.price for fleet in settings.fleets):
        return None
    return _try("the schedd's history", lambda: read_ledger(settings.pool, keep=keep))


def _prices(settings: Settings, now: int) -> dict[str, Price]:
    import htcondor2

    asks = spot_asks(settings.fleets)
    if not asks:
        return {}
    looks = _try("the queue's looks at spot prices", lambda: price_looks(htcondor2.Schedd().query, settings.pool))
    return prices(asks, looks, now)


def _slots(settings: Settings, names: frozenset[str]) -> Slots:
    import htcondor2

    collector = htcondor2.Collector()
    return slots(lambda mark, attrs: collector.query(htcondor2.AdTypes.Startd, mark, attrs), settings.pool.pool,
                 names, settings.fleets)  # fmt: skip


def _match(
    settings: Settings, waits: Waiting, kinds: Kinds
) -> tuple[tuple[JobGroup, ...], tuple[Hopeless, ...]]:
    limits = Limits(_param, waits.used or {})
    return Engine(settings.fleets).groups(waits.clusters, kinds.ads, limits)


def _param(name: str) -> Any:
    import htcondor2

    return htcondor2.param.get(name)


def _try(source: str, ask: Callable[[], Seen]) -> Seen | Unknown:
    try:
        return ask()
    except Exception as error:  # whatever a daemon's trouble is called, it means: not known
        return Unknown(source, " ".join(f"{type(error).__name__}: {error}".split())[:200])

