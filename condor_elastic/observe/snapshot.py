"""One look at everything, each failure turned into Unknown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from condor_elastic.knobs import Settings
from condor_elastic.model import QueueStats, Snapshot, Unknown
from condor_elastic.observe import jobs, panda, vms
from condor_elastic.observe.startds import startds

Seen = TypeVar("Seen")


def look(settings: Settings) -> Snapshot:
    """Ask PanDA (each server once), the local schedd and the collector."""
    import htcondor2

    limit = str(settings.pool.query_timeout)
    htcondor2.param["Q_QUERY_TIMEOUT"] = limit
    htcondor2.param["QUERY_TIMEOUT"] = limit
    queues = _ask_panda(settings)
    pool = settings.pool.pool
    requirements = {fleet.name: fleet.job_requirements for fleet in settings.fleets}

    def machines() -> Any:
        collector = htcondor2.Collector()
        return startds(lambda mark, attrs: collector.query(htcondor2.AdTypes.Startd, mark, attrs), pool)

    def ours(kind: Callable[..., Seen], *rest: Any) -> Seen:
        return kind(htcondor2.Schedd().query, *rest)

    return Snapshot(
        now=int(time.time()),
        queues=queues,
        idle=_try("the schedd's queue", lambda: ours(jobs.idle_jobs, requirements)) if settings.fleets else (),
        pilots=_try("the schedd's queue", lambda: ours(jobs.pilot_jobs, pool)) if settings.queues else (),
        vms=_try("the schedd's queue", lambda: ours(vms.vm_jobs, pool, requirements)),
        startds=_try("the collector", machines),
    )


def _try(source: str, ask: Callable[[], Seen]) -> Seen | Unknown:
    try:
        return ask()
    except Exception as error:  # whatever a daemon's trouble is called, it means: not known
        return Unknown(source, " ".join(f"{type(error).__name__}: {error}".split())[:200])


def _ask_panda(settings: Settings) -> dict[str, QueueStats | Unknown]:
    pool = settings.pool
    servers = {queue.panda_url for queue in settings.queues}
    answers = {url: panda.ask(url, pool.panda_timeout, pool.panda_max_bytes) for url in servers}
    found: dict[str, QueueStats | Unknown] = {}
    for queue in settings.queues:
        answer = answers[queue.panda_url]
        known = answer if isinstance(answer, Unknown) else answer.get(queue.panda_queue or queue.name, QueueStats(0, 0))
        found[queue.name] = known
    return found
