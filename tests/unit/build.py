"""Builders of model objects with overrides, so that a test shows only what it is about."""

from __future__ import annotations

from typing import Any

from condor_elastic.knobs import FleetKnobs, GlobalKnobs, QueueKnobs, Settings
from condor_elastic.model import (
    IDLE,
    RUNNING,
    JobGroup,
    Pool,
    QueueSeen,
    QueueStats,
    Shape,
    Snapshot,
    Startd,
    VmJob,
    Worker,
)

NOW = 1_000_000


def fleet(name: str = "cloud", **changes: Any) -> FleetKnobs:
    values = {"template": Shape(8, 16000), "max_vms": 100, "submit": "x = y", **changes}
    return FleetKnobs(name=name, **values)


def queue(name: str = "BNL", **changes: Any) -> QueueKnobs:
    return QueueKnobs(name=name, **{"panda_url": "http://127.0.0.1:1", "submit": "executable = /bin/true", **changes})


def settings(*fleets: FleetKnobs, queues: tuple[QueueKnobs, ...] = ()) -> Settings:
    pool = GlobalKnobs(pool="test", trust_domain="test", collector="cm")
    return Settings(pool, queues, fleets)


def stats(activated: int = 0, running: int = 0, kind: str = "SCORE", **others: int) -> QueueStats:
    """Jobs of one resource type; others are the activated of further types."""
    more = {name: {"activated": number} for name, number in others.items()}
    return QueueStats({kind: {"activated": activated, "running": running}, **more})


def queue_seen(activated: int = 0, running: int = 0, **changes: Any) -> QueueSeen:
    return QueueSeen(**{"stats": stats(activated, running), **changes})


def jobs(count: int, cpus: int = 1, memory: int = 1000, fleets: tuple[str, ...] = ("cloud",)) -> JobGroup:
    return JobGroup(Shape(cpus, memory), count, frozenset(fleets))


def vm(name: str, status: int = RUNNING, **changes: Any) -> VmJob:
    values = {"id": "1.0", "fleet": "cloud", "since": NOW - 5000, "instance": "i-1", "joined": NOW - 4000, **changes}
    return VmJob(vm=name, status=status, **values)


def startd(name: str, used: int = 0, since: int = NOW - 1000, *, retiring: bool = False, cpus: int = 8) -> Startd:
    whole = Shape(cpus, cpus * 2000)
    free = Shape(cpus - used, (cpus - used) * 2000)
    return Startd(name, name, "cloud", whole, free, used, since, retiring)


def idle(name: str, since: int = NOW - 1000, **changes: Any) -> Worker:
    return Worker(vm(name, **changes), startd(name, since=since))


def busy(name: str, used: int = 8, since: int = NOW - 1000) -> Worker:
    return Worker(vm(name), startd(name, used, since))


def retiring(name: str, used: int = 1) -> Worker:
    return Worker(vm(name), startd(name, used, retiring=True))


def booting(name: str) -> Worker:
    return Worker(vm(name, joined=None))


def requested(name: str, since: int = NOW - 10) -> Worker:
    return Worker(vm(name, IDLE, instance="", joined=None, since=since))


def seen(*groups: JobGroup, **changes: Any) -> Snapshot:
    return Snapshot(**{"now": NOW, "idle": groups, **changes})


def pool(*workers: Worker) -> Pool:
    return Pool(workers)
