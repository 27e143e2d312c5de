"""What a fleet does about its failed VM jobs: for each class of failure a response, and which of them must stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from condor_elastic.decide.breaker import canary_due, in_vain, is_open, works
from condor_elastic.decide.failures import (
    AUTH,
    BOOT,
    CAPACITY,
    IMAGE,
    LAUNCH,
    LOST,
    PRICE,
    QUOTA,
    RECLAIMED,
    THROTTLE,
    UNKNOWN,
    class_of,
    failure_of,
)
from condor_elastic.decide.policies.limits import LOTS
from condor_elastic.decide.reclaims import is_lately
from condor_elastic.decide.windows import Rule, Window, windows
from condor_elastic.decide.words import count
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.hash import has_drifted, submit_hash
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import PENDING, Action, Remove, VmJob, Worker

TOLD = 140
"""Characters of a failure that a verdict repeats; the VM job's ad has them all."""


@dataclass(frozen=True)
class Limit:
    """At most so many launches in this cycle, and why; the VM jobs that it is known from."""

    most: int = LOTS
    why: str = ""
    vms: tuple[VmJob, ...] = ()


@dataclass(frozen=True)
class Response:
    """What is made of all failures: the strictest limit, the alarm, the breaker, the VMs whose jobs must stay."""

    most: int
    why: str
    alarm: str
    open: bool
    breaker: str
    kept: frozenset[str]


def respond(knobs: FleetKnobs, workers: Sequence[Worker], now: int, useless: Sequence[Worker] = ()) -> Response:
    """Look at the failed VM jobs of a fleet; what must be remembered of them stands in the queue and nowhere else.

    useless are the empty workers on which none of the waiting jobs can run.
    """
    failed = [worker.vm for worker in workers if worker.phase == "failed"]
    joins = [now if w.vm.joined is None else w.vm.joined
             for w in workers if w.phase != "failed" and (w.startd or w.vm.joined is not None)]  # fmt: skip
    hashed, kinds = submit_hash(knobs), {vm.vm: class_of(vm) for vm in failed}
    old = {vm.vm for vm in failed if kinds[vm.vm] not in (LOST, RECLAIMED) and has_drifted(vm.hash, hashed)}

    def of(*wanted: str) -> list[VmJob]:
        return [vm for vm in failed if kinds[vm.vm] in wanted and vm.vm not in old]

    row = in_vain(of(BOOT), workers)
    broken = is_open(knobs, row)
    alarm = _alarm(knobs, of(AUTH, IMAGE), now)
    others = of(CAPACITY, PRICE, LAUNCH, LOST, UNKNOWN, *([] if broken else [BOOT]))
    growing = Rule(knobs.backoff, max(knobs.backoff, knobs.backoff_max))
    backoff, quota = Rule(knobs.backoff, knobs.backoff), Rule(knobs.quota_backoff, knobs.quota_backoff)
    limits = (
        alarm,
        _breaker(knobs, row, workers, now) if broken else Limit(vms=tuple(row[: knobs.breaker])),
        _useless(knobs, useless, workers),
        _hold(knobs, "BACKOFF", windows(others, joins, growing, now), now),
        _hold(knobs, "QUOTA_BACKOFF", windows(of(QUOTA), (), quota, now), now),
        _hold(knobs, "BACKOFF", windows(of(THROTTLE), (), backoff, now), now, 1),
        _hold(knobs, "BACKOFF", windows([vm for vm in failed if vm.vm in old], (), backoff, now), now),
        Limit(vms=tuple(vm for vm in of(LOST) if not vm.audited)),
        Limit(vms=tuple(vm for vm in of(RECLAIMED) if is_lately(vm, now))),
    )
    strictest = min(limits, key=lambda limit: limit.most)
    kept = frozenset(vm.vm for limit in limits for vm in limit.vms)
    state = "open" if broken else "closed"
    return Response(strictest.most, strictest.why, alarm.why, broken, state, kept)


