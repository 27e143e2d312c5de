"""What a VM is doing, what it costs, why it stays or goes, and when it ends by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from condor_elastic.act.timers import worker_idle
from condor_elastic.decide.failures import class_of, failure_of
from condor_elastic.decide.words import count
from condor_elastic.explain.answer import Answer, Reason, at
from condor_elastic.explain.job import STATES
from condor_elastic.explain.rooms import timers
from condor_elastic.explain.seen import Sight
from condor_elastic.explain.stay import stays
from condor_elastic.explain.whole import whole
from condor_elastic.model import HOUR, Action, Hold, NoteJoined, Remove, Retire, Startd, Unknown, Unretire, Worker


def vm_named(sight: Sight, ident: str) -> Worker | Startd | None:
    """Find a worker by its ElasticVM or the number of its VM job; a startd without a VM job by its ElasticVM."""
    number = ident if "." in ident else f"{ident}.0"
    for worker in sight.pool.workers:
        if ident == worker.vm.vm or number == worker.vm.id:
            return worker
    leaving = () if isinstance(sight.seen.vms, Unknown) else sight.seen.vms
    gone = next((Worker(vm) for vm in leaving if ident == vm.vm or number == vm.id), None)
    return gone or next((startd for startd in sight.pool.strays if ident == startd.vm), None)


def explain_vm(sight: Sight, found: Worker | Startd) -> Answer:
    """Explain a worker, or a startd that has no VM job."""
    if isinstance(found, Startd):
        return _orphan(sight, found)
    vm = found.vm
    reasons = (*_acts(sight, found), *_failed(found), *stays(sight, found), *_marks(found))
    said = (*_said(sight, found), *_ends(sight, found))
    return Answer("vm", vm.vm, found.phase, said, (*reasons, *whole(sight)), figures=_figures(sight, found))


def _orphan(sight: Sight, startd: Startd) -> Answer:
    jobs = count(startd.claimed, "job")
    said = f"Startd {startd.name} of fleet {startd.fleet} says that it is {startd.vm}, and has {jobs}."
    why = "no VM job of this schedd has its id: it is retired in the third cycle that sees it so"
    return Answer("vm", startd.vm, "orphan", (said,), (Reason("orphan", why), *whole(sight)))


def _said(sight: Sight, worker: Worker) -> Iterable[str]:
    vm, now = worker.vm, sight.seen.now
    yield f"VM {vm.vm} of fleet {vm.fleet} is in phase {worker.phase}."
    instance = f"; its instance is {vm.instance}" if vm.instance else "; it has no instance"
    yield f"VM job {vm.id} is {STATES.get(vm.status, vm.status)}, since {at(vm.since, now)}{instance}."
    startd = worker.startd
    if startd:
        jobs = count(startd.claimed, "job")
        heard = f", heard of {now - startd.heard} s ago" if startd.heard is not None else ""
        yield f"Startd {startd.name} has {jobs}, since {at(startd.since, now)}; free are {_free(startd)}{heard}."
    else:
        joined = "no startd of it is in the pool" if vm.joined is None else "its startd has joined, and is gone"
        yield f"{joined[0].upper()}{joined[1:]}."
    if vm.started is not None:
        cost = f", and cost {_cost(worker, now):.6g} at {vm.price:g} an hour" if vm.price else ""
        yield f"It has run for {vm.hours(now):.2f} h{cost}."


def _free(startd: Startd) -> str:
    cores = count(startd.whole.cpus, "core")
    return f"{startd.free.cpus} of {cores} and {startd.free.memory} of {startd.whole.memory} MB"


def _cost(worker: Worker, now: int) -> float:
    vm = worker.vm
    if vm.began is None or vm.price is None:
        return 0.0
    return max(0, (now if vm.ended is None else vm.ended) - vm.began) * vm.price / HOUR


def _ends(sight: Sight, worker: Worker) -> Iterable[str]:
    for knob, when in timers(worker, sight):
        yield f"{knob} {'ends' if when > sight.seen.now else 'ended'} at {at(when, sight.seen.now)}."
    knobs = next((f for f in sight.settings.fleets if f.name.upper() == worker.vm.fleet.upper()), None)
    alone = worker_idle(knobs) if knobs and worker.phase == "idle" else 0
    if alone and worker.startd:
        yield f"Without a cycle it would leave by itself at {at(worker.startd.since + alone, sight.seen.now)}."


def _acts(sight: Sight, worker: Worker) -> Iterable[Reason]:
    """Tell what the next cycle does to it."""
    turn = sight.walk.of(worker.vm.fleet)
    for action in turn.plan.actions if turn else ():
        said = _done(action) if _is_about(action, worker) else ""
        if said:
            yield Reason("next cycle", said)
    if turn is None and sight.walk.unknown is None:
        fleet = worker.vm.fleet
        yield Reason("no fleet", f"ELASTIC_FLEET_NAMES does not name {fleet}: no cycle ends it, but its own timers do",
                     (f"name {fleet} with MAX_VMS = 0, which drains it", f"condor_rm {worker.vm.id}"))  # fmt: skip


def _done(action: Action) -> str:
    if isinstance(action, Retire):
        return f"retires it, because {action.why}"
    if isinstance(action, Unretire):
        return f"un-retires it, because {action.why}"
    if isinstance(action, Remove):
        return f"removes its VM job, because {action.why}"
    if isinstance(action, Hold):
        return f"holds its VM job, which ends the instance, because {action.why}"
    return "notes that it has joined" if isinstance(action, NoteJoined) else ""


def _is_about(action: Action, worker: Worker) -> bool:
    vm = action.vm if isinstance(action, (Remove, Hold)) else getattr(getattr(action, "worker", None), "vm", None)
    return vm == worker.vm


def _failed(worker: Worker) -> Iterable[Reason]:
    if worker.phase == "failed":
        said = f"its VM job is held ({failure_of(worker.vm)})"
        yield Reason("failed", said, figures={"class": class_of(worker.vm), "hold_code": worker.vm.hold_code})


def _marks(worker: Worker) -> Iterable[Reason]:
    vm = worker.vm
    if vm.pinned:
        change = (f"condor_elastic pin --off {vm.vm}",)
        yield Reason("pinned", "we neither retire nor remove it, whatever a cap says", change)
    if vm.drifted:
        yield Reason("drifted", "SUBMIT or TEMPLATE has changed since its launch: it leaves, MAX_DRIFT at a time")
    if vm.unreachable is not None:
        yield Reason("silent cloud", "the gridmanager has had no answer from its cloud (GridResourceUnavailableTime)",
                     figures={"since": vm.unreachable})  # fmt: skip
    if worker.startd and worker.startd.differs:
        yield Reason("differs", f"it is not the machine that its fleet's TEMPLATE states: {worker.startd.differs}")


def _figures(sight: Sight, worker: Worker) -> Mapping[str, Any]:
    vm, startd, now = worker.vm, worker.startd, sight.seen.now
    return {
        "fleet": vm.fleet, "vm_job": vm.id, "phase": worker.phase, "since": vm.since, "instance": vm.instance,
        "startd": startd.name if startd else None, "jobs": startd.claimed if startd else 0, "joined": vm.joined,
        "first_job": vm.first_job, "price": vm.price, "hours": round(vm.hours(now), 4),
        "cost": round(_cost(worker, now), 6), "pinned": vm.pinned, "drifted": vm.drifted,
        "retired": vm.retired, "unretired": vm.unretired, "timers": dict(timers(worker, sight)),
    }  # fmt: skip


