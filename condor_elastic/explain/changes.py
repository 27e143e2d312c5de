"""What would let a policy or a cap grant one VM more."""

from __future__ import annotations

import calendar
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from condor_elastic.decide.policies import View
from condor_elastic.knobs.table import PREFIX

Change = tuple[tuple[str, ...], "int | None", Mapping[str, Any]]
"""What to do, when it ends by itself, and the figures."""
DAY = 86400


@dataclass(frozen=True)
class Asked:
    """What a policy was asked for and what it granted, VMs; more is one beyond that."""

    view: View
    wanted: int
    granted: int

    @property
    def more(self) -> int:
        """Count what is there to be granted when it is one more."""
        return max(0, self.granted) + 1

    def of(self, knob: str) -> Any:
        """Give the value of a knob."""
        return self.view.value(knob)


ENOUGH: dict[str, tuple[str, Callable[[Asked], float]]] = {
    "MaxToRun": ("MAX_VMS", lambda a: a.view.total + a.more),
    "MaxCores": ("MAX_CORES", lambda a: a.view.cores + a.more * a.of("TEMPLATE").cpus),
    "MaxMemory": ("MAX_MEMORY", lambda a: a.view.memory + a.more * a.of("TEMPLATE").memory),
    "MaxPricePerHour": ("MAX_PRICE_PER_HOUR", lambda a: round(a.view.paid + a.more * a.of("PRICE"), 6)),
    "MaxPending": ("MAX_PENDING", lambda a: a.view.pending + a.more),
    "KeepNRunning": ("KEEP_RUNNING", lambda a: a.view.staying + a.more),
    "MaxPerCycle": ("MAX_PER_CYCLE", lambda a: a.wanted),
    "Fixed": ("FIXED", lambda a: a.wanted),
}
"""For each policy its knob, and the least value that grants one VM more (or, of those that act by cycle, all)."""
ELSE = {
    "RampLimit": "the next cycles, or a larger {}RAMP_FACTOR",
    "Scale": "a larger {}SCALE_FACTOR",
    "Ready": "a smaller {}READY_OFFSET",
    "Expression": "another {}EXPR",
}
GOES = {
    "MaxToRun": "a VM of the fleet that goes",
    "MaxCores": "a VM of the fleet that goes",
    "MaxMemory": "a VM of the fleet that goes",
    "MaxPricePerHour": "a VM of the fleet that goes",
    "MaxPending": "a VM that joins the pool",
}


def changed(policy: str, asked: Asked, why: str, now: int) -> Change:
    """Give what would let a policy that lowers the number grant more; why is what it said."""
    view = asked.view
    own = f"{PREFIX}{view.knobs.name.upper()}_"
    if policy == "MaxCost":
        return _money(asked, why, now)
    if policy not in ENOUGH:
        return (ELSE[policy].format(own),) if policy in ELSE else (), None, {}
    knob, enough = ENOUGH[policy]
    value, least = view.value(knob), enough(asked)
    drained = " (0 drains the fleet)" if knob == "MAX_VMS" and not value else ""
    change = [f"{own}{knob} = {least:.12g} or more{drained}"]
    if policy == "MaxPerCycle" and value:
        change.insert(0, "the next cycle, which launches more")
    if policy in GOES and value:
        change.append(GOES[policy])
    return tuple(change), None, {"knob": own + knob, "value": value, "enough": least}


def _money(asked: Asked, why: str, now: int) -> Change:
    knob, _, rest = why.partition("=")
    purse = asked.view.purse
    if purse.unknown:
        return ("a schedd that tells its history (HISTORY)", f"no {knob}"), None, {"knob": knob}
    value = float(rest.split(" ", 1)[0])
    least = round(value + asked.more * purse.price - (purse.left or 0.0), 6)
    ends = _over(knob, now)
    change = (f"{knob} = {least:.12g} or more", *(() if ends else ("a VM that goes",)))
    return change, ends, {"knob": knob, "value": value, "enough": least}


def _over(knob: str, now: int) -> int | None:
    """Give when the day or the month of a cap ends, UTC."""
    if knob.endswith("_DAY"):
        return now - now % DAY + DAY
    if not knob.endswith("_MONTH"):
        return None
    here = time.gmtime(now)
    return calendar.timegm((here.tm_year + here.tm_mon // 12, here.tm_mon % 12 + 1, 1, 0, 0, 0))
