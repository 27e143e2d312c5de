"""One look at everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from condor_elastic.model.audit import Stray, SweepJob
from condor_elastic.model.demand import Hopeless, JobGroup, PilotJob, Unknown
from condor_elastic.model.money import Ledger
from condor_elastic.model.panda import WAITING, EndedPilot, Expiry, Order, QueueSpec, QueueStats, ResourceType
from condor_elastic.model.prices import Price
from condor_elastic.model.supply import SiteRoom, Startd, VmJob


@dataclass(frozen=True)
class QueueSeen:
    """All that was seen of one pilot queue in PanDA; ended is nothing where nobody asked for it.

    before is what the server said the time before; types are empty where the server's table could not be had; spec is
    None where the queue's data are not to be read.  warning is for people.
    """

    stats: QueueStats | Unknown
    before: QueueStats | None = None
    spec: QueueSpec | Unknown | None = None
    types: tuple[ResourceType, ...] = ()
    expiry: Expiry | None = None
    ended: tuple[EndedPilot, ...] | Unknown = ()
    order: Order | None = None
    warning: str = ""

    def unknown(self) -> Unknown | None:
        """Give what could not be seen, if anything that a decision needs."""
        return next((one for one in (self.stats, self.spec, self.ended) if isinstance(one, Unknown)), None)

    def hides_demand(self) -> Unknown | None:
        """Give what could not be seen, if jobs may wait for pilots because of it."""
        none = isinstance(self.stats, QueueStats) and not self.stats.count(WAITING)
        return None if none else self.unknown()


@dataclass(frozen=True)
class Freshness:
    """How old the sources are, in seconds since the epoch; None where it is not known.

    collector is when it started, and interval how often a startd reports to it (seconds); negotiated is when the last
    negotiation ended.  silent says for each source of demand that is silent since when it is.
    """

    collector: int | None = None
    interval: int = 300
    negotiated: int | None = None
    silent: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """One look at everything; what could not be seen is Unknown.

    queues are by the name of the pilot queue.  silent names the sources of demand that did not answer, beside those
    that did: nothing may be called unneeded.  ledger is None where no price is set; fresh where nobody looked; sweep is
    the last that has ended.  prices are those of the fleets with PRICE = Spot, by name; faults says for a fleet why no
    VM of it can be made.
    """

    now: int
    queues: Mapping[str, QueueSeen] = field(default_factory=dict)
    idle: tuple[JobGroup, ...] | Unknown = ()
    silent: tuple[Unknown, ...] = ()
    hopeless: tuple[Hopeless, ...] = ()
    site: tuple[SiteRoom, ...] = ()
    pilots: tuple[PilotJob, ...] | Unknown = ()
    vms: tuple[VmJob, ...] | Unknown = ()
    startds: tuple[Startd, ...] | Unknown = ()
    ledger: Ledger | Unknown | None = None
    fresh: Freshness | None = None
    sweep: SweepJob | None = None
    strays: tuple[Stray, ...] = ()
    prices: Mapping[str, Price] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
