"""Fleets: from idle jobs to VMs, un-retirement before launch, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from condor_elastic.decide.brake import Halt, heard_lately, only_empty
from condor_elastic.decide.breaker import give_up, unlike
from condor_elastic.decide.failures import bills
from condor_elastic.decide.leaving import BY_HAND, held_back, is_replaced, kept_away, kept_by_pin, replaced, sent_away
from condor_elastic.decide.matching import Room, fill, machines
from condor_elastic.decide.overdue import overdue
from condor_elastic.decide.policies import Evaluate, View, cannot, fold, lift, limit
from condor_elastic.decide.policies.floors import floor, kept_spare
from condor_elastic.decide.policies.limits import room
from condor_elastic.decide.purse import NO_CAPS, Purse
from condor_elastic.decide.response import forget, respond
from condor_elastic.decide.retirement import ended, expired, give_back, least_loaded, taken_back_first, unneeded
from condor_elastic.decide.rooms import Demand, free_room
from condor_elastic.decide.verdicts import fleet_verdict
from condor_elastic.decide.words import count
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import (
    PENDING,
    SERVING,
    Action,
    JobGroup,
    NoteJoined,
    Plan,
    Retire,
    SubmitVms,
    Unretire,
    Worker,
)

SPARE = ("idle", *PENDING)


@dataclass(frozen=True)
class Fleet:
    """One fleet in this cycle: its workers, what the policies look at, who is taken back, and what may not be done."""

    knobs: FleetKnobs
    workers: tuple[Worker, ...]
    view: View
    back: tuple[Worker, ...] = ()
    halt: Halt = Halt()


def reclaim(
    knobs: FleetKnobs,
    workers: Sequence[Worker],
    demand: Demand,
    now: int,
    evaluate: Evaluate = cannot,
    purse: Purse = NO_CAPS,
) -> tuple[Fleet, Demand]:
    """Place the jobs that are left on what is retiring and may stay; give the fleet and the jobs left then."""
    view = replace(fleet_view(knobs, workers, demand.used, evaluate), purse=purse)
    pinned = [w for w in workers if w.vm.pinned and w.phase == "retiring" and not ended(w, now)]
    retiring = [*pinned, *_may_stay(view, workers, now)]
    rooms = [free_room(worker, now, place) for place, worker in enumerate(retiring)]
    used, rest = fill(demand.rest, rooms)
    back = tuple(worker for worker in retiring if worker.vm.vm in used or worker.vm.pinned)
    return Fleet(knobs, tuple(workers), view, back), replace(demand, rest=rest)


def plan_fleet(fleet: Fleet, demand: Demand, now: int) -> tuple[Plan, Demand]:
    """Decide for one fleet; give its plan, and the demand that is left for the next fleet."""
    knobs, workers, view = fleet.knobs, fleet.workers, fleet.view
    wanted = machines(demand.rest, knobs.name, knobs.template)
    back = (*fleet.back, *_full_ones(fleet, wanted, now))
    view = _with_demand(view, len(back), wanted, demand.rest)
    steps = fold(knobs.policies, view)
    n, why = (steps[-1].after if steps else 0), limit(steps, wanted)
    halt, hold = fleet.halt, demand.hold or fleet.halt.hold
    useless = unlike(knobs, workers, demand.used, demand.rest, now) if wanted else []
    response = respond(knobs, workers, now, useless)
    if n > response.most:
        n, why = response.most, response.why
    elif response.open and n > 0:
        view = replace(view, seen=f"{view.seen} and {response.why}")
    if halt.stop and n > 0:
        n, why = 0, halt.stop
    because = "demand came back" if fleet.back or view.jobs else floor(view)[1]
    actions: list[Action] = [NoteJoined(w) for w in workers if w.startd and w.vm.joined is None]
    actions += [Unretire(w, "it is pinned" if w.vm.pinned else because) for w in back]
    actions += [SubmitVms(knobs.name, n)] if n > 0 else []
    if not demand.hold:  # the brake does not keep what never joined: it is ill, and costs
        actions += overdue(knobs, workers, now)
    away = sent_away(workers)
    actions += [Retire(w, BY_HAND) for w in away]  # no guess, whatever is not known
    if not hold:
        over = {w.vm.vm: w for w in workers if ended(w, now)}
        actions += expired(knobs, [w for w in over.values() if w not in away], now)
        growing = n >= 0 and (n or wanted or back)
        heard = [w for w in heard_lately(workers, now, halt.stale) if w.vm.vm not in over and w not in away]
        spared = [w for w in useless if w in heard]
        gone = give_up(knobs, spared, now) if growing else _shrink(view, heard, demand, n, why, now)
        actions += only_empty(gone, halt.empty, view.staying - knobs.min_vms) if halt.empty else gone
        if n == 0 and response.most > 0 and not (gone or halt.stop or halt.empty):
            actions += replaced(view, heard, demand.used, now)
        actions += forget(knobs, [w for w in workers if not w.vm.pinned], response.kept, now)
    actions, later = held_back(actions, knobs)
    alarm = f"launching nothing, because {halt.alarm}" if halt.alarm and not wanted else ""
    launched = max(0, n)
    _, rest = fill(demand.rest, [Room("new", knobs.name, knobs.template, count=launched)] if launched else [])
    notes = (later, kept_by_pin(workers), kept_away(workers), alarm)
    verdict = fleet_verdict(actions, n, view, why, lift(steps), hold, notes)
    more = 0 if halt.stop else max(0, min(room(view), response.most) - launched)
    told = (halt.alarm or response.alarm, response.breaker)
    decided = Plan("fleet", knobs.name, verdict, wanted, tuple(actions), steps, more, *told)
    return decided, replace(demand, rest=rest)


def fleet_view(
    knobs: FleetKnobs, workers: Sequence[Worker], used: frozenset[str], evaluate: Evaluate = cannot
) -> View:
    """Count what the policies look at; all that bills counts, retiring, drained and lost included, other failed do not.

    used names the workers that waiting jobs will take.
    """
    phases = Counter([worker.phase for worker in workers])
    total = spare = cores = memory = free = 0
    paid = 0.0
    for worker in workers:  # one look at each, as there may be tens of thousands
        if bills(worker):
            shape = worker.startd.whole if worker.startd else knobs.template
            total, cores, memory = total + 1, cores + shape.cpus, memory + shape.memory
            paid += knobs.price if worker.vm.price is None else worker.vm.price
        if worker.vm.vm not in used:
            spare += worker.phase in SPARE
            free += worker.startd.free.cpus if worker.startd and worker.phase == "busy" else 0
    pending, running = sum(phases[phase] for phase in PENDING), sum(phases[phase] for phase in SERVING)
    return View(
        knobs, pending=pending, running=running, retiring=phases["retiring"], total=total, spare=spare,
        free=free / max(1, knobs.template.cpus), cores=cores, memory=memory, paid=paid, evaluate=evaluate,
    )  # fmt: skip


def _with_demand(view: View, back: int, wanted: int, rest: Sequence[JobGroup]) -> View:
    jobs = sum(group.count for group in rest if view.knobs.name in group.fleets)
    seen = f"{count(jobs, 'idle job')} {'has' if jobs == 1 else 'have'} no room" if jobs else "every idle job has room"
    return replace(
        view, jobs=jobs, ready=wanted, running=view.running + back, retiring=view.retiring - back, seen=seen
    )


def _may_stay(view: View, workers: Sequence[Worker], now: int) -> list[Worker]:
    """List what is retiring and may be taken back under the caps, those that are sure to stay first."""
    if not view.value("UNRETIRE") or view.purse.is_over or view.purse.unknown:  # to take back is to pay on
        return []
    most = view.retiring + room(view)
    if "KeepNRunning" in view.knobs.policies:
        most = min(most, view.value("KEEP_RUNNING") - view.staying)
    if not view.retiring:
        return []
    return taken_back_first([w for w in workers if _is_ours_to_keep(w, view.knobs, now)])[: max(0, most)]


def _is_ours_to_keep(worker: Worker, knobs: object, now: int) -> bool:
    assert isinstance(knobs, FleetKnobs)  # noqa: S101  narrows the type
    # Whoever is pinned is taken back in any case (reclaim), above every cap.
    stays = worker.phase == "retiring" and not worker.vm.pinned and not ended(worker, now)
    return stays and not (worker.vm.is_sent_away or is_replaced(worker, knobs))


def _full_ones(fleet: Fleet, wanted: int, now: int) -> list[Worker]:
    """List the full ones to take back too, while jobs are left or too few stay.

    To take a full one back costs nothing, it stays as long as its jobs do; to let it go while jobs wait costs a boot.
    """
    view = fleet.view
    more = max(wanted, floor(view)[0] - view.staying - len(fleet.back))
    others = [worker for worker in _may_stay(view, fleet.workers, now) if worker not in fleet.back]
    return others[: max(0, more)]


def _shrink(view: View, workers: Sequence[Worker], demand: Demand, n: int, why: str, now: int) -> list[Action]:
    if n < 0:
        return give_back(-n, workers, view, why, now)
    most = max(0, view.staying - floor(view)[0])
    gone = unneeded(view, workers, demand.used, now)[: max(0, min(most, view.spare - kept_spare(view)))]
    if gone or demand.used or view.pending:
        return gone
    return least_loaded(view, workers, now)[:most]