def forget(knobs: FleetKnobs, workers: Sequence[Worker], kept: frozenset[str], now: int) -> list[Action]:
    """Remove the failed VM jobs that need not be remembered, the youngest first.

    Those that others stand for go before those others, so that a crash in between takes no window for a new one.
    """
    gone = sorted((w.vm for w in workers if w.phase == "failed" and w.vm.vm not in kept), key=lambda vm: -vm.since)
    return [Remove(vm, "its back-off is over" if now - vm.since >= knobs.backoff else "another stands for its failure")
            for vm in gone]  # fmt: skip


def _alarm(knobs: FleetKnobs, failed: Sequence[VmJob], now: int) -> Limit:
    """Launch nothing until an administrator has acted: the oldest failure that still holds stands for all."""
    fresh = [vm for vm in failed if now - vm.since < max(knobs.alarm_hold, knobs.backoff)]
    if not fresh:
        return Limit()
    vm = min(fresh, key=lambda vm: (vm.since, vm.launched, vm.id))
    todo = f"edit {PREFIX}{knobs.name.upper()}_SUBMIT or condor_rm {vm.id} to go on"
    return Limit(0, f"{_knob(knobs, 'ALARM_HOLD')} and {_failure(vm, now)}: {todo}", (vm,))


def _breaker(knobs: FleetKnobs, row: Sequence[VmJob], workers: Sequence[Worker], now: int) -> Limit:
    last = max((worker.vm for worker in workers), key=lambda vm: (vm.launched, vm.id))
    kept = (*row[: knobs.breaker], last)  # whatever became of the last canary, the next waits for its interval
    wait = canary_due(knobs, row, workers) - now
    canary = f"the next canary may start in {wait} s" if wait > 0 else "one canary may start"
    boots = f"the last {count(knobs.breaker, 'boot')} in a row failed" if knobs.breaker > 1 else "the last boot failed"
    seen = f"{_knob(knobs, 'BREAKER')} and {boots}, so {canary} ({_knob(knobs, 'CANARY_INTERVAL')})"
    return Limit(0 if wait > 0 else 1, f"{seen}; {_failure(row[0], now)}", kept)


def _useless(knobs: FleetKnobs, useless: Sequence[Worker], workers: Sequence[Worker]) -> Limit:
    """Have no more useless workers than BREAKER; where none of the fleet works yet, what is coming is counted too."""
    if not (knobs.breaker and useless) or (len(useless) < knobs.breaker and any(map(works, workers))):
        return Limit()
    coming = sum(worker.phase in PENDING for worker in workers)
    differs = next((f" ({w.vm.vm}: {w.startd.differs})" for w in useless if w.startd and w.startd.differs), "")
    seen = f"no waiting job can run on {count(len(useless), 'empty worker')}, though TEMPLATE says so{differs}"
    return Limit(max(0, knobs.breaker - len(useless) - coming), f"{_knob(knobs, 'BREAKER')} and {seen}")


def _hold(knobs: FleetKnobs, knob: str, row: Sequence[Window], now: int, most: int = 0) -> Limit:
    """Launch at most so many while the last window lasts; all that began one are remembered."""
    vms = tuple(window.vm for window in row)
    if not row or now >= row[-1].ends:
        return Limit(vms=vms)
    last = row[-1]
    grown = last.length > getattr(knobs, knob.lower())
    doubled = f", doubled to {last.length} s by {last.k} failed attempts in a row," if grown else ""
    return Limit(most, f"{_knob(knobs, knob)}{doubled} and {_failure(last.vm, now)}", vms)


def _failure(vm: VmJob, now: int) -> str:
    return f"VM job {vm.id} failed {now - vm.since} s ago ({failure_of(vm)[:TOLD]})"


def _knob(knobs: FleetKnobs, knob: str) -> str:
    return f"{PREFIX}{knobs.name.upper()}_{knob}={getattr(knobs, knob.lower())}"
