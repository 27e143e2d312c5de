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
from condor_elastic.decide.verdicts import fleet_verdict
from condor_elastic.decide.words import count
from condor_elastic.knobs.table import PREFIX, FleetKnobs
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

ARRIVAL = ("idle", "busy", "booting", "starting", "requested")  # room that is sooner there is filled first


@dataclass(frozen=True)
class Demand:
    """Jobs that no room is left for, the rooms (by ElasticVM) that the others take, and why nothing may shrink."""

    rest: tuple[JobGroup, ...]
    used: frozenset[str]
    hold: str = ""


def place_on_supply(fleets: Sequence[FleetKnobs], workers: Sequence[Worker], groups: Sequence[JobGroup]) -> Demand:
    """Place the idle jobs on all that serves or is on its way, of all fleets, before any fleet grows."""
    templates = {fleet.name.upper(): fleet for fleet in fleets}
    rooms = []
    for worker in sorted(workers, key=lambda w: ARRIVAL.index(w.phase) if w.phase in ARRIVAL else 0):
        fleet = templates.get(worker.vm.fleet.upper())
        if worker.phase in SERVING and worker.startd:
            rooms.append(Room(worker.vm.vm, worker.vm.fleet, worker.startd.free))
        elif worker.phase in PENDING and fleet:
            rooms.append(Room(worker.vm.vm, worker.vm.fleet, fleet.template))
    used, rest = fill(groups, rooms)
    return Demand(rest, used)


def plan_fleet(
    knobs: FleetKnobs, workers: Sequence[Worker], demand: Demand, now: int, evaluate: Evaluate = cannot
) -> tuple[Plan, Demand]:
    """Decide for one fleet; give its plan, and the demand that is left for the next fleet."""
    view = fleet_view(knobs, workers, demand.used, evaluate)
    back, rest = _take_back(view, workers, demand.rest)
    wanted = machines(rest, knobs.name, knobs.template)
    view = _with_demand(view, len(back), wanted, rest)
    steps = fold(knobs.policies, view)
    n, why = (steps[-1].after if steps else 0), limit(steps, wanted)
    failed = _fresh_failure(knobs, workers, now)
    if failed and n > 0:
        n, why = 0, failed
    because = "demand came back" if any(knobs.name in group.fleets for group in demand.rest) else floor(view)[1]
    actions: list[Action] = [NoteJoined(w) for w in workers if w.startd and w.vm.joined is None]
    actions += [Unretire(w, because) for w in back]
    actions += [SubmitVms(knobs.name, n)] if n > 0 else []
    if not demand.hold:
        growing = n >= 0 and (n or wanted or back)
        actions += [] if growing else _shrink(view, workers, demand, n, why, now)
        actions += [Remove(w.vm, "its back-off is over") for w in workers if w.phase == "failed"
                    and now - w.vm.since >= knobs.backoff]
    _, rest = fill(rest, [Room(f"new-{i}", knobs.name, knobs.template) for i in range(max(0, n))])
    verdict = fleet_verdict(actions, n, view, why, lift(steps), demand.hold)
    return Plan("fleet", knobs.name, verdict, wanted, tuple(actions), steps), replace(demand, rest=rest)


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


def _take_back(
    view: View, workers: Sequence[Worker], rest: tuple[JobGroup, ...]
) -> tuple[list[Worker], tuple[JobGroup, ...]]:
    """Choose those that have room for the jobs, and then full ones too while jobs are left or too few stay.

    To take a full one back costs nothing, it stays as long as its jobs do; to let it go while jobs wait costs a boot.
    """
    knobs = view.knobs
    most = view.retiring + room(view)
    if "KeepNRunning" in knobs.policies:
        most = min(most, view.value("KEEP_RUNNING") - view.staying)
    retiring = taken_back_first([w for w in workers if w.phase == "retiring"])[: max(0, most)]
    used, rest = fill(rest, [Room(w.vm.vm, knobs.name, w.startd.free) for w in retiring if w.startd])
    more = max(machines(rest, knobs.name, view.value("TEMPLATE")), floor(view)[0] - view.staying - len(used))
    full = [w for w in retiring if w.vm.vm not in used][: max(0, more)]
    return [w for w in retiring if w.vm.vm in used or w in full], rest


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
