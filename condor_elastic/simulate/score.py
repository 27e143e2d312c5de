"""What a run is worth, in numbers (definitions: docs/simulate.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import ceil
from typing import Any

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.simulate.balance import balance
from condor_elastic.simulate.bound import clairvoyant, fitting, hours, lives
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import EPOCH
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.run import Done, spent
from condor_elastic.simulate.vm import Vm

HOUR = 3600


@dataclass(frozen=True)
class Score:
    """Hours are those of VMs, waits seconds; utilisation is busy of billed core-seconds, whole and in the window."""

    utilisation: float
    whole_utilisation: float
    mean_wait_s: float
    p50_wait_s: float
    p95_wait_s: float
    p99_wait_s: float
    unstarted: int
    launches: int
    churned: int
    retired: int
    unretired: int
    evictions: int
    vm_hours: float
    least_vm_hours: float
    regret: float
    useful_core_hours: float
    boot_core_hours: float
    idle_core_hours: float
    drain_core_hours: float
    tail_core_hours: float
    failed_core_hours: float
    cost: float
    cost_per_job: float
    overshoot: float
    overshoot_max: float
    overshoot_time: float
    undershoot: float
    undershoot_max: float
    undershoot_time: float


def score(done: Done) -> Score:
    """Judge a run; jobs that never started have waited until its end, and are counted."""
    waits = sorted(done.started.get(i, done.end) - EPOCH - job.submit for i, job in enumerate(done.jobs))
    began = [vm for vm in done.vms if vm.began is not None]
    worked = [vm for vm in began if vm.first_job is not None]
    billed = sum(spent(vm, done.end) for vm in began)
    busy = sum(vm.account.busy for vm in began)
    cost = sum(vm.fleet.price * done.clouds[vm.fleet.name].billed(_life(vm, done.end)) for vm in began) / HOUR
    vm_hours = sum(_life(vm, done.end) for vm in began) / HOUR
    boot = min((cloud.boot for cloud in done.clouds.values()), default=0)
    return Score(
        utilisation=_window(done.marks) if len(done.marks) > 1 else _part(busy, billed),
        whole_utilisation=_part(busy, billed),
        mean_wait_s=sum(waits) / len(waits) if waits else 0.0,
        p50_wait_s=quantile(waits, 0.5), p95_wait_s=quantile(waits, 0.95), p99_wait_s=quantile(waits, 0.99),
        unstarted=len(done.jobs) - len(done.started),
        launches=len(began),
        churned=sum(_is_churn(vm, done) for vm in began),
        retired=done.acts["Retire"], unretired=done.acts["Unretire"], evictions=done.evicted,
        vm_hours=vm_hours,
        least_vm_hours=_least(done),
        regret=_part(vm_hours, hours(clairvoyant(done.jobs, done.fleets, boot))),
        useful_core_hours=busy / HOUR,
        boot_core_hours=sum((vm.ready - _since(vm)) * vm.fleet.template.cpus for vm in worked if vm.ready) / HOUR,
        idle_core_hours=sum(vm.account.idle for vm in worked) / HOUR,
        drain_core_hours=sum(vm.account.drain for vm in worked) / HOUR,
        tail_core_hours=sum(vm.account.tail for vm in worked) / HOUR,
        failed_core_hours=sum(spent(vm, done.end) for vm in began if vm.first_job is None) / HOUR,
        cost=cost,
        cost_per_job=_part(cost, len(done.started)),
        **balance(done)._asdict(),
    )  # fmt: skip


def least(
    jobs: Sequence[Job], fleets: Sequence[FleetKnobs], clouds: Mapping[str, Cloud], window: tuple[int, int] | None
) -> Score:
    """Judge the clairvoyant: its VM-hours, launches, utilisation and cost; nobody waits, and all else is 0."""
    boot, cores = min(cloud.boot for cloud in clouds.values()), max(fleet.template.cpus for fleet in fleets)
    able, spans = fitting(jobs, fleets), clairvoyant(jobs, fleets, boot)
    useful = sum(job.cpus * job.run for job in able) / HOUR
    steady = [(job.submit, job.submit + job.run) for job in able for _ in range(job.cpus)] if window else []
    vm_hours = hours(spans)
    cheapest = min(fleet.price / fleet.template.cpus for fleet in fleets) * cores
    found: dict[str, Any] = {
        "utilisation": _part(hours(steady, window), hours(spans, window) * cores) if window
        else _part(useful, vm_hours * cores),
        "whole_utilisation": _part(useful, vm_hours * cores),
        "unstarted": len(jobs) - len(able), "launches": len(spans), "vm_hours": vm_hours, "least_vm_hours": vm_hours,
        "regret": 1.0, "useful_core_hours": useful, "boot_core_hours": len(spans) * boot * cores / HOUR,
        "cost": cheapest * vm_hours, "cost_per_job": _part(cheapest * vm_hours, len(able)),
    }  # fmt: skip
    found["idle_core_hours"] = vm_hours * cores - useful - found["boot_core_hours"]
    return Score(**{field.name: found.get(field.name, 0) for field in fields(Score)})


def quantile(ordered: Sequence[float], part: float) -> float:
    """Give the number below which that part of them lies (nearest rank); 0 of none."""
    return float(ordered[max(0, ceil(part * len(ordered)) - 1)]) if ordered else 0.0


def _least(done: Done) -> float:
    """Give the VM-hours that its own starts need, whoever had placed the jobs, and if VMs booted in no time."""
    ran = ((at - EPOCH, at - EPOCH + done.jobs[i].run, done.jobs[i].cpus) for i, at in done.started.items())
    cores = max((fleet.template.cpus for fleet in done.fleets), default=1)
    return hours(lives(((begin, min(end, done.end - EPOCH), cpus) for begin, end, cpus in ran), cores, 0))


def _is_churn(vm: Vm, done: Done) -> bool:
    """Tell whether a VM lived less than three times its boot, or than is billed at least."""
    if vm.ready is None:
        return False
    return _life(vm, done.end) < max(3 * (vm.ready - _since(vm)), done.clouds[vm.fleet.name].quantum)


def _since(vm: Vm) -> int:
    return vm.began or 0


def _life(vm: Vm, end: int) -> int:
    return (end if vm.stopped is None else vm.stopped) - _since(vm)


def _part(of: float, whole: float) -> float:
    return of / whole if whole else 0.0


def _window(marks: list[tuple[int, int]]) -> float:
    (busy, billed), (more_busy, more_billed) = marks[:2]
    return _part(more_busy - busy, more_billed - billed)
