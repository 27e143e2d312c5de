"""One look at everything, each failure turned into Unknown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from condor_elastic.knobs import Settings
from condor_elastic.model import JobGroup, PilotJob, QueueStats, Snapshot, Startd, Unknown, VmJob
from condor_elastic.observe import jobs, panda, vms
from condor_elastic.observe.startds import startds

Seen = TypeVar("Seen")


TIMEOUTS = ("Q_QUERY_TIMEOUT", "QUERY_TIMEOUT", "SEC_TCP_SESSION_TIMEOUT")  # of the schedd, the collector, both


def look(settings: Settings) -> Snapshot:
    """Ask PanDA (each server once), the local schedd and the collector."""
    import htcondor2

    for timeout in TIMEOUTS:
        htcondor2.param[timeout] = str(settings.pool.query_timeout)
    queues = _ask_panda(settings)
    pool = settings.pool.pool
    requirements = {fleet.name: fleet.job_requirements for fleet in settings.fleets}

    def machines() -> tuple[Startd, ...]:
        collector = htcondor2.Collector()
        return startds(lambda mark, attrs: collector.query(htcondor2.AdTypes.Startd, mark, attrs), pool)

    def queue() -> tuple[tuple[VmJob, ...], tuple[PilotJob, ...], tuple[JobGroup, ...]]:
        query = htcondor2.Schedd().query
        ours = vms.vm_jobs(query, pool, requirements)
        pilots = jobs.pilot_jobs(query, pool) if settings.queues else ()
        return ours, pilots, jobs.idle_jobs(query, requirements) if settings.fleets else ()

    seen = _try("the schedd's queue", queue)  # all of it or nothing: one answer that fails makes the others doubtful
    vm_jobs, pilots, idle = (seen, seen, seen) if isinstance(seen, Unknown) else seen
    return Snapshot(int(time.time()), queues, idle, pilots, vm_jobs, _try("the collector", machines))


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
