"""The job table of the stand-in; states as in panda-server's tables jobsDefined4, jobsActive4 and jobsArchived4."""
from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEFINED = ("pending", "defined", "assigned")
ACTIVE = ("activated", "sent", "starting", "running", "holding", "transferring", "merging")
ARCHIVED = ("finished", "failed", "cancelled", "closed")
STATES = DEFINED + ACTIVE + ARCHIVED
FIRST_ID = 6000000001
SENT_WINDOW = 60.0  # seconds; getJobs counts the jobs sent in the last minute as nSent

Number = Union[int, Decimal]
Counts = dict[str, Number]


@dataclass(frozen=True)
class Job:
    """One job row."""

    panda_id: int
    queue: str
    resource_type: str
    status: str
    seconds: float
    core_count: int
    created: float
    modified: float
    sent: float | None = None
    started: float | None = None
    ended: float | None = None
    node: str = ""


class JobTable:
    """Job rows that several pilots change at once."""

    def __init__(
        self, clock: Callable[[], float] = time.time, record: Callable[[Job], None] = lambda _job: None
    ) -> None:
        self._clock = clock
        self._record = record
        self._lock = threading.Lock()
        self._jobs: dict[int, Job] = {}

    def rows(self) -> list[Job]:
        """All rows, oldest first."""
        with self._lock:
            return list(self._jobs.values())

    def restore(self, jobs: Iterable[Job]) -> None:
        """Takes rows of an earlier run back in, without recording them again."""
        with self._lock:
            self._jobs.update((job.panda_id, job) for job in jobs)

    def add(
        self, queue: str, resource_type: str = "SCORE", count: int = 1, *, seconds: float = 1.0, core_count: int = 1,
        status: str = "activated",
    ) -> list[Job]:
        """New rows, all alike."""
        with self._lock:
            now = self._clock()
            first = max(self._jobs, default=FIRST_ID - 1) + 1
            return [self._put(Job(panda_id, queue, resource_type, status, seconds, core_count, now, now))
                    for panda_id in range(first, first + count)]

    def acquire(
        self, queue: str, resource_type: str | None = None, count: int = 1, node: str = ""
    ) -> tuple[list[Job], int]:
        """Hands out activated jobs, lowest id first as getJobs does, and tells how many the queue was sent lately."""
        with self._lock:
            now = self._clock()
            mine = [job for job in self._jobs.values() if job.queue == queue]
            ready = [job for job in mine if job.status == "activated" and resource_type in (None, job.resource_type)]
            before = sum(1 for job in mine if job.status == "sent" and job.modified > now - SENT_WINDOW)
            taken = [replace(job, status="sent", modified=now, sent=now, node=node) for job in ready[:max(0, count)]]
            return [self._put(job) for job in taken], before + len(taken)

    def update(self, panda_id: int, status: str) -> str:
        """Moves a job to the state its pilot reports; answers the command to the pilot as updateJobStatus does."""
        with self._lock:
            job = self._jobs.get(panda_id)
            if job is None or job.status not in ACTIVE:
                return "tobekilled"  # the real one looks in jobsActive4 only
            if _may_change(job.status, status):
                self._put(_moved(job, status, self._clock()))
            return "NULL"

    def _put(self, job: Job) -> Job:
        # Recorded under the lock: the order of the records is the order of the changes.
        self._jobs[job.panda_id] = job
        self._record(job)
        return job


def _may_change(old: str, new: str) -> bool:
    """The steps that updateJobStatus ignores: out of merging, back from post-processing, running back to starting."""
    if old == "merging" or (old, new) == ("running", "starting"):
        return False
    return not (old in ("holding", "transferring") and new in ("starting", "running"))


def _moved(job: Job, status: str, now: float) -> Job:
    started = now if status == "running" and job.started is None else job.started
    ended = now if status in ARCHIVED else job.ended
    return replace(job, status=status, modified=now, started=started, ended=ended)


def tally(rows: Iterable[Job]) -> dict[str, int]:
    """Jobs per state."""
    found: dict[str, int] = {}
    for job in rows:
        found[job.status] = found.get(job.status, 0) + 1
    return found
