"""The chain: a number goes through the policies, and each step keeps what it made of it and why."""

from __future__ import annotations

from collections.abc import Callable

from condor_elastic.decide.policies import demand, floors, limits, status
from condor_elastic.decide.policies.view import View
from condor_elastic.model import Step

Policy = Callable[[int, View], "tuple[int, str]"]

POLICIES: dict[str, Policy] = {
    "Activated": demand.ready,
    "Ready": demand.ready,
    "Scale": demand.scale,
    "Fixed": demand.fixed,
    "KeepNRunning": demand.keep_n_running,
    "Expression": demand.expression,
    "StatusTest": status.status_test,
    "StatusOffline": status.status_offline,
    "Throttle": status.throttle,
    "Headroom": floors.headroom,
    "MinVms": floors.min_vms,
    "MinPerCycle": floors.min_per_cycle,
    "MinPending": floors.min_pending,
    "MaxPerCycle": limits.max_per_cycle,
    "MaxPending": limits.max_pending,
    "RampLimit": limits.ramp_limit,
    "MaxToRun": limits.max_to_run,
    "MaxCores": limits.max_cores,
    "MaxMemory": limits.max_memory,
    "MaxPricePerHour": limits.max_price_per_hour,
    "MaxCost": limits.max_cost,
}


def fold(names: tuple[str, ...], view: View) -> tuple[Step, ...]:
    """Pass a number, 0 at first, through the policies, and what they made of it through the caps that are set."""
    steps: list[Step] = []
    n = 0
    for place, name in enumerate((*names, *limits.caps(view))):
        after, why = POLICIES[name](n, view)
        if place < len(names) or after != n:
            steps.append(Step(name, n, after, why if after != n or not steps else ""))
        n = after
    return tuple(steps)


def limit(steps: tuple[Step, ...], wanted: int) -> str:
    """Give the reason of the last policy that lowered the number, or began with less than is wanted, or nothing."""
    before = [wanted, *(step.before for step in steps[1:])]
    return next((step.why for step, n in zip(reversed(steps), reversed(before)) if step.after < n), "")


def lift(steps: tuple[Step, ...]) -> str:
    """Give the reason of the last policy that raised the number, or nothing."""
    return next((step.why for step in reversed(steps) if step.after > step.before), "")
