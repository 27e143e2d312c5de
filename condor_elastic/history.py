"""VMs that have ended, from the schedd's history: when, for how long, with how many jobs, at what cost, and why."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from condor_elastic.knobs.near import near
from condor_elastic.model import COMPLETED, Spell
from condor_elastic.observe.billed import TIMES, billed, price
from condor_elastic.observe.values import values_of

History = Callable[[str, "list[str]", int], Iterable[Any]]
"""Constraint, attributes, the most to give; newest first."""
ATTRS = [
    "ClusterId", "ProcId", "JobStatus", "QDate", "ElasticVM", "ElasticFleet", "ElasticPrice", "ElasticJobs",
    "ElasticPhase", "ElasticRetired", "ElasticUnretired", "ElasticRetireAsked", "EC2InstanceName",
    "EC2StatusReasonCode", "RemoveReason", "HoldReason", *TIMES,
]  # fmt: skip
SELF = "Client.InstanceInitiatedShutdown"
"""What EC2, and our other drivers after it, call an instance that has shut itself down."""


@dataclass(frozen=True)
class Ended:
    """One VM that has ended.  Times are seconds since the epoch, None where no instance ever ran; cost needs a price.

    jobs is how many had begun on it when a cycle last saw its phase change.
    """

    vm: str
    vm_job: str
    fleet: str
    instance: str
    launched: int
    began: int | None
    ended: int | None
    hours: float
    jobs: int
    cost: float | None
    why: str


def read_history(most: int, fleet: str = "") -> tuple[Ended, ...]:
    """Ask the local schedd for the last that have ended; raises LookupError where it keeps no history."""
    import htcondor2

    pool = htcondor2.param.get("ELASTIC_POOL")
    if not htcondor2.param.get("HISTORY"):
        raise LookupError("HISTORY is not set: this schedd keeps no history")
    if fleet:
        _must_be_a_name(fleet)
    found = ended(htcondor2.Schedd().history, str(pool), most, fleet)
    if fleet and not found:
        names = str(htcondor2.param.get("ELASTIC_FLEET_NAMES") or "").replace(",", " ").split()
        if fleet.lower() not in [name.lower() for name in names]:
            raise LookupError(f"no VM of a fleet {fleet} has ended, and there is none{near(fleet, names)}")
    return found


def ended(history: History, pool: str, most: int, fleet: str = "") -> tuple[Ended, ...]:
    """List what has ended, newest first, each once: a schedd killed while a job leaves writes it twice."""
    mine = f'ElasticVM isnt undefined && ElasticPool =?= "{pool}"' + (f' && ElasticFleet == "{fleet}"' if fleet else "")
    now = int(time.time())
    found: dict[tuple[Any, Any], Ended] = {}
    for ad in map(values_of, history(mine, ATTRS, most)):
        found.setdefault((ad["ClusterId"], ad["ProcId"]), _ended(ad, now))
    return tuple(found.values())


def _must_be_a_name(fleet: str) -> None:
    if not fleet.replace("_", "").isalnum():
        raise LookupError(f"{fleet!r} is no name of a fleet")


def _ended(ad: Mapping[str, Any], now: int) -> Ended:
    began, end = billed(ad, gone=True)
    hourly, spell = price(ad), None
    if began is not None and end is not None:
        spell = Spell("", "", hourly or 0.0, began, end)
    return Ended(
        vm=str(ad["ElasticVM"]),
        vm_job=f"{ad['ClusterId']}.{ad['ProcId']}",
        fleet=str(ad.get("ElasticFleet", "")),
        instance=_text(ad, "EC2InstanceName"),
        launched=_whole(ad, "QDate"),
        began=began,
        ended=end or _whole(ad, "EnteredCurrentStatus") or _whole(ad, "CompletionDate") or None,
        hours=round((end - began) / 3600, 4) if spell and end and began else 0.0,
        jobs=_whole(ad, "ElasticJobs"),
        cost=None if not hourly else round(spell.cost(0, now), 6) if spell else 0.0,
        why=why(ad),
    )


def why(ad: Mapping[str, Any]) -> str:
    """Say why it ended: what removed it, and what held it before; or by whose doing its instance ended."""
    held, removed, code = (_text(ad, name) for name in ("HoldReason", "RemoveReason", "EC2StatusReasonCode"))
    if ad.get("JobStatus") != COMPLETED:
        return "; ".join(text for text in (held, removed) if text) or "removed"
    if code and code != SELF:
        return f"its instance was ended: {code}"
    if type(ad.get("ElasticRetireAsked")) is int:
        return "retired by hand"
    if _whole(ad, "ElasticRetired") > _whole(ad, "ElasticUnretired"):
        return "retired"
    return "it left by itself"


def _whole(ad: Mapping[str, Any], name: str) -> int:
    value = ad.get(name)
    return value if type(value) is int else 0


def _text(ad: Mapping[str, Any], name: str) -> str:
    value = ad.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""
