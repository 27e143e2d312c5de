"""Say what was seen and done: the schedd's ad (by stdout), one generic ad for each queue, fleet and worker, the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Union, get_args

from condor_elastic import __version__
from condor_elastic.decide.failures import classify
from condor_elastic.decide.money import Accounts, accounts
from condor_elastic.decide.sweeps import verdict
from condor_elastic.knobs import Settings
from condor_elastic.model import (
    COMING,
    IDLE,
    LEAVING,
    RUNNING,
    SERVED,
    SERVING,
    WAITING,
    Outcome,
    Phase,
    Plan,
    Pool,
    QueueSeen,
    QueueSpec,
    QueueStats,
    Snapshot,
    Startd,
    Stray,
    SweepJob,
    Unknown,
    Worker,
    phase_of,
)

Value = Union[str, int, float, bool, None, Mapping[str, Mapping[str, int]]]
Ad = dict[str, Value]
SUMMARY = ("Verdict", "Error", "Version", "CycleTime", "CycleSeconds", "PilotQueues", "Fleets", "VMs", "Workers",
           "WorkersIdle", "WorkersBusy", "WorkersRetiring", "Strays", "Orphans", "SweepTime", "SweepAlarm",
           "JobsHopeless", "Hopeless", "ActionsDone", "ActionsFailed", "Rate", "CostToday", "CostMonth")  # fmt: skip
TOLD = 5
"""Kinds of hopeless job that the schedd's ad names; the log and the plan name more."""
LATELY = 3600
"""Seconds: whoever joined longer ago says nothing of how long a boot takes now."""
TYPES = ("ElasticPilotQueue", "ElasticFleet", "ElasticWorker", "ElasticStray")
PHASES: tuple[Phase, ...] = get_args(Phase)


def lines(summary: Mapping[str, Value]) -> str:
    """Make the lines for the schedd's ad; what has gone is said to be undefined, as the schedd keeps old values.

    HTCondor adds the prefix (SCHEDD_CRON_ELASTIC_PREFIX); a raw newline in a string would split the ad.
    """
    return "".join(f"{name} = {literal(summary.get(name))}\n" for name in SUMMARY) + "-\n"


def literal(value: Value) -> str:
    """Write a value as a ClassAd literal on one line."""
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + " ".join(text.split()) + '"'
    return repr(value)


def summary(
    settings: Settings, seen: Snapshot, pool: Pool, plans: Sequence[Plan], outcomes: Sequence[Outcome]
) -> Ad:
    """Sum the cycle up for the schedd's ad."""
    phases = Counter(worker.phase for worker in pool.workers)
    failed = [outcome for outcome in outcomes if not outcome.ok]
    said = [f"{plan.name}: {plan.verdict}" for plan in plans]
    return {
        "Verdict": " ".join(said),
        "Error": f"{len(failed)} failed, the first: {failed[0].detail}" if failed else None,
        "Version": __version__,
        "CycleTime": seen.now,
        "PilotQueues": len(settings.queues),
        "Fleets": len(settings.fleets),
        "VMs": len(pool.workers),
        "Workers": sum(worker.startd is not None for worker in pool.workers),
        "WorkersIdle": phases["idle"],
        "WorkersBusy": phases["busy"],
        "WorkersRetiring": phases["retiring"],
        "Strays": len(pool.strays),
        "Orphans": sum(seen.sweep.orphans.values()) if seen.sweep and seen.sweep.swept else None,
        "SweepTime": seen.sweep.swept or None if seen.sweep else None,
        "SweepAlarm": verdict(seen.sweep) or None if seen.sweep else None,
        "JobsHopeless": sum(one.count for one in seen.hopeless),
        "Hopeless": ". ".join(str(one) for one in seen.hopeless[:TOLD]) or None,
        "ActionsDone": len(outcomes) - len(failed),
        "ActionsFailed": len(failed),
        **_money(None if seen.ledger is None else accounts(settings, seen, pool)),
    }


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
        {**_fleet_ad(plan, pool, seen.now), **_money(books, plan.name), **_orphans(plan, seen.sweep)}
        for plan in plans
    ]  # fmt: skip
    found += [_worker_ad(worker, seen.now) for worker in pool.workers]
    found += [_orphan_ad(startd, seen.now) for startd in pool.strays]
    found += [_stray_ad(stray) for stray in seen.strays]
    return [{**ad, **common, "Name": f"{ad['Name']}@{settings.pool.pool}"} for ad in found]


