"""Retirement: who goes first, and who is taken back first."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from condor_elastic.decide.leaving import first_to_leave
from condor_elastic.decide.policies import View
from condor_elastic.decide.words import count
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.lifetime import bounded_by
from condor_elastic.model import Action, Remove, Retire, Startd, Worker

LEAVING = ("retiring", "reclaimed")


def _startd(worker: Worker) -> Startd:
    assert worker.startd is not None  # noqa: S101  narrows the type: the callers choose by phase
    return worker.startd


def _used(worker: Worker) -> int:
    startd = _startd(worker)
    return startd.whole.cpus - startd.free.cpus


def kindest_first(workers: Sequence[Worker]) -> list[Worker]:
    """Order by what leaving costs: the least used, then the longest unchanged."""
    return sorted(workers, key=lambda w: (_used(w), _startd(w).since, w.vm.vm))


def taken_back_first(workers: Sequence[Worker]) -> list[Worker]:
    """Order by how sure a worker is to stay: busy ones first, as an empty one may be leaving this second."""
    return sorted(workers, key=lambda w: (not _startd(w).claimed, -_startd(w).free.cpus, w.vm.vm))


def give_back(excess: int, workers: Sequence[Worker], view: View, why: str, now: int) -> list[Action]:
    """Give back so many: what has not launched, then the empty, then (softly, no job is touched) the least used.

    Above a cap on money the dearest go first.
    """
    dearest = view.purse.is_over
    cancelled = first_to_leave([w for w in workers if w.phase == "requested"], view, now, dearest=dearest)[:excess]
    gone: list[Action] = [Remove(w.vm, why) for w in cancelled]
    leaving = sum(w.phase in LEAVING for w in workers)
    serving = kindest_first([w for w in workers if w.phase in ("idle", "busy")])
    serving = first_to_leave(serving, view, now, dearest=dearest)
    return gone + [Retire(w, why) for w in serving[: max(0, excess - len(cancelled) - leaving)]]


def expired(knobs: FleetKnobs, workers: Sequence[Worker], now: int) -> list[Action]:
    """Choose workers whose lifetime is over: they take no job any more and leave when empty, whatever is wanted."""
    why = f"its lifetime is over, {bounded_by(knobs)}"
    serving = [w for w in workers if w.phase in ("idle", "busy") and not w.vm.pinned]
    return [Retire(w, why) for w in serving if ended(w, now)]


def ended(worker: Worker, now: int) -> bool:
    """Tell whether a worker's lifetime is over, by its own word, or by its VM job's where it says nothing."""
    own = worker.startd.ends if worker.startd else None
    end = worker.vm.deadline if own is None else own
    return end is not None and end <= now


def unneeded(view: View, workers: Sequence[Worker], used: frozenset[str], now: int) -> list[Action]:
    """Choose workers that have been empty, and VM jobs that have waited for launch, for longer than the idle timeout.

    used names the workers on which idle jobs fit: they are never given back.
    """
    timeout, seconds = view.said("IDLE_TIMEOUT"), view.value("IDLE_TIMEOUT")
    gone: list[Action] = []
    unused = [w for w in workers if w.phase in ("idle", "requested") and w.vm.vm not in used]
    for w in first_to_leave(unused, view, now):
        if w.phase == "idle" and now - _startd(w).since >= seconds:
            gone.append(Retire(w, f"empty longer than {timeout}"))
        elif w.phase == "requested" and now - w.vm.since >= seconds:
            gone.append(Remove(w.vm, f"not launched and not needed for {timeout}"))
    return gone


def least_loaded(view: View, workers: Sequence[Worker], now: int) -> list[Action]:
    """Choose busy workers whose jobs would fit on the others; only where ELASTIC_<NAME>_RETIRE=Soft.

    A worker on which anything changed within the idle timeout is left alone, so that demand that wobbles moves nothing.
    """
    if view.value("RETIRE") != "Soft":
        return []
    serving = kindest_first([w for w in workers if w.phase in ("idle", "busy")])
    if len(serving) < 2:  # noqa: PLR2004  one worker has no other to hand its jobs to
        return []
    needed = ceil(sum(_used(w) for w in serving) / max(1, view.value("TEMPLATE").cpus))
    spare = [w for w in first_to_leave(serving, view, now)[: len(serving) - needed] if w.phase == "busy"]
    why = f"{count(needed, 'worker')} can hold what runs on {len(serving)}"
    return [Retire(w, why) for w in spare if now - _startd(w).since >= view.value("IDLE_TIMEOUT")]
