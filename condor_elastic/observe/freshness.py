"""How old the sources are: the collector, the last negotiation, and since when a source of demand is silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from condor_elastic.knobs import Settings
from condor_elastic.model import Freshness, Snapshot, Unknown
from condor_elastic.observe.panda.kept import Kept

KEY = "silent sources of demand"
COLLECTOR_ATTRS = ["StatsLastUpdateTime", "StatsLifetime"]
"""Of the collector's own ad: its statistics are those since it started (collector_stats.cpp)."""
NEGOTIATOR_ATTRS = ["LastNegotiationCycleEnd0"]
INTERVAL = 300
"""HTCondor's own UPDATE_INTERVAL."""


def freshness(
    settings: Settings, seen: Snapshot, attempt: Callable[[str, Callable[[], Any]], Any], *, keep: bool
) -> Freshness:
    """Ask the collector about itself and the negotiator, and note who is silent; attempt gives Unknown on failure.

    Since when a source is silent is kept beside what PanDA last said, unless keep is false.
    """
    silent = silences(settings, seen, keep=keep)
    if not settings.fleets or isinstance(seen.startds, Unknown) or isinstance(seen.vms, Unknown):
        return Freshness(silent=silent)
    asked = attempt("the collector", _collector_and_negotiator)
    if isinstance(asked, Unknown):
        return Freshness(silent=silent)
    started, interval, negotiated = asked
    return Freshness(started, max(interval, settings.pool.update_interval), negotiated, silent)


def silences(settings: Settings, seen: Snapshot, *, keep: bool) -> Mapping[str, int]:
    """Give since when each source of demand is silent; one that answers again is forgotten."""
    named = {one.source for one in (*(queue.hides_demand() for queue in seen.queues.values()), *seen.silent) if one}
    kept = Kept(settings.pool.panda_directory)
    before = kept.load(KEY) or {}
    since = {name: _since(before.get(name), seen.now) for name in sorted(named)}
    if keep and since != before:
        kept.save(KEY, since)
    return since


def _since(before: Any, now: int) -> int:
    return before if type(before) is int and before <= now else now


def _collector_and_negotiator() -> tuple[int | None, int, int | None]:
    import htcondor2

    collector = htcondor2.Collector()
    own = collector.query(htcondor2.AdTypes.Collector, "true", COLLECTOR_ATTRS)
    negotiators = collector.query(htcondor2.AdTypes.Negotiator, "true", NEGOTIATOR_ATTRS)
    interval = htcondor2.param.get("UPDATE_INTERVAL")
    return started(own), int(interval) if str(interval).isdigit() else INTERVAL, negotiated(negotiators)


def started(ads: Iterable[Mapping[str, Any]]) -> int | None:
    """Give when the collector started, the youngest of a tree; None where that is not said.

    A child tells the top of itself within a second of its start, and what it had not forwarded is lost with it.
    """
    times = [ad["StatsLastUpdateTime"] - ad["StatsLifetime"] for ad in ads if all(n in ad for n in COLLECTOR_ATTRS)]
    return max(times, default=None)


def negotiated(ads: Iterable[Mapping[str, Any]]) -> int | None:
    """Give when the last negotiation ended, whichever negotiator it was; None where none has."""
    return max((int(ad[name]) for ad in ads for name in NEGOTIATOR_ATTRS if name in ad), default=None)
