"""Notes: what a VM job's ad must say of its worker and does not say yet."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.model import Note, Worker


def notes(workers: Iterable[Worker], now: int) -> list[Note]:
    """List what has changed; a worker that has not changed asks for nothing.

    The count of jobs is noted only when the phase changes, as it changes all the time.  What the startd said last stays
    when it is gone, so that the history tells it.
    """
    return [note for worker in workers for note in _of(worker, now)]


def _of(worker: Worker, now: int) -> list[Note]:
    vm, startd, noted = worker.vm, worker.startd, worker.vm.noted
    made = [] if worker.phase == noted.phase else [Note(vm.id, "ElasticPhase", worker.phase)]
    if startd is None:
        return made
    if made and startd.starts != noted.jobs:
        made.append(Note(vm.id, "ElasticJobs", startd.starts))
    if (startd.claimed or startd.starts) and vm.first_job is None:
        made.append(Note(vm.id, "ElasticFirstJob", now))
    if startd.state and startd.state != noted.state:
        made.append(Note(vm.id, "ElasticStartdState", startd.state))
    if worker.phase == "reclaimed" and vm.reclaimed is None:
        made.append(Note(vm.id, "ElasticReclaimed", now))
    if startd.name != noted.startd:
        made.append(Note(vm.id, "ElasticStartd", startd.name))
    return made
