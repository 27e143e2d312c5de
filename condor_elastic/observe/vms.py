"""Our VM jobs: the grid-universe jobs that carry our mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from condor_elastic.knobs.hash import has_drifted
from condor_elastic.model import HELD, Noted, VmJob
from condor_elastic.observe.billed import TIMES, billed, price
from condor_elastic.observe.jobs import Query
from condor_elastic.observe.values import values_of

VM_JOBS = "ElasticVM isnt undefined"
POTENTIALLY_LOST = 42
"""HoldReasonCode when the gridmanager could not end an instance (ec2job.cpp)."""
VM_ATTRS = [
    "ClusterId",
    "ProcId",
    "JobStatus",
    "QDate",
    *TIMES,
    "GridJobId",
    "EC2InstanceName",
    "HoldReason",
    "HoldReasonCode",
    "HoldReasonSubCode",
    "GridResourceUnavailableTime",
    "ElasticVM",
    "ElasticFleet",
    "ElasticPool",
    "ElasticJoined",
    "ElasticRetired",
    "ElasticUnretired",
    "ElasticPrice",
    "ElasticPinned",
    "ElasticRetireAsked",
    "ElasticHash",
    "ElasticDeadline",
    "ElasticFirstJob",
    "ElasticPhase",
    "ElasticStartd",
    "ElasticStartdState",
    "ElasticJobs",
    "ElasticAudited",
    "JobStartDate",
    "ElasticReclaimed",
    "EC2StatusReasonCode",
]
RECLAIMS = ("Server.SpotInstanceTermination", "Server.SpotInstanceShutdown")
"""EC2's state reasons of an instance that the spot market took back; the gridmanager takes the first for a normal end
(GM_PROBE_JOB in ec2job.cpp)."""


def vm_jobs(
    query: Query, pool: str, fleets: Iterable[str], hashes: Mapping[str, str] | None = None
) -> tuple[VmJob, ...]:
    """List the VM jobs of this pool, under the fleet names as the knobs spell them.

    hashes gives what each fleet's submit text and template are now (knobs/hash.py).
    """
    spelled = {fleet.upper(): fleet for fleet in fleets}
    found = (values_of(ad) for ad in query(VM_JOBS, VM_ATTRS))
    return tuple(_vm_job(ad, spelled, hashes or {}) for ad in found if ad.get("ElasticPool") == pool)


def _vm_job(ad: Mapping[str, Any], spelled: Mapping[str, str], hashes: Mapping[str, str]) -> VmJob:
    fleet = str(ad.get("ElasticFleet", ""))
    fleet, launched = spelled.get(fleet.upper(), fleet), _text(ad, "ElasticHash")
    began, ended = billed(ad)
    return VmJob(
        id=f"{ad['ClusterId']}.{ad['ProcId']}",
        vm=str(ad["ElasticVM"]),
        fleet=fleet,
        status=int(ad["JobStatus"]),
        since=_whole(ad, "EnteredCurrentStatus") or _whole(ad, "QDate") or 0,
        instance=_text(ad, "EC2InstanceName"),
        joined=_whole(ad, "ElasticJoined"),
        retired=_whole(ad, "ElasticRetired") or 0,
        unretired=_whole(ad, "ElasticUnretired") or 0,
        hold_reason=" ".join(_text(ad, "HoldReason").split()),
        hold_code=_whole(ad, "HoldReasonCode"),
        hold_subcode=_whole(ad, "HoldReasonSubCode"),
        began=began,
        ended=ended,
        price=price(ad),
        hash=launched,
        drifted=has_drifted(launched, hashes.get(fleet, "")),
        pinned=ad.get("ElasticPinned") is True,
        launched=_whole(ad, "QDate") or 0,
        unreachable=_whole(ad, "GridResourceUnavailableTime"),
        started=_whole(ad, "JobStartDate") or None,
        deadline=_whole(ad, "ElasticDeadline"),
        first_job=_whole(ad, "ElasticFirstJob"),
        noted=_noted(ad),
        audited=_is_audited(ad),
        reclaimed=_reclaimed(ad),
        retire_asked=_whole(ad, "ElasticRetireAsked"),
    )


def _reclaimed(ad: Mapping[str, Any]) -> int | None:
    ended = _whole(ad, "EnteredCurrentStatus") if _text(ad, "EC2StatusReasonCode") in RECLAIMS else None
    return _whole(ad, "ElasticReclaimed") or ended


def _noted(ad: Mapping[str, Any]) -> Noted:
    phase, startd, state = (_text(ad, name) for name in ("ElasticPhase", "ElasticStartd", "ElasticStartdState"))
    return Noted(phase, startd, state, _whole(ad, "ElasticJobs") or 0)


def _is_audited(ad: Mapping[str, Any]) -> bool:
    held = ad["JobStatus"] == HELD and _whole(ad, "HoldReasonCode") == POTENTIALLY_LOST
    return held and (_whole(ad, "ElasticAudited") or 0) >= max(1, _whole(ad, "EnteredCurrentStatus") or 0)


def _whole(ad: Mapping[str, Any], name: str) -> int | None:
    """Give a whole number, or None for whatever else stands there: an attribute may be undefined, or an expression."""
    value = ad.get(name)
    return value if type(value) is int else None


def _text(ad: Mapping[str, Any], name: str) -> str:
    value = ad.get(name)
    return value if isinstance(value, str) else ""