def _queue_ad(plan: Plan, seen: Snapshot) -> Ad:
    queue = seen.queues.get(plan.name) or QueueSeen(Unknown("PanDA", "it was not asked"))
    known = queue.stats if isinstance(queue.stats, QueueStats) else None
    spec = queue.spec if isinstance(queue.spec, QueueSpec) else None
    pilots = () if isinstance(seen.pilots, Unknown) else seen.pilots
    ours = Counter(pilot.status for pilot in pilots if pilot.queue.upper() == plan.name.upper())
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
        "PilotsIdle": ours[IDLE],
        "PilotsRunning": ours[RUNNING],
        "Order": queue.order.order if queue.order else None,
        "CredentialExpires": queue.expiry.at if queue.expiry else None,
        "Warning": queue.warning or None,
        "Verdict": plan.verdict,
    }


def _fleet_ad(plan: Plan, pool: Pool, now: int) -> Ad:
    workers = pool.of(plan.name)
    phases = Counter(worker.phase for worker in workers)
    phases["orphan"] = sum(startd.fleet.upper() == plan.name.upper() for startd in pool.strays)
    serving = [w.startd for w in workers if w.startd is not None and w.phase in SERVING]
    return {
        "MyType": "ElasticFleet",
        "Name": plan.name,
        "VMs": len(workers),
        **{"VMs" + phase.capitalize(): phases[phase] for phase in PHASES},
        **_times(workers, now),
        "Cpus": sum(startd.whole.cpus for startd in serving),
        "CpusFree": sum(startd.free.cpus for startd in serving),
        "Wanted": plan.wanted,
        "Alarm": plan.alarm or None,
        "Breaker": plan.breaker or None,
        "Verdict": plan.verdict,
    }


def _money(books: Accounts | None, fleet: str = "") -> Ad:
    """Say what a fleet, or all of them, costs: nothing where no price is set, no sum where the history is not known."""
    if books is None:
        return {}
    spent = books.of(fleet) if fleet else books.total
    return {
        "Rate": round(spent.rate, 6),
        "CostToday": None if books.unknown else round(spent.today, 6),
        "CostMonth": None if books.unknown else round(spent.month, 6),
    }
def _times(workers: Sequence[Worker], now: int) -> Ad:
    """Give the mean time from running to joined, of the workers that joined within LATELY, and all workers' hours."""
    booted = [w.vm.joined - w.vm.started for w in workers
              if w.vm.joined and w.vm.started and now - w.vm.joined <= LATELY]  # fmt: skip
    hours = sum(worker.vm.hours(now) for worker in workers)
    return {"BootSeconds": round(sum(booted) / len(booted), 1) if booted else None, "VMHours": round(hours, 2)}


def _worker_ad(worker: Worker, now: int) -> Ad:
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
        "Failure": classify(vm.hold_code, vm.hold_subcode, vm.hold_reason) if worker.phase == "failed" else None,
        "Why": vm.hold_reason or None,
        "Price": vm.price,
        "Drifted": vm.drifted or None,
        "Pinned": vm.pinned or None,
        "Differs": (startd.differs or None) if startd else None,
    }


def _orphans(plan: Plan, sweep: SweepJob | None) -> Ad:
    return {"Orphans": sweep.orphans.get(plan.name, 0)} if sweep and sweep.swept else {}


def _orphan_ad(startd: Startd, now: int) -> Ad:
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


def _stray_ad(stray: Stray) -> Ad:
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


def advertise(found: Iterable[Ad], pool: str, now: int) -> None:
    """Send the ads to the collector and withdraw those of our pool that this cycle did not renew."""
    import classad2
    import htcondor2

    collector = htcondor2.Collector()
    collector.advertise([classad2.ClassAd({k: v for k, v in ad.items() if v is not None}) for ad in found],
                        "UPDATE_AD_GENERIC")  # fmt: skip
    for kind in TYPES:  # the collector keeps a table for each type, and takes an invalidation for one
        gone = classad2.ExprTree(f'ElasticPool == "{pool}" && ElasticCycle < {now}')
        query = classad2.ClassAd({"MyType": "Query", "TargetType": kind, "Requirements": gone})
        collector.advertise([query], "INVALIDATE_ADS_GENERIC")
