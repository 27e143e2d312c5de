"""Retire a worker by hand, and take it back: ElasticRetireAsked in its VM job's ad, and the mark on its startd at once.

The attribute is what holds: a mark alone would be taken back by the next cycle that has jobs for the worker.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from condor_elastic.act.note import edit, note
from condor_elastic.act.retire import mark
from condor_elastic.byhand.find import Done, find
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.knobs.macros import configured
from condor_elastic.model import Worker


def retire(names: Sequence[str]) -> list[Done]:
    """Let workers take no further job and leave when empty, whatever waits; raises ValueError for a pinned one.

    Root and condor may, as in pin.
    """
    settings = configured()
    found = find(settings)
    chosen = found.named(names, settings.pool.pool)
    for worker in chosen:
        if worker.vm.pinned:
            raise ValueError(f"{worker.vm.vm} is pinned; let it go first: condor_elastic pin --off {worker.vm.vm}")
    return [_retire(settings.pool, worker, found.silent) for worker in chosen]


def unretire(names: Sequence[str]) -> list[Done]:
    """Take workers back into service that retire, by hand or by a cycle's will."""
    settings = configured()
    found = find(settings)
    return [_unretire(settings.pool, worker, found.silent) for worker in found.named(names, settings.pool.pool)]


def _retire(knobs: GlobalKnobs, worker: Worker, silent: str) -> Done:
    vm = worker.vm
    Path(knobs.retire_key).read_bytes()  # before anything is said: who may not read it may not do this
    edit([vm.id], "ElasticRetireAsked", str(int(time.time())))
    later = _mark(knobs, worker, "ElasticRetired", vm.retired + 1, silent)
    goes = f"{vm.vm} takes no more jobs and leaves when it is empty"
    if worker.startd is None and not silent:
        goes = f"{vm.vm} is {worker.phase} and retires if it joins (condor_elastic terminate ends it at once)"
    return _done(worker, f"{goes}, unless: condor_elastic unretire {vm.vm}{later}")


def _unretire(knobs: GlobalKnobs, worker: Worker, silent: str) -> Done:
    vm = worker.vm
    if vm.retire_asked is None and worker.phase != "retiring":
        return _done(worker, f"{vm.vm} does not retire: it is {worker.phase}")
    if vm.retire_asked is not None:
        edit([vm.id], "ElasticRetireAsked", "undefined")
    later = _mark(knobs, worker, "ElasticUnretired", vm.unretired + 1, silent)
    keeps = f"to keep it whatever a cycle wants: condor_elastic pin {vm.vm}"
    return _done(worker, f"{vm.vm} may take jobs again; {keeps}{later}")


def _mark(knobs: GlobalKnobs, worker: Worker, counter: str, times: int, silent: str) -> str:
    """Set or clear ElasticRetire on the startd, if it has to be; give why that is left to the next cycle."""
    retires = counter == "ElasticRetired"
    if silent:
        return f" (left to the next cycle, because {silent})"
    if worker.startd is None or worker.startd.retiring is retires:
        return ""
    try:
        mark(knobs, worker, retire=retires)
    except RuntimeError as error:
        return f" (left to the next cycle, because its startd did not take it: {error})"
    note(worker, counter, times)
    return ""


def _done(worker: Worker, said: str) -> Done:
    return Done(worker.vm.vm, worker.vm.id, worker.vm.fleet, worker.phase, said)
