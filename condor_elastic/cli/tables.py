"""The tables of status: one line for each pilot queue, fleet and worker."""

from __future__ import annotations

from typing import Any

from condor_elastic.cli.show import Table, cell, lasting, rows
from condor_elastic.decide.words import count

Row = dict[str, Any]
PENDING = ("requested", "starting", "booting")


def told(pool: Row) -> list[tuple[str, str]]:
    """Say the pool in a line, and what is wrong, in lines of their own, each with its style."""
    if pool["cycle"] is None:
        return [("No cycle has told anything: the schedd reads SCHEDD_CRON_ELASTIC_* when it starts.", "red")]
    took = f", took {pool['seconds']} s" if pool["seconds"] is not None else ""
    counts = ", ".join(f"{_known(pool[phase])} {phase}" for phase in ("idle", "busy", "retiring"))
    lines = [(f"{pool['name']}: {_counted(pool['vms'], 'VM')}, {_counted(pool['workers'], 'worker')} ({counts}); "
              f"last cycle {lasting(pool['age'])} ago{took}", "bold")]  # fmt: skip
    if pool["rate"] is not None:
        spent = [f"{cell(pool[key])} {when}" for key, when in (("cost_today", "today"), ("cost_month", "this month"))]
        lines.append((f"money: {cell(pool['rate'])} an hour, {', '.join(spent)}", ""))
    for key, said in (("error", "error"), ("sweep_alarm", "sweep"), ("hopeless", "hopeless")):
        if pool[key]:
            lines.append((f"{said}: {pool[key]}", "red"))
    return lines


def _known(value: int | None) -> str:
    return "?" if value is None else str(value)


def _counted(value: int | None, what: str) -> str:
    return f"? {what}s" if value is None else count(value, what)


def tables(seen: Row) -> list[Table]:
    """Make those that have a row."""
    made = (_queues(seen["queues"]), _fleets(seen["fleets"]), _workers(seen["workers"]))
    return [table for table in made if table.rows]


def _queues(queues: list[Row]) -> Table:
    titles = ("QUEUE", "STATUS", ">ACTIVATED", ">IDLE", ">RUNNING", "ORDER", "VERDICT")
    keys = ("name", "status", "activated", "pilots_idle", "pilots_running", "order", "verdict")
    return Table(titles, rows(queues, keys))


def _fleets(fleets: list[Row]) -> Table:
    titles = (
        "FLEET", ">VMS", ">COMING", ">IDLE", ">BUSY", ">RETIRING", ">FAILED", ">WANTED", ">RATE/H", ">TODAY", "VERDICT",
    )  # fmt: skip
    keys = ("name", "vms", "coming", "idle", "busy", "retiring", "failed", "wanted", "rate", "cost_today", "said")
    more = [{**fleet, "coming": _coming(fleet), "said": _said(fleet)} for fleet in fleets]
    return Table(titles, rows(more, keys))


def _coming(fleet: Row) -> int | None:
    return None if fleet["requested"] is None else sum(fleet[phase] for phase in PENDING)


def _said(fleet: Row) -> str:
    return f"ALARM: {fleet['alarm']}. {fleet['verdict']}" if fleet["alarm"] else str(fleet["verdict"])


def _workers(workers: list[Row]) -> Table:
    titles = ("WORKER", "FLEET", "VM JOB", "PHASE", ">FOR", ">JOBS", ">FREE CPUS", "REMARK")
    keys = ("vm", "fleet", "vm_job", "phase", "for", "jobs", "cpus_free", "remark")
    more = [{**worker, "for": lasting(worker["age"]), "remark": _remark(worker)} for worker in workers]
    return Table(titles, rows(more, keys))


def _remark(worker: Row) -> str:
    said = ["pinned" if worker["pinned"] else "", "retired by hand" if worker["retire_asked"] else "",
            "drifted" if worker["drifted"] else "", worker["differs"] or "", worker["why"] or ""]  # fmt: skip
    return ", ".join(text for text in said if text)
