"""Policies: each takes the number so far and a view, and gives a number and the reason when it changed it.

Names and meaning are those of AutoPyFactory's schedulers (its plugins/queue/sched), whose chain this is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from condor_elastic.model import Step


@dataclass(frozen=True)
class View:
    """What a policy may look at: the demand, what already answers for it, and the limits, with the knobs' prefix.

    ready is in pilots or VMs; pending have been asked for and do not serve yet; total is all that bills or waits.
    """

    prefix: str
    ready: int
    pending: int
    total: int
    max_per_cycle: int
    max_pending: int
    max_to_run: int
    max_to_run_knob: str = "MAX_TO_RUN"
    seen: str = ""


Policy = Callable[[int, View], "tuple[int, str]"]


def ready(_: int, view: View) -> tuple[int, str]:
    """Start the chain with the demand that nothing answers for yet (APF's Ready and Activated)."""
    return max(0, view.ready), view.seen


def max_per_cycle(n: int, view: View) -> tuple[int, str]:
    """Take at most so many in one cycle."""
    return min(n, view.max_per_cycle), f"{view.prefix}_MAX_PER_CYCLE={view.max_per_cycle}"


def max_pending(n: int, view: View) -> tuple[int, str]:
    """Keep at most so many pending; unlike APF's, the limit also holds when none is pending yet."""
    room = max(0, view.max_pending - view.pending)
    return min(n, room), f"{view.prefix}_MAX_PENDING={view.max_pending} and {view.pending} are pending"


def max_to_run(n: int, view: View) -> tuple[int, str]:
    """Keep at most so many in all; a negative number says how many are too many, as in APF."""
    why = f"{view.prefix}_{view.max_to_run_knob}={view.max_to_run} and there are {view.total}"
    return min(n, view.max_to_run - view.total), why


POLICIES: dict[str, Policy] = {
    "Activated": ready,
    "Ready": ready,
    "MaxPerCycle": max_per_cycle,
    "MaxPending": max_pending,
    "MaxToRun": max_to_run,
}


def fold(names: tuple[str, ...], view: View) -> tuple[Step, ...]:
    """Pass a number, 0 at first, through the policies; each step keeps what it made of it and why."""
    steps: list[Step] = []
    n = 0
    for name in names:
        after, why = POLICIES[name](n, view)
        steps.append(Step(name, n, after, why if after != n or not steps else ""))
        n = after
    return tuple(steps)


def limit(steps: tuple[Step, ...]) -> str:
    """Give the reason of the last policy that lowered the number, or nothing."""
    return next((step.why for step in reversed(steps) if step.after < step.before), "")
