"""In which order workers leave: drifted ones, then as ELASTIC_<FLEET>_RETIRE_RANK says; pinned ones never."""

from __future__ import annotations

from collections.abc import Sequence

from condor_elastic.decide.policies import View
from condor_elastic.decide.words import count
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import HELD, SERVING, Action, Remove, Retire, Worker

BY_HAND = "somebody asked for it (condor_elastic retire)"


def first_to_leave(workers: Sequence[Worker], view: View, now: int, *, dearest: bool = False) -> list[Worker]:
    """Order those that may leave, the first to leave first; as they come where nothing else is said.

    As in HTCondor, a rank that is no number counts as 0.
    """

    def key(worker: Worker) -> tuple[bool, float, float]:
        return not worker.vm.drifted, -_price(worker, view) if dearest else 0.0, -_rank(worker, view, now)

    return sorted((worker for worker in workers if not worker.vm.pinned), key=key)


def _rank(worker: Worker, view: View, now: int) -> float:
    text = view.value("RETIRE_RANK")
    made = view.evaluate(text, worker_figures(worker, view, now)) if text else 0.0
    return 0.0 if isinstance(made, str) else made


def _price(worker: Worker, view: View) -> float:
    price = view.value("PRICE") if worker.vm.price is None else worker.vm.price
    return float(price)


def worker_figures(worker: Worker, view: View, now: int) -> dict[str, float]:
    """Give what RETIRE_RANK may name: WORKER_FIGURES of knobs/row.py."""
    vm, startd = worker.vm, worker.startd
    shape = startd.whole if startd else view.value("TEMPLATE")
    return {
        "Age": now - (vm.since if vm.began is None else vm.began),
        "IdleSeconds": now - startd.since if startd and worker.phase == "idle" else 0,
        "Jobs": startd.claimed if startd else 0,
        "Cpus": shape.cpus,
        "CpusUsed": shape.cpus - startd.free.cpus if startd else 0,
        "Memory": shape.memory,
        "Price": _price(worker, view),
        "Drifted": int(vm.drifted),
        "Retired": vm.retired,
    }


def replaced(view: View, workers: Sequence[Worker], used: frozenset[str], now: int) -> list[Action]:
    """Retire workers that have drifted, the empty first, at most MAX_DRIFT at a time; demand brings the new ones.

    A busy one takes no further job and leaves when its last has ended, as any that is retired.  None leaves while a
    new one is on its way, which may fail, nor while no cap on money would let a new one be launched.
    """
    if view.pending or (view.purse.holds and not view.purse.room(1)):
        return []
    changed = [w for w in workers if w.vm.drifted]
    may = view.value("MAX_DRIFT") - sum(w.phase == "retiring" for w in changed)
    serving = [w for w in changed if w.phase in SERVING]
    serving.sort(key=lambda w: (w.phase != "idle", w.vm.vm in used, w.startd.claimed if w.startd else 0))
    why = f"SUBMIT or TEMPLATE has changed since its launch, and {view.said('MAX_DRIFT')}"
    return [Retire(w, why) for w in first_to_leave(serving, view, now)[: max(0, may)]]


def is_replaced(worker: Worker, knobs: FleetKnobs) -> bool:
    """Tell whether a worker that is retiring must not be taken back: it would never be replaced."""
    return worker.vm.drifted and knobs.max_drift > 0 and not worker.vm.pinned


def sent_away(workers: Sequence[Worker]) -> list[Worker]:
    """List those that somebody has retired by hand and that serve: they have joined since, or their startd is new."""
    return [w for w in _asked(workers) if w.phase in SERVING]


def held_back(actions: Sequence[Action], knobs: FleetKnobs) -> tuple[list[Action], str]:
    """Keep no more of what ends VMs than MAX_RETIRE_PER_CYCLE, and say what is left for later."""
    kept: list[Action] = []
    ends = 0
    for action in actions:
        ends += _ends_a_vm(action)
        if ends <= knobs.max_retire_per_cycle or not _ends_a_vm(action):
            kept.append(action)
    later = ends - knobs.max_retire_per_cycle
    if later <= 0:
        return kept, ""
    knob = f"{PREFIX}{knobs.name.upper()}_MAX_RETIRE_PER_CYCLE={knobs.max_retire_per_cycle}"
    return kept, f"leaving {count(later, 'VM')} for later, because {knob}"


def _ends_a_vm(action: Action) -> bool:
    """Tell whether a VM goes by it; what has failed has none any more."""
    return isinstance(action, Retire) or (isinstance(action, Remove) and action.vm.status != HELD)


def kept_by_pin(workers: Sequence[Worker]) -> str:
    """Say how many workers stay whatever is too many."""
    pinned = sum(w.vm.pinned for w in workers)
    return f"keeping {count(pinned, 'pinned worker')}" if pinned else ""


def kept_away(workers: Sequence[Worker]) -> str:
    """Say how many workers are not taken back, whatever waits."""
    away = sum(w.phase == "retiring" for w in _asked(workers))
    return f"leaving {count(away, 'worker')} that somebody retired by hand to go" if away else ""


def _asked(workers: Sequence[Worker]) -> list[Worker]:
    return [w for w in workers if w.vm.retire_asked is not None and w.vm.is_sent_away]
