"""Fleets: from idle jobs to VMs, un-retirement before launch, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from condor_elastic.decide.failures import failure_of
from condor_elastic.decide.matching import Room, fill, machines
from condor_elastic.decide.policies import Evaluate, View, cannot, fold, lift, limit
from condor_elastic.decide.policies.floors import floor, kept_spare
from condor_elastic.decide.policies.limits import room
from condor_elastic.decide.retirement import give_back, least_loaded, taken_back_first, unneeded
from condor_elastic.decide.rooms import Demand, free_room
from condor_elastic.decide.verdicts import fleet_verdict
from condor_elastic.decide.words import count
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import (
    PENDING,
    SERVING,
    Action,
    JobGroup,
    NoteJoined,
    Plan,
    Remove,
    SubmitVms,
    Unretire,
    Worker,
)


@dataclass(frozen=True)
class Fleet:
    """One fleet in this cycle: its workers, what the policies look at, and who is taken back for waiting jobs."""

    knobs: FleetKnobs
    workers: tuple[Worker, ...]
    view: View
    back: tuple[Worker, ...] = ()


def reclaim(
    knobs: FleetKnobs, workers: Sequence[Worker], demand: Demand, now: int, evaluate: Evaluate = cannot
) -> tuple[Fleet, Demand]:
    """Place the jobs that are left on what is retiring and may stay; give the fleet and the jobs left then."""
    view = fleet_view(knobs, workers, demand.used, evaluate)
    retiring = _may_stay(view, workers)
    rooms = [free_room(worker, now, place) for place, worker in enumerate(retiring)]
    used, rest = fill(demand.rest, rooms)
    back = tuple(worker for worker in retiring if worker.vm.vm in used)
    return Fleet(knobs, tuple(workers), view, back), replace(demand, rest=rest)


def plan_fleet(fleet: Fleet, demand: Demand, now: int) -> tuple[Plan, Demand]:
    """Decide for one fleet; give its plan, and the demand that is left for the next fleet."""
    knobs, workers, view = fleet.knobs, fleet.workers, fleet.view
    wanted = machines(demand.rest, knobs.name, knobs.template)
    back = (*fleet.back, *_full_ones(fleet, wanted))
    view = _with_demand(view, len(back), wanted, demand.rest)
    steps = fold(knobs.policies, view)
    n, why = (steps[-1].after if steps else 0), limit(steps, wanted)
    failed = _fresh_failure(knobs, workers, now)
    if failed and n > 0:
        n, why = 0, failed
    because = "demand came back" if fleet.back or view.jobs else floor(view)[1]
    actions: list[Action] = [NoteJoined(w) for w in workers if w.startd and w.vm.joined is None]
    actions += [Unretire(w, because) for w in back]
    actions += [SubmitVms(knobs.name, n)] if n > 0 else []
    if not demand.hold:
        growing = n >= 0 and (n or wanted or back)
        actions += [] if growing else _shrink(view, workers, demand, n, why, now)
        actions += [Remove(w.vm, "its back-off is over") for w in workers if w.phase == "failed"
                    and now - w.vm.since >= knobs.backoff and not w.vm.unaudited]
    launched = max(0, n)
    _, rest = fill(demand.rest, [Room("new", knobs.name, knobs.template, count=launched)] if launched else [])
    verdict = fleet_verdict(actions, n, view, why, lift(steps), demand.hold)
    more = 0 if failed else max(0, room(view) - launched)
    return Plan("fleet", knobs.name, verdict, wanted, tuple(actions), steps, more), replace(demand, rest=rest)


def fleet_view(
    knobs: FleetKnobs, workers: Sequence[Worker], used: frozenset[str], evaluate: Evaluate = cannot
) -> View:
    """Count what the policies look at; all that bills counts, retiring and drained included, failed ones do not.

    used names the workers that waiting jobs will take.
    """
    phases = Counter(worker.phase for worker in workers)
    billing = [w.startd.whole if w.startd else knobs.template for w in workers if w.phase != "failed"]
    return View(
        knobs,
        pending=sum(phases[phase] for phase in PENDING),
        running=sum(phases[phase] for phase in SERVING),
        retiring=phases["retiring"],
        total=len(billing),
        spare=sum(w.phase in ("idle", *PENDING) and w.vm.vm not in used for w in workers),
        cores=sum(shape.cpus for shape in billing),
        memory=sum(shape.memory for shape in billing),
        evaluate=evaluate,
    )


def _with_demand(view: View, back: int, wanted: int, rest: Sequence[JobGroup]) -> View:
    jobs = sum(group.count for group in rest if view.knobs.name in group.fleets)
    seen = f"{count(jobs, 'idle job')} {'has' if jobs == 1 else 'have'} no room" if jobs else "every idle job has room"
    return replace(
        view, jobs=jobs, ready=wanted, running=view.running + back, retiring=view.retiring - back, seen=seen
    )


def _may_stay(view: View, workers: Sequence[Worker]) -> list[Worker]:
    """List what is retiring and may be taken back under the caps, those that are sure to stay first."""
    most = view.retiring + room(view)
    if "KeepNRunning" in view.knobs.policies:
        most = min(most, view.value("KEEP_RUNNING") - view.staying)
    return taken_back_first([w for w in workers if w.phase == "retiring"])[: max(0, most)]


def _full_ones(fleet: Fleet, wanted: int) -> list[Worker]:
    """List the full ones to take back too, while jobs are left or too few stay.

    To take a full one back costs nothing, it stays as long as its jobs do; to let it go while jobs wait costs a boot.
    """
    view = fleet.view
    more = max(wanted, floor(view)[0] - view.staying - len(fleet.back))
    others = [worker for worker in _may_stay(view, fleet.workers) if worker not in fleet.back]
    return others[: max(0, more)]


def _fresh_failure(knobs: FleetKnobs, workers: Sequence[Worker], now: int) -> str:
    for w in workers:
        if w.phase == "failed" and now - w.vm.since < knobs.backoff:
            knob = f"{PREFIX}{knobs.name.upper()}_BACKOFF={knobs.backoff}"
            return f"{knob} and VM job {w.vm.id} failed {now - w.vm.since} s ago ({failure_of(w.vm)[:140]})"
    return ""


def _shrink(view: View, workers: Sequence[Worker], demand: Demand, n: int, why: str, now: int) -> list[Action]:
    if n < 0:
        return give_back(-n, workers, why)
    assert isinstance(view.knobs, FleetKnobs)  # noqa: S101  narrows the type
    most = max(0, view.staying - floor(view)[0])
    gone = unneeded(view.knobs, workers, demand.used, now)[: max(0, min(most, view.spare - kept_spare(view)))]
    if gone or demand.used or view.pending:
        return gone
    return least_loaded(view.knobs, workers, now)[:most]
