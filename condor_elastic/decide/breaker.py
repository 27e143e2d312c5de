"""The breaker: when VMs run in vain, launch one canary at a time until one works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.hash import has_drifted, submit_hash
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import Action, JobGroup, Retire, VmJob, Worker

GRAIN = 600
"""Seconds for which a worker may be too short-lived for a job without being useless: clocks and steps are coarse."""


def in_vain(boots: Sequence[VmJob], workers: Iterable[Worker]) -> list[VmJob]:
    """List the failed boots in a row, the newest first: those after which no VM has joined and got a job.

    Of the VMs of one burst that fail while others work, none counts: the same image does boot.
    """
    if not boots:
        return []
    good = [worker.vm for worker in workers if works(worker)]
    joined = max((vm.joined or 0 for vm in good), default=0)
    launched = max((vm.launched for vm in good), default=-1)
    row = [vm for vm in boots if vm.since >= joined and vm.launched > launched]
    return sorted(row, key=lambda vm: (vm.since, vm.launched, vm.id), reverse=True)


def is_open(knobs: FleetKnobs, row: Sequence[VmJob]) -> bool:
    """Tell whether so many boots in a row have failed that only canaries are launched."""
    return 0 < knobs.breaker <= len(row)


def canary_due(knobs: FleetKnobs, row: Sequence[VmJob], workers: Iterable[Worker]) -> int:
    """Give when the next canary may be launched.

    The interval runs from launch to launch, and every launch counts; a canary that took longer than that to fail is
    followed by the next after one BACKOFF.
    """
    launched = max(worker.vm.launched for worker in workers)
    return max(launched + knobs.canary_interval, row[0].since + knobs.backoff)


def unlike(
    knobs: FleetKnobs, workers: Iterable[Worker], used: frozenset[str], rest: Iterable[JobGroup], now: int
) -> list[Worker]:
    """List the empty workers on which no waiting job can run, although their fleet's template says that some could.

    used names those that waiting jobs will take; rest are the jobs that found no room.  One more of them would be as
    useless: START, or the machine, is not what the template states.  One is none on which only time is short, or which
    was launched with another SUBMIT.
    """
    lasting = [group.seconds for group in rest if knobs.name in group.fleets and knobs.template.holds(group.shape)]
    if not lasting:
        return []
    enough = now + min(lasting) + GRAIN
    hashed = submit_hash(knobs)
    empty = [(w, w.startd) for w in workers
             if w.phase == "idle" and w.vm.vm not in used and not has_drifted(w.vm.hash, hashed)]  # fmt: skip
    return [w for w, startd in empty if startd and (startd.ends is None or startd.ends > enough)]


def give_up(knobs: FleetKnobs, found: Sequence[Worker], now: int) -> list[Action]:
    """Retire empty workers on which no waiting job can run, but for as many as hold launches: those bear witness.

    Without demand all would be retired after the idle timeout.  When the newest witness is as old as a canary's
    interval the oldest goes, so that one VM is tried in its place.
    """
    if not 0 < knobs.breaker <= len(found):
        return []
    name = f"{PREFIX}{knobs.name.upper()}"
    newest = sorted(found, key=lambda w: (w.vm.launched, w.vm.vm), reverse=True)
    witnesses, others = newest[: knobs.breaker], newest[knobs.breaker :]
    why = f"no waiting job can run on it and it is empty longer than {name}_IDLE_TIMEOUT={knobs.idle_timeout}"
    gone: list[Action] = [Retire(w, why) for w in others if w.startd and now - w.startd.since >= knobs.idle_timeout]
    if not others and now - witnesses[0].vm.launched >= max(knobs.canary_interval, knobs.idle_timeout):
        why = f"no waiting job can run on it and the next may be tried ({name}_CANARY_INTERVAL={knobs.canary_interval})"
        gone.append(Retire(witnesses[-1], why))
    return gone


def works(worker: Worker) -> bool:
    """Tell whether a VM has joined and got a job."""
    # By what runs on it now: its clock may be wrong, and an empty slot changes its state for many reasons.  When it
    # is seen, what failed before is removed from the queue; so it is remembered when the worker has gone.
    got = worker.vm.first_job is not None or (worker.startd is not None and worker.startd.claimed > 0)
    return worker.phase != "failed" and got
