"""Idle jobs that could start VMs, of one schedd or of several, as the engine of ELASTIC_WHATIF tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from condor_elastic.knobs import Settings
from condor_elastic.model import RUNNING, Unknown
from condor_elastic.observe.autoclusters import autoclusters
from condor_elastic.whatif import Autocluster
from condor_elastic.whatif.ghosts import ATTRS, is_answered, mark, matched
from condor_elastic.whatif.limits import asked
from condor_elastic.whatif.references import references


@dataclass(frozen=True)
class Waiting:
    """Autoclusters with idle jobs, what is in use of the concurrency limits they name, and who did not answer."""

    clusters: tuple[Autocluster, ...] = ()
    used: Mapping[str, float] | None = None
    silent: tuple[Unknown, ...] = ()


def waiting(
    settings: Settings, attempt: Callable[[str, Callable[[], Any]], Any], ads: Mapping[int, Any] | None = None
) -> Waiting:
    """Ask for what waits; attempt(source, ask) gives Unknown where asking fails.

    ads are those of the local schedd's autoclusters, where they have been read.
    """
    if settings.pool.whatif == "Negotiator":
        return _as_negotiated(settings, attempt)
    found: list[Autocluster] = []
    used: dict[str, float] = {}
    silent = []
    for name in settings.pool.schedd_names or ("",):
        seen = attempt(f"the schedd {name}" if name else "the schedd's queue", partial(_read, settings, name, ads))
        if isinstance(seen, Unknown):
            silent.append(seen)
            continue
        found += seen[0]
        _add(used, seen[1])
    return Waiting(tuple(found), used, tuple(silent))


def _read(
    settings: Settings, name: str, ads: Mapping[int, Any] | None
) -> tuple[tuple[Autocluster, ...], dict[str, float]]:
    import htcondor2

    schedd = htcondor2.Schedd(_locate(name)) if name else htcondor2.Schedd()
    also = set(references(fleet.job_requirements for fleet in settings.fleets))
    also |= {"NumJobStarts"} if any(fleet.spot_tries for fleet in settings.fleets) else set()
    where = f" of {name}" if name else ""
    clusters = autoclusters(schedd, also, settings.pool.demand_min_age, where, None if name else ads)
    return clusters, _in_use(schedd, clusters)


def _locate(name: str) -> Any:
    import htcondor2

    found = htcondor2.Collector().locate(htcondor2.DaemonType.Schedd, name)
    if found is None:  # of which the bindings would make the local one
        raise LookupError("the collector does not know it")
    return found


def _in_use(schedd: Any, clusters: Iterable[Autocluster]) -> dict[str, float]:
    import htcondor2

    used: dict[str, float] = {}
    if any("ConcurrencyLimits" in cluster.ad for cluster in clusters):
        by = htcondor2.QueryOpt.GroupBy
        for row in schedd.query(projection=["JobStatus", "ConcurrencyLimits"], opts=by):
            if row.get("JobStatus") == RUNNING:
                _add(used, {name: each * row["JobCount"] for name, each in asked(row).items()})
    return used


def _add(used: dict[str, float], more: Mapping[str, float]) -> None:
    for name, amount in more.items():
        used[name] = used.get(name, 0) + amount


def _as_negotiated(settings: Settings, attempt: Callable[[str, Callable[[], Any]], Any]) -> Waiting:
    told = attempt("the negotiator", lambda: _told(settings))
    if isinstance(told, Unknown):
        return Waiting(silent=(told,))
    counts, silent = told
    found: list[Autocluster] = []
    used: dict[str, float] = {}
    for address in sorted({address for address, _ in counts}):
        here = {number: count for (schedd, number), count in counts.items() if schedd == address}
        seen = attempt(f"the schedd at {address}", partial(_granted, address, here))
        if isinstance(seen, Unknown):
            silent = (*silent, seen)
            continue
        found += seen[0]
        _add(used, seen[1])
    return Waiting(tuple(found), used, silent)


def _told(settings: Settings) -> tuple[Mapping[tuple[str, int], int], tuple[Unknown, ...]]:
    """Read what the last negotiation made of our ghosts, and whether it has seen them all."""
    import htcondor2

    collector = htcondor2.Collector()
    cycles = collector.query(htcondor2.AdTypes.Negotiator, "true", ["LastNegotiationCycleTime0"])
    begun = max((ad["LastNegotiationCycleTime0"] for ad in cycles if "LastNegotiationCycleTime0" in ad), default=None)
    if begun is None:
        raise LookupError("the collector knows of none that has negotiated")
    ghosts = list(collector.query(htcondor2.AdTypes.Startd, mark(settings.pool.pool), ATTRS))
    new = [str(ad["ElasticFleet"]) for ad in ghosts if not is_answered(ad, begun)]
    why = f"it has not negotiated since it was asked about {', '.join(new)}"
    return matched(ghosts, begun), (Unknown("the negotiator", why),) if new else ()


def _granted(address: str, counts: Mapping[int, int]) -> tuple[tuple[Autocluster, ...], dict[str, float]]:
    import htcondor2

    known = htcondor2.Collector().query(htcondor2.AdTypes.Schedd, f'MyAddress == "{address}"')
    if not known:
        raise LookupError("the collector does not know it")
    schedd = htcondor2.Schedd(known[0])
    clusters = tuple(
        Autocluster(ad, counts[ad["AutoClusterId"]], f"autocluster {ad['AutoClusterId']}", granted=True)
        for ad in schedd.query(opts=htcondor2.QueryOpt.AutoCluster)
        if ad["AutoClusterId"] in counts
    )
    return clusters, _in_use(schedd, clusters)
