"""Orphans: instances that no VM job has a use for, VM jobs whose instance is gone, what a server left behind.

Three sweeps in a row must agree, as EC2's lists are late at times (plugin-for-slurm 16; AWS ParallelCluster asks for
three misses as well); and more than ELASTIC_SWEEP_MAX at once are not believed: then it is rather the queue, or the
cloud's list, that is not what it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from condor_elastic.decide.failures import LOST, classify
from condor_elastic.decide.leftovers import SWEEPS, back_in_use, leftovers, steps, unmarked
from condor_elastic.decide.words import count
from condor_elastic.knobs.table import PREFIX, GlobalKnobs
from condor_elastic.model import (
    HELD,
    POOL_TAG,
    RUNNING,
    Account,
    Audit,
    AuditedJob,
    Census,
    CountMissing,
    CountOrphan,
    EndInstance,
    NoteAudited,
    RemoveMissing,
    SweepAction,
    Tagged,
    Unknown,
)

RELEASED = "Failed to start GAHP"
"""HoldReason of VM jobs that are let go again while their VM runs (act/vm_text.py)."""
Found = tuple[Account, Tagged]


def audit(pool: GlobalKnobs, graces: Mapping[str, int], seen: Census) -> Audit:
    """Decide what becomes of instances and VM jobs that have no counterpart, and of what belonged to them.

    graces is, by fleet, for how many seconds a launch may be under way; ELASTIC_SWEEP_MIN_AGE holds for all.
    """
    limits = _Limits(pool, graces, seen.now)
    jobs = {job.vm: job for job in seen.jobs}
    ours = _ours(pool.pool, seen)
    useless = [(place, one, why) for place, one in ours if (why := limits.useless(one, jobs.get(one.vm)))]
    alarms = [f"{unknown} for {account.url}: nothing is swept there"
              for account, unknown in seen.instances.items() if isinstance(unknown, Unknown)]  # fmt: skip
    actions: list[SweepAction] = []
    if len(useless) > pool.sweep_max:
        alarms.append(_too_many(len(useless), "instance", "no VM job has a use for", pool.sweep_max))
    else:
        actions += [_next(place, one, why, jobs.get(one.vm)) for place, one, why in useless]
    named = {one.id for _, one, _ in useless}
    actions += [CountOrphan(place, one, 0) for place, one in ours if one.counted and one.id not in named]
    actions += _lost(seen)
    gone = [job for job in seen.jobs if limits.is_missing(job, seen, ours)]
    if len(gone) > pool.sweep_max:
        alarms.append(_too_many(len(gone), "VM job", "have no instance", pool.sweep_max))
    else:
        actions += [_missed(job) for job in gone]
    ids = {job.id for job in gone}
    actions += [CountMissing(job, 0) for job in seen.jobs if job.missing and job.id not in ids]
    actions += _left_behind(pool, limits, seen, alarms)
    orphans = Counter(one.fleet for _, one, _ in useless)
    return Audit(tuple(actions), orphans, tuple(alarms), tuple(unmarked(pool.pool, seen)))


def _left_behind(pool: GlobalKnobs, limits: _Limits, seen: Census, alarms: list[str]) -> list[SweepAction]:
    alarms += [f"{unknown} for {account.url}: none of them is swept there"
               for account, unknown in seen.parts.items()
               if isinstance(unknown, Unknown) and not isinstance(seen.instances.get(account), Unknown)]  # fmt: skip
    left = leftovers(pool.pool, limits.is_young, seen)
    again = back_in_use(pool.pool, left, seen)
    if len(left) <= pool.sweep_max:
        return [*steps(left), *again]
    alarms.append(_too_many(len(left), "leftover", "belonged to a server that is gone", pool.sweep_max))
    return again


class _Limits:
    """What is old enough to be judged."""

    def __init__(self, pool: GlobalKnobs, graces: Mapping[str, int], now: int) -> None:
        self._least = pool.sweep_min_age
        self._graces = {fleet.upper(): seconds for fleet, seconds in graces.items()}
        self._now = now

    def is_young(self, fleet: str, since: int) -> bool:
        """Tell whether something of a fleet, made then, may still be under way."""
        return self._now - since < max(self._least, self._graces.get(fleet.upper(), 0))

    def useless(self, one: Tagged, job: AuditedJob | None) -> str:
        """Say why nothing has a use for an instance; empty when something has, or may have."""
        if job is None:
            return "" if self.is_young(one.fleet, one.created) else "no VM job has its ElasticVM"
        if _is_lost(job):
            return f"VM job {job.id} is held, and the gridmanager could not end it"
        if job.status != HELD or job.hold_reason == RELEASED or self.is_young(job.fleet, job.since):
            return ""
        return f"VM job {job.id} is held"

    def is_missing(self, job: AuditedJob, seen: Census, ours: Iterable[Found]) -> bool:
        """Tell whether a running VM job has neither an instance nor a startd, and is no newcomer."""
        listed = seen.instances.get(job.account)
        if job.status != RUNNING or not job.instance or not isinstance(listed, tuple):
            return False
        if isinstance(seen.joined, Unknown) or job.vm in seen.joined or self.is_young(job.fleet, job.since):
            return False
        return job.instance not in {one.id for one in listed} and job.vm not in {one.vm for _, one in ours}


def _ours(pool: str, seen: Census) -> list[Found]:
    """List, each once, the instances with our pool's mark and an id that we made."""
    found: dict[str, Found] = {}
    for account, listed in seen.instances.items():
        if not isinstance(listed, Unknown):
            found.update((one.id, (account, one)) for one in listed if one.tags.get(POOL_TAG) == pool and one.vm)
    return list(found.values())


def _is_lost(job: AuditedJob) -> bool:
    return job.status == HELD and classify(job.hold_code, None, job.hold_reason) == LOST


def _next(account: Account, one: Tagged, why: str, job: AuditedJob | None) -> SweepAction:
    # Of a lost one the gridmanager has asked for the end three times.
    if one.counted + 1 >= SWEEPS or (job is not None and _is_lost(job)):
        return EndInstance(account, one, why)
    return CountOrphan(account, one, one.counted + 1, why)


def _lost(seen: Census) -> list[SweepAction]:
    """Let go the lost VM jobs of which no instance is left, and those whose cloud shows no tags."""
    listed = [one for found in seen.instances.values() if not isinstance(found, Unknown) for one in found]
    alive = {name for one in listed for name in (one.vm, one.id)}
    made: list[SweepAction] = []
    for job in seen.jobs:
        if not _is_lost(job) or job.audited >= job.since or {job.vm, job.instance} & alive:
            continue
        if job.account not in seen.instances:
            made.append(NoteAudited(job, f"{job.account.url} cannot be swept: look there for {job.instance or job.vm}"))
        elif not isinstance(seen.instances[job.account], Unknown):
            made.append(NoteAudited(job, "no instance of it is left"))
    return made


def _missed(job: AuditedJob) -> SweepAction:
    if job.missing + 1 < SWEEPS:
        return CountMissing(job, job.missing + 1)
    return RemoveMissing(job, f"its instance {job.instance} was not there in {SWEEPS} sweeps, and no startd is")


def _too_many(n: int, noun: str, what: str, most: int) -> str:
    return (f"Sweeping none of {count(n, noun)} that {what}, because {PREFIX}SWEEP_MAX={most}: "
            "is the queue, or the cloud's list, what it was?")  # fmt: skip
