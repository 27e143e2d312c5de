"""What keeps a fleet from launching, each thing by itself: the brake, the response to failures, policies and caps.

Each is found by asking the shipped thought itself, with all other things out of the way, so that an administrator who
mends the first does not run into the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from condor_elastic.decide.failures import AUTH, BOOT, CAPACITY, IMAGE, LAUNCH, LOST, PRICE, QUOTA, THROTTLE, UNKNOWN
from condor_elastic.decide.failures import class_of as failure
from condor_elastic.decide.policies import POLICIES
from condor_elastic.decide.policies.limits import caps
from condor_elastic.decide.response import Response, respond
from condor_elastic.decide.turns import Turn
from condor_elastic.explain.answer import Reason
from condor_elastic.explain.changes import Asked, changed
from condor_elastic.knobs import FleetKnobs
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import VmJob, Worker

MENDED = {
    AUTH: "mend the credentials that ELASTIC_{}_SUBMIT names",
    IMAGE: "edit ELASTIC_{}_SUBMIT: its image, flavor, network or another name",
    QUOTA: "a larger quota in the cloud, or ELASTIC_{}_MAX_VMS within it",
    PRICE: "a higher bid in ELASTIC_{}_SUBMIT",
    BOOT: "an image and user-data by which a startd joins the pool and takes jobs",
}


def stops(turn: Turn, now: int) -> tuple[Reason, ...]:
    """List all that keeps a fleet from launching as many VMs as are wanted, or one where none is."""
    wanted = max(1, turn.plan.wanted)
    return (*_brake(turn), *_failures(turn, wanted, now), *_useless(turn, wanted, now), *_policies(turn, wanted, now))


def _brake(turn: Turn) -> Iterable[Reason]:
    if turn.halt.stop:
        ill = "condor_rm the VM jobs that have failed, once it is known why"
        yield Reason("brake", turn.halt.stop, (ill, f"a larger {PREFIX}UNHEALTHY_BRAKE (1: no brake)"))


def _failures(turn: Turn, wanted: int, now: int) -> Iterable[Reason]:
    """Ask for the response to each group of classes that has windows of its own."""
    failed = [w.vm for w in turn.workers if w.phase == "failed"]
    broken = respond(turn.knobs, turn.workers, now).open
    others = (CAPACITY, PRICE, LAUNCH, LOST, UNKNOWN)
    for classes in ((AUTH, IMAGE), (QUOTA,), (THROTTLE,), *((others, (BOOT,)) if broken else ((*others, BOOT),))):
        ours = [vm for vm in failed if failure(vm) in classes]
        workers = [w for w in turn.workers if w.phase != "failed" or w.vm in ours]
        response = respond(turn.knobs, workers, now)
        if ours and response.most < wanted:
            yield _failed(turn.knobs, workers, ours, response, (wanted, now))


def _failed(
    knobs: FleetKnobs, workers: Sequence[Worker], failed: Sequence[VmJob], response: Response, when: tuple[int, int]
) -> Reason:
    wanted, now = when
    most = wanted if response.most else 1
    gone = _removed(knobs, workers, failed, most, now)
    kinds = sorted({failure(vm) for vm in failed})
    change = [MENDED[kind].format(knobs.name.upper()) for kind in kinds if kind in MENDED]
    change += [f"condor_rm {' '.join(vm.id for vm in gone)}"] if gone else []
    if LOST in kinds:
        change.append("look into the cloud before a VM job that may have lost its instance is removed")
    knob = response.why.partition("=")[0]
    kind = "breaker" if knob.endswith("_BREAKER") else "alarm" if response.alarm else "window"
    figures = {"knob": knob, "classes": kinds, "vm_jobs": [vm.id for vm in failed], "most": response.most}
    return Reason(kind, response.why, tuple(change), _ends(knobs, workers, failed, most, now), figures)


def _removed(
    knobs: FleetKnobs, workers: Sequence[Worker], failed: Sequence[VmJob], most: int, now: int
) -> Sequence[VmJob]:
    """Find the VM jobs without which there would be no limit: one if one is enough; none that may be lost."""
    known = [vm for vm in failed if failure(vm) != LOST]
    for gone in (*([vm] for vm in known), known):
        left = [w for w in workers if w.vm not in gone]
        if gone and respond(knobs, left, now).most >= most:
            return gone
    return []


def _ends(
    knobs: FleetKnobs, workers: Sequence[Worker], failed: Sequence[VmJob], most: int, now: int
) -> int | None:
    """Find when the limit ends, by asking again at each time at which one could."""
    lengths = {knobs.quota_backoff, knobs.alarm_hold, knobs.backoff_max, knobs.canary_interval}
    lengths |= {knobs.backoff << k for k in range(knobs.backoff_max.bit_length()) if knobs.backoff}
    began = {vm.since for vm in failed} | {w.vm.launched for w in workers}
    times = sorted({since + length for since in began for length in lengths if since + length > now})
    return next((when for when in times if respond(knobs, workers, when).most >= most), None)


def _useless(turn: Turn, wanted: int, now: int) -> Iterable[Reason]:
    there = [w for w in turn.workers if w.phase != "failed"]
    response = respond(turn.knobs, there, now, turn.useless) if turn.useless else None
    if response and response.most < wanted:
        stated = f"{PREFIX}{turn.knobs.name.upper()}_TEMPLATE"
        change = f"let {stated} say what its workers advertise, START included, or mend the workers"
        yield Reason("useless", response.why, (change,), figures={"vms": [w.vm.vm for w in turn.useless]})


def _policies(turn: Turn, wanted: int, now: int) -> Iterable[Reason]:
    view = replace(turn.view, ready=wanted)
    for name in dict.fromkeys((*turn.knobs.policies, *caps(view))):
        n, why = POLICIES[name](wanted, view)
        if n < wanted:
            change, until, figures = changed(name, Asked(view, wanted, n), why, now)
            yield Reason("cap", why, change, until, {"policy": name, "leaves": n, **figures})
