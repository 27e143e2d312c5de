"""One generic ad for each pilot queue, fleet and worker; condor_status shows them, gangliad reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from condor_elastic.decide.money import accounts
from condor_elastic.decide.reclaims import reclaimed_lately
from condor_elastic.knobs import Settings
from condor_elastic.model import (
    COMING,
    IDLE,
    LEAVING,
    RUNNING,
    SERVED,
    SERVING,
    WAITING,
    Phase,
    Plan,
    Pool,
    QueueSeen,
    QueueSpec,
    QueueStats,
    Snapshot,
    SweepJob,
    Unknown,
    Worker,
)
from condor_elastic.publish.counts import jobs_idle, money
from condor_elastic.publish.form import Ad
from condor_elastic.publish.workers import orphan_ad, stray_ad, worker_ad

LATELY = 3600
"""Seconds: whoever joined longer ago says nothing of how long a boot takes now."""
PHASES: tuple[Phase, ...] = get_args(Phase)


def ads(settings: Settings, seen: Snapshot, pool: Pool, plans: Sequence[Plan]) -> list[Ad]:
    """Make one ad for each pilot queue, fleet and worker; they expire by themselves after three missed cycles."""
    common: Ad = {
        "ElasticPool": settings.pool.pool,
        "ElasticCycle": seen.now,
        "ClassAdLifetime": max(180, 3 * settings.pool.period),
    }
    books = None if seen.ledger is None else accounts(settings, seen, pool)
    found = [
        _queue_ad(plan, seen) if plan.kind == "queue" else
        {**_fleet_ad(plan, seen, pool), **money(books, plan.name), **_price(settings, seen, plan.name),
         **_orphans(plan, seen.sweep), **_reclaimed(plan.name, seen, pool)}
        for plan in plans
    ]  # fmt: skip
    found += [worker_ad(worker, seen.now) for worker in pool.workers]
    if not isinstance(seen.vms, Unknown):  # else nobody knows which startd has a VM job
        found += [orphan_ad(startd, seen.now) for startd in pool.strays]
    found += [stray_ad(stray) for stray in seen.strays]
    return [{**ad, **common, "Name": f"{ad['Name']}@{settings.pool.pool}"} for ad in found]


def _queue_ad(plan: Plan, seen: Snapshot) -> Ad:
    queue = seen.queues.get(plan.name) or QueueSeen(Unknown("PanDA", "it was not asked"))
    known = queue.stats if isinstance(queue.stats, QueueStats) else None
    spec = queue.spec if isinstance(queue.spec, QueueSpec) else None
    return {
        "MyType": "ElasticPilotQueue",
        "Name": plan.name,
        "Status": spec.status if spec else None,
        "StatusTime": spec.read if spec else None,
        "Activated": known.count(WAITING) if known else None,
        "PandaRunning": known.count(SERVED) if known else None,
        "PandaComing": known.count(COMING) if known else None,
        "PandaLeaving": known.count(LEAVING) if known else None,
        "Jobs": known.types if known else None,
        **_pilots(plan.name, seen),
        "Order": queue.order.order if queue.order else None,
        "CredentialExpires": queue.expiry.at if queue.expiry else None,
        "Warning": queue.warning or None,
        "Verdict": plan.verdict,
    }


def _pilots(queue: str, seen: Snapshot) -> Ad:
    if isinstance(seen.pilots, Unknown):
        return {"PilotsIdle": None, "PilotsRunning": None}
    ours = Counter(pilot.status for pilot in seen.pilots if pilot.queue.upper() == queue.upper())
    return {"PilotsIdle": ours[IDLE], "PilotsRunning": ours[RUNNING]}


def _fleet_ad(plan: Plan, seen: Snapshot, pool: Pool) -> Ad:
    workers = pool.of(plan.name)
    return {
        "MyType": "ElasticFleet",
        "Name": plan.name,
        **_supply(plan.name, seen, pool),
        **_times(workers, seen.now),
        "JobsIdle": jobs_idle(seen, plan.name),
        "Wanted": plan.wanted,
        "Alarm": plan.alarm or None,
        "Breaker": plan.breaker or None,
        "Verdict": plan.verdict,
    }


def _supply(fleet: str, seen: Snapshot, pool: Pool) -> Ad:
    """Count VM jobs by phase, and cores; what the schedd or the collector does not tell is undefined, not zero."""
    workers = pool.of(fleet)
    phases = Counter(worker.phase for worker in workers)
    phases["orphan"] = sum(startd.fleet.upper() == fleet.upper() for startd in pool.strays)
    serving = [w.startd for w in workers if w.startd is not None and w.phase in SERVING]
    found: Ad = {
        **{"VMs" + phase.capitalize(): phases[phase] for phase in PHASES},
        "Cpus": sum(startd.whole.cpus for startd in serving),
        "CpusFree": sum(startd.free.cpus for startd in serving),
    }
    if isinstance(seen.vms, Unknown) or isinstance(seen.startds, Unknown):
        found = dict.fromkeys(found)
    return {"VMs": None if isinstance(seen.vms, Unknown) else len(workers), **found}


def _reclaimed(fleet: str, seen: Snapshot, pool: Pool) -> Ad:
    if isinstance(seen.vms, Unknown):
        return {}
    vms = [vm for vm in seen.vms if vm.fleet.upper() == fleet.upper()]
    return {"Reclaimed": reclaimed_lately(vms, pool.of(fleet), seen.now)}


def _price(settings: Settings, seen: Snapshot, fleet: str) -> Ad:
    """Say what a VM that is launched now counts as, and from where that is known."""
    hourly = next((one.price for one in settings.fleets if one.name == fleet), 0.0)
    market = seen.prices.get(fleet)
    return {"Price": hourly, "PriceFrom": market.source if market else "PRICE"} if hourly else {}


def _times(workers: Sequence[Worker], now: int) -> Ad:
    """Give the mean time from running to joined, of the workers that joined within LATELY, and all workers' hours."""
    # A startd may join before the gridmanager has seen that its instance runs.
    booted = [max(0, w.vm.joined - w.vm.started) for w in workers
              if w.vm.joined and w.vm.started and now - w.vm.joined <= LATELY]  # fmt: skip
    hours = sum(worker.vm.hours(now) for worker in workers)
    return {"BootSeconds": round(sum(booted) / len(booted), 1) if booted else None, "VMHours": round(hours, 2)}


def _orphans(plan: Plan, sweep: SweepJob | None) -> Ad:
    return {"Orphans": sweep.orphans.get(plan.name, 0)} if sweep and sweep.swept else {}
