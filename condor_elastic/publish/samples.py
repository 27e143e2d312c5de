"""Make samples of ads and outcomes: what an ad does not say is no sample, never a zero."""

from __future__ import annotations

import math
from collections import Counter as Count
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from condor_elastic.model import (
    PENDING,
    Hold,
    NoteJoined,
    Outcome,
    Remove,
    RemovePilots,
    Retire,
    SubmitPilots,
    SubmitVms,
    Unretire,
)
from condor_elastic.publish import metrics
from condor_elastic.publish.form import Ad, Value
from condor_elastic.publish.metrics import AGE, CYCLES, FAILED, FLEET, GAUGES, INFO, PILOTS, QUEUE, SCHEDD, VMS, Gauge

NAMED = {QUEUE: "queue", FLEET: "fleet"}
"""The label that has the name of an ad of this type."""
OF_PILOTS = {SubmitPilots: "submit", RemovePilots: "remove"}
OF_VMS = {SubmitVms: "submit", Retire: "retire", Unretire: "unretire", Remove: "remove", Hold: "hold",
          NoteJoined: "join"}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One number of a metric; labels are those beside pool."""

    of: Gauge | metrics.Counter
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def gauged(summary: Ad, found: Sequence[Ad]) -> list[Sample]:
    """Make the gauges of the summary and the ads of queues, fleets and workers."""
    told = [Sample(INFO, 1, {"version": str(summary["Version"])})] if summary.get("Version") else []
    for gauge in GAUGES:
        ads = [summary] if gauge.of == SCHEDD else [ad for ad in found if ad["MyType"] == gauge.of]
        told += [sample for ad in ads for sample in _of_ad(gauge, ad)]
    return told + _of_workers(found)


def _of_ad(gauge: Gauge, ad: Ad) -> Iterator[Sample]:
    named = {NAMED[gauge.of]: _name(ad)} if gauge.of in NAMED else {}
    each = {"": gauge.attributes} if isinstance(gauge.attributes, str) else gauge.attributes
    for which, attribute in each.items():
        value = _value(gauge, ad.get(attribute))
        if value is not None:
            yield Sample(gauge, value, {**named, gauge.label: which} if gauge.label else named)


def _value(gauge: Gauge, value: Value) -> float | None:
    if isinstance(gauge.flag, str):  # without a text nothing is known
        return None if value is None else float(value == gauge.flag)
    if gauge.flag:
        return float(bool(value))
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _name(ad: Ad) -> str:
    return str(ad["Name"]).removesuffix(f"@{ad['ElasticPool']}")


def _of_workers(found: Sequence[Ad]) -> list[Sample]:
    """Give for each fleet whose supply is known the longest wait in each phase before joined, and what has failed."""
    told = []
    for fleet in [_name(ad) for ad in found if ad["MyType"] == FLEET and ad.get("VMsIdle") is not None]:
        ours = [ad for ad in found if ad["MyType"] == "ElasticWorker" and ad["ElasticFleet"] == fleet]
        for phase in PENDING:
            ages = [ad["Age"] for ad in ours if ad["Phase"] == phase and isinstance(ad["Age"], int)]
            told.append(Sample(AGE, max(ages, default=0), {"fleet": fleet, "phase": phase}))
        failed = Count(str(ad["Failure"]) for ad in ours if ad.get("Failure"))
        told += [Sample(FAILED, count, {"fleet": fleet, "class": which}) for which, count in sorted(failed.items())]
    return told


def counted(outcomes: Iterable[Outcome], queues: Iterable[str] = (), fleets: Iterable[str] = ()) -> list[Sample]:
    """Count this cycle, and the pilots and VMs that its actions were for; of these queues and fleets the zeros too.

    Prometheus sees how much a series has grown, not that it has begun.
    """
    each = ((PILOTS, queues, OF_PILOTS.values()), (VMS, fleets, OF_VMS.values()))
    sums: Count[tuple[metrics.Counter, str, str, str]] = Count()
    for of, names, actions in each:
        sums.update(dict.fromkeys(product([of], names, actions, ("done", "failed")), 0))
    for outcome in outcomes:
        action, ended = outcome.action, "done" if outcome.ok else "failed"
        if isinstance(action, (SubmitPilots, RemovePilots)):
            number = action.count if isinstance(action, SubmitPilots) else len(action.ids)
            sums[PILOTS, action.queue, OF_PILOTS[type(action)], ended] += number
        elif isinstance(action, SubmitVms):
            sums[VMS, action.fleet, OF_VMS[type(action)], ended] += action.count
        else:
            vm = action.vm if isinstance(action, (Remove, Hold)) else action.worker.vm
            sums[VMS, vm.fleet, OF_VMS[type(action)], ended] += 1
    return [Sample(CYCLES, 1)] + [
        Sample(of, count, dict(zip(of.labels, labels))) for (of, *labels), count in sums.items()
    ]
