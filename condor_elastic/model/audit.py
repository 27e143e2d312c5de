"""What a sweep sees of clouds and queue, and what it does: instances without a VM job, VM jobs without an instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

from condor_elastic.model.clouds import Account, Tagged
from condor_elastic.model.demand import Unknown
from condor_elastic.model.parts import CountPart, DeletePart, MarkPart, Part
from condor_elastic.model.supply import Startd


@dataclass(frozen=True)
class AuditedJob:
    """A VM job as a sweep looks at it; missing counts the sweeps in a row in which its instance was not there.

    audited is when its instance was last found gone, after the job was held (seconds since 1970).
    """

    id: str
    vm: str
    fleet: str
    account: Account
    status: int
    since: int
    instance: str = ""
    hold_code: int | None = None
    hold_reason: str = ""
    missing: int = 0
    audited: int = 0


@dataclass(frozen=True)
class Census:
    """All that a sweep has seen; joined are the ElasticVM of the startds in the pool, parts ports and volumes."""

    now: int
    instances: Mapping[Account, tuple[Tagged, ...] | Unknown] = field(default_factory=dict)
    jobs: tuple[AuditedJob, ...] = ()
    joined: frozenset[str] | Unknown = frozenset()
    parts: Mapping[Account, tuple[Part, ...] | Unknown] = field(default_factory=dict)


@dataclass(frozen=True)
class CountOrphan:
    """Write on an instance in how many sweeps in a row nothing had a use for it."""

    account: Account
    instance: Tagged
    sweeps: int
    why: str = ""

    def __str__(self) -> str:
        """Say it in one clause."""
        name = f"{self.instance.id} ({self.instance.vm})"
        return f"{name}: {self.why}, in sweep {self.sweeps}" if self.sweeps else f"{name}: has its VM job again"


@dataclass(frozen=True)
class EndInstance:
    """Terminate an instance."""

    account: Account
    instance: Tagged
    why: str

    def __str__(self) -> str:
        """Say it in one clause."""
        return f"{self.instance.id} ({self.instance.vm}): terminated, because {self.why}"


@dataclass(frozen=True)
class CountMissing:
    """Write into a VM job's ad in how many sweeps in a row its instance was not there."""

    job: AuditedJob
    sweeps: int

    def __str__(self) -> str:
        """Say it in one clause."""
        if not self.sweeps:
            return f"VM job {self.job.id}: its instance {self.job.instance} is there again"
        return f"VM job {self.job.id}: its instance {self.job.instance} is not there, in sweep {self.sweeps}"


@dataclass(frozen=True)
class RemoveMissing:
    """Remove a VM job whose instance is gone."""

    job: AuditedJob
    why: str

    def __str__(self) -> str:
        """Say it in one clause."""
        return f"VM job {self.job.id} ({self.job.vm}): removed, because {self.why}"


@dataclass(frozen=True)
class NoteAudited:
    """Write into a held VM job's ad that no instance of it is left, so that the job may go."""

    job: AuditedJob
    why: str

    def __str__(self) -> str:
        """Say it in one clause."""
        return f"VM job {self.job.id} ({self.job.vm}): may go, because {self.why}"


@dataclass(frozen=True)
class Sighting:
    """What is known of a startd without a VM job: last heard of, without one since (seconds since 1970), cycles."""

    heard: int
    since: int = 0
    cycles: int = 0


@dataclass(frozen=True)
class Stray:
    """A startd of ours whose VM has no job; since and heard in seconds since 1970, cycles in a row that saw it so."""

    startd: Startd
    since: int
    cycles: int
    heard: int


SweepAction = Union[CountOrphan, EndInstance, CountMissing, RemoveMissing, NoteAudited, CountPart, DeletePart]


@dataclass(frozen=True)
class Audit:
    """What a sweep does; orphans counts, by fleet, the instances that nothing has a use for; alarms are for people.

    marks is what goes without saying: each new server has a port.
    """

    actions: tuple[SweepAction, ...] = ()
    orphans: Mapping[str, int] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()
    marks: tuple[MarkPart, ...] = ()


@dataclass(frozen=True)
class SweepJob:
    """A sweep as its job's ad tells of it; swept is when it looked (seconds since 1970), 0 while it has not.

    exit is the status it ended with; told is whether the log has what it said.
    """

    id: str
    status: int
    since: int
    swept: int = 0
    orphans: Mapping[str, int] = field(default_factory=dict)
    alarm: str = ""
    said: tuple[str, ...] = ()
    exit: int | None = None
    told: bool = False
