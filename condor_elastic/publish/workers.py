"""The ads of single machines: workers, startds without a VM job, and how long those have been strays."""

from __future__ import annotations

from condor_elastic.decide.failures import class_of
from condor_elastic.model import Startd, Stray, Worker, phase_of
from condor_elastic.publish.form import Ad


def worker_ad(worker: Worker, now: int) -> Ad:
    """Show a VM job and, once it has joined, its startd; Since is when its startd's slots changed last, or its job."""
    vm, startd = worker.vm, worker.startd
    return {
        "MyType": "ElasticWorker",
        "Name": vm.vm,
        "ElasticVM": vm.vm,
        "ElasticFleet": vm.fleet,
        "Phase": worker.phase,
        "VMJob": vm.id,
        "Instance": vm.instance or None,
        "StartdName": startd.name if startd else None,
        "Jobs": startd.claimed if startd else 0,
        "CpusFree": startd.free.cpus if startd else None,
        "Since": startd.since if startd else vm.since,
        "Age": now - (startd.since if startd else vm.since),
        "Failure": class_of(vm) if worker.phase == "failed" else None,
        "Why": vm.hold_reason or (f"its cloud says {startd.notice}" if startd and startd.notice else None),
        "Notice": (startd.notice or None) if startd else None,
        "NoticeDeadline": startd.notice_deadline if startd else None,
        "Price": vm.price,
        "Drifted": vm.drifted or None,
        "Pinned": vm.pinned or None,
        "RetireAsked": vm.retire_asked,
        "Differs": (startd.differs or None) if startd else None,
    }


def orphan_ad(startd: Startd, now: int) -> Ad:
    """Show a startd that is ours and has no VM job."""
    return {
        "MyType": "ElasticWorker",
        "Name": startd.vm,
        "ElasticVM": startd.vm,
        "ElasticFleet": startd.fleet,
        "Phase": phase_of(None, startd),
        "VMJob": "-",
        "StartdName": startd.name,
        "Jobs": startd.claimed,
        "CpusFree": startd.free.cpus,
        "Since": startd.since,
        "Age": now - startd.since,
        "Why": "no VM job of this schedd has its id",
    }


def stray_ad(stray: Stray) -> Ad:
    """Show since how many cycles a startd is a stray: what is counted stands nowhere else."""
    return {
        "MyType": "ElasticStray",
        "Name": stray.startd.vm,
        "ElasticVM": stray.startd.vm,
        "ElasticFleet": stray.startd.fleet,
        "StartdName": stray.startd.name,
        "Jobs": stray.startd.claimed,
        "Since": stray.since,
        "Cycles": stray.cycles,
    }
