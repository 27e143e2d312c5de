"""The brake: what may not be given back, or launched, because of how little is known, or how much is ill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Union

from condor_elastic.decide.doubt import FEW, is_lost
from condor_elastic.decide.failures import BOOT, LOST, UNKNOWN, class_of
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import PREFIX, GlobalKnobs
from condor_elastic.model import HELD, IDLE, RUNNING, Action, Remove, Retire, Snapshot, Unknown, Worker

Gone = Union[Remove, Retire]
ILL = (BOOT, LOST, UNKNOWN)
"""Classes of VMs that ran, or may have, and went wrong."""


@dataclass(frozen=True)
class Halt:
    """Why nothing of a fleet is given back (hold), why nothing is launched (stop), why only empty workers go (empty).

    stale is ELASTIC_STALE: a worker of which nothing was heard for so long is not given back.  alarm is why nothing can
    be launched until an administrator mends it.
    """

    hold: str = ""
    stop: str = ""
    empty: str = ""
    stale: int = 900
    alarm: str = ""


def silence(knobs: GlobalKnobs, seen: Snapshot) -> Halt:
    """Tell what a silent source of demand means: jobs may wait there that are not seen, so no worker is unneeded.

    One that has been silent for ELASTIC_HOLD_LIMIT lets empty workers go: nobody pays for days of silence.
    """
    since = seen.fresh.silent if seen.fresh else {}
    over = ""
    for one in (*(queue.hides_demand() for queue in seen.queues.values()), *seen.silent):
        if one is None:
            continue
        age = seen.now - since.get(one.source, seen.now)
        if not knobs.hold_limit or age < knobs.hold_limit:
            return Halt(str(one))
        over = over or f"{one} for {age} s, longer than {PREFIX}HOLD_LIMIT={knobs.hold_limit}"
    return Halt(empty=over)


def brake(pool: GlobalKnobs, fleet: FleetKnobs, workers: Sequence[Worker], now: int) -> Halt:
    """Tell what the state of a fleet forbids: its cloud is silent, or too many of its VMs are ill."""
    ill = _unhealthy(fleet, workers, now)
    limit = pool.unhealthy_brake
    if sum(ill.values()) > max(FEW, limit * len(workers)):
        kinds = ", ".join(f"{number} {kind}" for kind, number in ill.items())
        why = f"{PREFIX}UNHEALTHY_BRAKE={limit:g} and of {len(workers)} VMs are {kinds}"
        return Halt(why, why, stale=pool.stale)
    return Halt(_silent_cloud(workers, now), stale=pool.stale)


def known_idle(seen: Snapshot, silent: Halt) -> Snapshot:
    """Take idle jobs for none where all that could tell has been silent for too long to wait any further."""
    gone = isinstance(seen.idle, Unknown) and seen.idle in seen.silent and silent.empty and not silent.hold
    return replace(seen, idle=()) if gone else seen


def heard_lately(workers: Iterable[Worker], now: int, stale: int) -> list[Worker]:
    """Leave out the workers of which the collector has heard nothing for so long: nobody knows what they do."""
    return [w for w in workers if w.startd is None or w.startd.heard is None or now - w.startd.heard < stale]


def only_empty(actions: Sequence[Action], why: str, most: int) -> list[Action]:
    """Keep so many of the acts that give back what is empty, and say why they are done all the same."""
    gone = [a for a in actions if isinstance(a, Remove) or (isinstance(a, Retire) and a.worker.phase == "idle")]
    return [_also(a, why) for a in gone[: max(0, most)]]


def _also(action: Gone, why: str) -> Action:
    return replace(action, why=f"{action.why} and {why}")


def faulty(halt: Halt, fault: str) -> Halt:
    """Add what an administrator must mend before anything can be launched, if there is something."""
    return replace(halt, stop=fault, alarm=fault) if fault else halt


def _unhealthy(fleet: FleetKnobs, workers: Sequence[Worker], now: int) -> Counter[str]:
    """Count what is ill, by what it is; a failure whose back-off is over is history, and may be removed.

    What the cloud has refused was never well nor ill, and has a response of its own.
    """
    found: Counter[str] = Counter()
    for w in workers:
        if w.vm.status == HELD and class_of(w.vm) in ILL and now - w.vm.since < fleet.backoff:
            found["failed"] += 1
        elif w.phase == "booting" and 0 < fleet.register_timeout <= now - w.vm.since:
            found[f"without startd for {fleet.register_timeout} s"] += 1
        elif w.startd is None and is_lost(w):
            found["lost"] += 1
    return found


def _silent_cloud(workers: Sequence[Worker], now: int) -> str:
    """Tell since when the cloud is silent, as the gridmanager writes it into each of its jobs (basejob.cpp)."""
    silent = [w.vm for w in workers if w.vm.unreachable and w.vm.status in (IDLE, RUNNING)]
    if not silent:
        return ""
    first = min(silent, key=lambda vm: vm.unreachable or now)
    said = f"GridResourceUnavailableTime of VM job {first.id}"
    return f"its cloud has not answered the gridmanager for {now - (first.unreachable or now)} s ({said})"
