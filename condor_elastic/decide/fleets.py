"""Fleets: from idle jobs to VMs, un-retirement before launch, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from condor_elastic.decide.failures import failure_of
from condor_elastic.decide.matching import Room, fill, machines
from condor_elastic.decide.policies import View, fold, limit
from condor_elastic.decide.retirement import give_back, least_loaded, taken_back_first, unneeded
from condor_elastic.decide.words import count, sentence
from condor_elastic.knobs.table import PREFIX, FleetKnobs
from condor_elastic.model import (
    PENDING,
    SERVING,
    Action,
    JobGroup,
    NoteJoined,
    Plan,
    Remove,
    Retire,
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


def plan_fleet(knobs: FleetKnobs, workers: Sequence[Worker], demand: Demand, now: int) -> tuple[Plan, Demand]:
    """Decide for one fleet; give its plan, and the demand that is left for the next fleet."""
    back, rest = _take_back(knobs, workers, demand.rest)
    wanted = machines(rest, knobs.name, knobs.template)
    view = fleet_view(knobs, workers, wanted, rest)
    steps = fold(knobs.policies, view)
    n, why = (steps[-1].after if steps else 0), limit(steps)
    failed = _fresh_failure(knobs, workers, now)
    if failed and n > 0:
        n, why = 0, failed
    actions: list[Action] = [NoteJoined(w) for w in workers if w.startd and w.vm.joined is None]
    actions += [Unretire(w, "demand came back") for w in back]
    actions += [SubmitVms(knobs.name, n)] if n > 0 else []
    if not demand.hold:
        actions += _shrink(knobs, workers, demand, n, wanted + len(back), why, now)
        actions += [Remove(w.vm, "its back-off is over") for w in workers if w.phase == "failed"
                    and now - w.vm.since >= knobs.backoff]
    _, rest = fill(rest, [Room(f"new-{i}", knobs.name, knobs.template) for i in range(max(0, n))])
    verdict = _verdict(actions, n, wanted, why, view, demand.hold)
    return Plan("fleet", knobs.name, verdict, wanted, tuple(actions), steps), replace(demand, rest=rest)


def fleet_view(knobs: FleetKnobs, workers: Sequence[Worker], wanted: int, rest: Sequence[JobGroup]) -> View:
    """Count what the policies look at; all that bills counts, retiring and drained included, failed ones do not."""
    jobs = sum(group.count for group in rest if knobs.name in group.fleets)
    phases = Counter(worker.phase for worker in workers)
    return View(
        prefix=PREFIX + knobs.name.upper(),
        ready=wanted,
        pending=sum(phases[phase] for phase in PENDING),
        total=len(workers) - phases["failed"],
        max_per_cycle=knobs.max_per_cycle,
        max_pending=0,
        max_to_run=knobs.max_vms,
        max_to_run_knob="MAX_VMS",
        seen=_lack(jobs),
    )


def _lack(jobs: int) -> str:
    if not jobs:
        return "every idle job has room"
    return f"{count(jobs, 'idle job')} {'has' if jobs == 1 else 'have'} no room"


def _take_back(
    knobs: FleetKnobs, workers: Sequence[Worker], rest: tuple[JobGroup, ...]
) -> tuple[list[Worker], tuple[JobGroup, ...]]:
    """Choose those that have room for the jobs, and then full ones too while jobs are left.

    To take a full one back costs nothing, it stays as long as its jobs do; to let it go while jobs wait costs a boot.
    """
    staying = sum(w.phase not in ("retiring", "failed") for w in workers)
    may_stay = max(0, knobs.max_vms - staying)
    retiring = taken_back_first([w for w in workers if w.phase == "retiring"])[:may_stay]
    used, rest = fill(rest, [Room(w.vm.vm, knobs.name, w.startd.free) for w in retiring if w.startd])
    full = [w for w in retiring if w.vm.vm not in used][: machines(rest, knobs.name, knobs.template)]
    return [w for w in retiring if w.vm.vm in used or w in full], rest


def _fresh_failure(knobs: FleetKnobs, workers: Sequence[Worker], now: int) -> str:
    for w in workers:
        if w.phase == "failed" and now - w.vm.since < knobs.backoff:
            knob = f"{PREFIX}{knobs.name.upper()}_BACKOFF={knobs.backoff}"
            return f"{knob} and VM job {w.vm.id} failed {now - w.vm.since} s ago ({failure_of(w.vm)[:140]})"
    return ""


def _shrink(
    knobs: FleetKnobs, workers: Sequence[Worker], demand: Demand, n: int, growing: int, why: str, now: int
) -> list[Action]:
    if n < 0:
        return give_back(-n, workers, why)
    if growing:
        return []
    gone = unneeded(knobs, workers, demand.used, now)
    if gone or demand.used or any(w.phase in PENDING for w in workers):
        return gone
    return least_loaded(knobs, workers, now)


def _verdict(actions: Sequence[Action], n: int, wanted: int, why: str, view: View, hold: str) -> str:
    back = [a for a in actions if isinstance(a, Unretire)]
    gone = [a for a in actions if isinstance(a, Retire)]
    removed = [a for a in actions if isinstance(a, Remove)]
    parts = [f"un-retiring {count(len(back), 'worker')}, because demand came back"] if back else []
    if n > 0:
        of = f"{n} of {wanted} wanted VMs" if n < wanted else count(n, "VM")
        parts.append(f"submitting {of}, because {view.seen}" + (f" and {why}" if n < wanted else ""))
    elif wanted and why:
        parts.append(f"submitting none of {count(wanted, 'wanted VM')}, because {why}")
    if gone:
        parts.append(f"retiring {count(len(gone), 'worker')}, because {gone[0].why}")
    if removed:
        parts.append(f"removing {count(len(removed), 'VM job')}, because {removed[0].why}")
    if hold:
        parts.append(f"retiring nothing, because {hold}")
    vms = "no VM is" if not view.total else "1 VM is" if view.total == 1 else f"{view.total} VMs are"
    return sentence(parts or [f"doing nothing, because {view.seen} and {vms} there"])
