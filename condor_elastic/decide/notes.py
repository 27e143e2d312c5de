"""Notes: what a VM job's ad must say of its worker and does not say yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import Note, Worker

SPARE = 120
"""Seconds by which a worker may be late with its own timer: two of its updates (UPDATE_INTERVAL)."""


def notes(fleets: Iterable[FleetKnobs], workers: Iterable[Worker], now: int) -> list[Note]:
    """List what has changed, the timers' attributes first; a worker that has not changed asks for nothing."""
    known = {fleet.name: fleet for fleet in fleets}
    workers = tuple(workers)
    return [note for worker in workers for note in _timers(worker, known, now)] + [
        note for worker in workers for note in _shown(worker)
    ]


def _timers(worker: Worker, fleets: Mapping[str, FleetKnobs], now: int) -> list[Note]:
    """Give what the VM job's periodic_hold looks at.

    That no job came is written only when a cycle has seen it at the time: a cycle that is late, or does not run, must
    not end a worker on which jobs have begun meanwhile.
    """
    vm, startd, fleet = worker.vm, worker.startd, fleets.get(worker.vm.fleet)
    if startd is None or vm.first_job is not None:
        return []
    if startd.claimed or startd.starts:
        return [Note(vm.id, "ElasticFirstJob", now)]
    late = fleet and fleet.first_job_timeout and vm.joined and now - vm.joined > fleet.first_job_timeout + SPARE
    return [Note(vm.id, "ElasticNoFirstJob", now)] if late and vm.no_job is None else []


def _shown(worker: Worker) -> list[Note]:
    """Give what people read in condor_q; the count of jobs only when the phase changes, as it changes all the time.

    What the startd said last stays when it is gone, so that the history tells it.
    """
    vm, startd, noted = worker.vm, worker.startd, worker.vm.noted
    made = [] if worker.phase == noted.phase else [Note(vm.id, "ElasticPhase", worker.phase)]
    if startd is None:
        return made
    if made and startd.starts != noted.jobs:
        made.append(Note(vm.id, "ElasticJobs", startd.starts))
    if startd.state and startd.state != noted.state:
        made.append(Note(vm.id, "ElasticStartdState", startd.state))
    if startd.name != noted.startd:
        made.append(Note(vm.id, "ElasticStartd", startd.name))
    return made
