"""The pool at one glance, from the ads that the last cycle has published; needs no right but READ."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from condor_elastic.knobs.near import near
from condor_elastic.model import Phase
from condor_elastic.observe.values import values_of

Row = dict[str, Any]
PHASES: tuple[str, ...] = get_args(Phase)
POOL = {
    "version": "Version", "cycle": "CycleTime", "seconds": "CycleSeconds", "error": "Error", "vms": "VMs",
    "workers": "Workers", "idle": "WorkersIdle", "busy": "WorkersBusy", "retiring": "WorkersRetiring",
    "strays": "Strays", "orphans": "Orphans", "sweep_alarm": "SweepAlarm", "jobs_hopeless": "JobsHopeless",
    "hopeless": "Hopeless", "rate": "Rate", "cost_today": "CostToday", "cost_month": "CostMonth",
    "verdict": "Verdict",
}  # fmt: skip
QUEUE = {
    "status": "Status", "activated": "Activated", "panda_running": "PandaRunning", "pilots_idle": "PilotsIdle",
    "pilots_running": "PilotsRunning", "order": "Order", "warning": "Warning",
    "credential_expires": "CredentialExpires", "verdict": "Verdict",
}  # fmt: skip
FLEET = {
    "vms": "VMs", **{phase: "VMs" + phase.capitalize() for phase in PHASES}, "cpus": "Cpus", "cpus_free": "CpusFree",
    "wanted": "Wanted", "price": "Price", "price_from": "PriceFrom", "rate": "Rate", "cost_today": "CostToday",
    "cost_month": "CostMonth", "vm_hours": "VMHours", "boot_seconds": "BootSeconds", "orphans": "Orphans",
    "breaker": "Breaker", "alarm": "Alarm", "verdict": "Verdict",
}  # fmt: skip
WORKER = {
    "vm": "ElasticVM", "fleet": "ElasticFleet", "vm_job": "VMJob", "instance": "Instance", "startd": "StartdName",
    "phase": "Phase", "jobs": "Jobs", "cpus_free": "CpusFree", "since": "Since", "price": "Price",
    "pinned": "Pinned", "retire_asked": "RetireAsked", "drifted": "Drifted", "differs": "Differs",
    "failure": "Failure", "why": "Why",
}  # fmt: skip
KINDS = {
    "queues": ("ElasticPilotQueue", QUEUE), "fleets": ("ElasticFleet", FLEET), "workers": ("ElasticWorker", WORKER),
}  # fmt: skip


def read_status(fleet: str = "") -> dict[str, Any]:
    """Ask the collector; of one fleet, if it is named.  Raises LookupError for a fleet that no cycle has told of."""
    import htcondor2

    collector, kind = htcondor2.Collector(), htcondor2.AdTypes
    pool = str(htcondor2.param.get("ELASTIC_POOL") or "")
    ours = f'ElasticPool =?= "{pool}"' if pool else "ElasticPool isnt undefined"
    types = " || ".join(f'MyType == "{name}"' for name, _ in KINDS.values())
    ads = [values_of(ad) for ad in collector.query(kind.Any, f"{ours} && ({types})")]
    schedds = [values_of(ad) for ad in collector.query(kind.Schedd, "ElasticCycleTime isnt undefined")]
    here = str(htcondor2.param.get("FULL_HOSTNAME") or "").lower()
    schedd = next((ad for ad in schedds if str(ad.get("Machine", "")).lower() == here), {})
    return only(status(ads, schedd, pool, int(time.time())), fleet)


def status(ads: Iterable[Mapping[str, Any]], schedd: Mapping[str, Any], pool: str, now: int) -> dict[str, Any]:
    """Make the tables: pool, queues, fleets, workers; what no ad says is None."""
    ads = list(ads)
    made: dict[str, Any] = {name: [_row(ad, names, pool) for ad in ads if ad.get("MyType") == kind]
                            for name, (kind, names) in KINDS.items()}  # fmt: skip
    for worker in made["workers"]:
        worker["age"] = None if worker["since"] is None else max(0, now - worker["since"])
    made["workers"].sort(key=lambda row: (str(row["fleet"]), PHASES.index(row["phase"]), str(row["vm"])))
    newest = max((ad["ElasticCycle"] for ad in ads if type(ad.get("ElasticCycle")) is int), default=0)
    return {"pool": _pool(schedd, made, pool, newest, now), **made}


def only(seen: dict[str, Any], fleet: str) -> dict[str, Any]:
    """Keep one fleet and its workers; raises LookupError with the names that are like it."""
    if not fleet:
        return seen
    names = [str(row["name"]) for row in seen["fleets"]]
    if fleet.lower() not in [name.lower() for name in names]:
        told = near(fleet, names) or f", only of {', '.join(names) or 'none'}"
        raise LookupError(f"no cycle has told of a fleet {fleet}{told}")
    kept = {"fleets": [row for row in seen["fleets"] if str(row["name"]).lower() == fleet.lower()],
            "workers": [row for row in seen["workers"] if str(row["fleet"]).lower() == fleet.lower()]}  # fmt: skip
    return {**seen, "queues": [], **kept}


def _row(ad: Mapping[str, Any], names: Mapping[str, str], pool: str) -> Row:
    name = str(ad.get("Name", "")).removesuffix(f"@{pool}") if pool else str(ad.get("Name", ""))
    row = {key: ad.get(attribute) for key, attribute in names.items()}
    return row if names is WORKER else {"name": name, **row}


def _pool(schedd: Mapping[str, Any], made: Mapping[str, list[Row]], pool: str, newest: int, now: int) -> Row:
    """Say what the schedd's ad says; where that is older than the cycle's own ads, add up what those say."""
    row = {key: schedd.get("Elastic" + attribute) for key, attribute in POOL.items()}
    if newest > (row["cycle"] or 0):
        phases = [worker["phase"] for worker in made["workers"]]
        row.update(dict.fromkeys(row), cycle=newest, vms=len(phases) - phases.count("orphan"),
                   workers=sum(worker["startd"] is not None for worker in made["workers"]),
                   **{phase: phases.count(phase) for phase in ("idle", "busy", "retiring")},
                   **{key: _sum(made["fleets"], key) for key in ("rate", "cost_today", "cost_month")})  # fmt: skip
    row["age"] = now - row["cycle"] if row["cycle"] else None
    return {"name": pool, **row}


def _sum(fleets: Iterable[Row], key: str) -> float | None:
    known = [row[key] for row in fleets if row[key] is not None]
    return round(sum(known), 6) if known else None
