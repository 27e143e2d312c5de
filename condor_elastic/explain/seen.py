"""What was seen for an explanation, beside what a cycle sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from condor_elastic.decide.turns import Walk
from condor_elastic.explain.answer import Reason
from condor_elastic.knobs import Settings
from condor_elastic.model import Pool, Shape, Snapshot


@dataclass(frozen=True)
class LastCycle:
    """The last cycle as it stands in ads; when is None where none is known.  verdicts are those of queues and fleets.

    error is what failed in it.
    """

    when: int | None = None
    error: str = ""
    verdicts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sight:
    """What a cycle would see now, what it would think, and what the last one said; who is the user that looks."""

    settings: Settings
    seen: Snapshot
    pool: Pool
    walk: Walk
    last: LastCycle = LastCycle()
    who: str = ""


@dataclass(frozen=True)
class JobSeen:
    """One job of a schedd; since is when it entered its status (seconds since the epoch).

    host is where it runs; pilot the pilot queue it is of, and type its
    resource type there; negotiated what the negotiator said last.  others counts the procs of its cluster by status.
    not_counted are what keeps it from being demand.  refusals say for each fleet why it can never run there; slots
    counts the site's own free slots that it could run on, rooms names the workers (ElasticVM) with room for it.
    """

    id: str
    status: int
    since: int = 0
    owner: str = ""
    shape: Shape = Shape(1, 0)
    seconds: int = 0
    hold: str = ""
    host: str = ""
    pilot: str = ""
    type: str = ""
    negotiated: str = ""
    others: Mapping[int, int] = field(default_factory=dict)
    not_counted: tuple[Reason, ...] = ()
    refusals: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    slots: int = 0
    rooms: tuple[str, ...] = ()
