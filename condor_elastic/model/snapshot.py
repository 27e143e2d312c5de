"""One look at everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from condor_elastic.model.demand import Hopeless, JobGroup, PilotJob, Unknown
from condor_elastic.model.panda import Expiry, QueueSpec, QueueStats, ResourceType
from condor_elastic.model.supply import SiteRoom, Startd, VmJob


@dataclass(frozen=True)
class Snapshot:
    """One look at everything; what could not be seen is Unknown.

    queues, before (what each said the time before), specs, types and expiries are by the name of the pilot queue.
    silent names the sources of demand that did not answer, beside those that did: nothing may be called unneeded.
    """

    now: int
    queues: Mapping[str, QueueStats | Unknown] = field(default_factory=dict)
    before: Mapping[str, QueueStats] = field(default_factory=dict)
    specs: Mapping[str, QueueSpec | Unknown] = field(default_factory=dict)
    types: Mapping[str, tuple[ResourceType, ...]] = field(default_factory=dict)
    expiries: Mapping[str, Expiry] = field(default_factory=dict)
    idle: tuple[JobGroup, ...] | Unknown = ()
    silent: tuple[Unknown, ...] = ()
    hopeless: tuple[Hopeless, ...] = ()
    site: tuple[SiteRoom, ...] = ()
    pilots: tuple[PilotJob, ...] | Unknown = ()
    vms: tuple[VmJob, ...] | Unknown = ()
    startds: tuple[Startd, ...] | Unknown = ()
