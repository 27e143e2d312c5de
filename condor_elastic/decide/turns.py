"""The fleets' turns of a cycle, one after the other, with what each saw when it was its turn.

plan.py takes the plans; an explanation takes the rest as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from condor_elastic.decide.brake import Halt, brake, faulty, known_idle, silence
from condor_elastic.decide.breaker import unlike
from condor_elastic.decide.doubt import doubt
from condor_elastic.decide.fleets import plan_fleet, reclaim
from condor_elastic.decide.money import accounts, purse
from condor_elastic.decide.policies import Evaluate, View, cannot
from condor_elastic.decide.prices import verdict
from condor_elastic.decide.rooms import Demand, place_on_supply
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import Settings
from condor_elastic.model import JobGroup, Plan, Pool, Snapshot, SubmitVms, Unknown, Unretire, Worker


@dataclass(frozen=True)
class Turn:
    """One fleet's turn: the demand before and after it, what its policies saw, what held it, and what it decided."""

    knobs: FleetKnobs
    workers: tuple[Worker, ...]
    seen: View
    halt: Halt
    demand: Demand
    after: tuple[JobGroup, ...]
    plan: Plan
    now: int

    @property
    def before(self) -> tuple[JobGroup, ...]:
        """Give the jobs without room before its turn."""
        return self.demand.rest

    @property
    def view(self) -> View:
        """Give what its policies saw, with the jobs and what was wanted."""
        back = sum(isinstance(action, Unretire) for action in self.plan.actions)
        jobs = sum(group.count for group in self.before if self.knobs.name in group.fleets)
        running, retiring = self.seen.running + back, self.seen.retiring - back
        return replace(self.seen, jobs=jobs, ready=self.plan.wanted, running=running, retiring=retiring)

    @property
    def useless(self) -> tuple[Worker, ...]:
        """Give its empty workers on which no waiting job can run, if any VM is wanted."""
        wanted = self.plan.wanted
        return tuple(unlike(self.knobs, self.workers, self.demand.used, self.before, self.now)) if wanted else ()

    @property
    def launches(self) -> int:
        """Give how many VMs it launches."""
        return sum(action.count for action in self.plan.actions if isinstance(action, SubmitVms))


@dataclass(frozen=True)
class Walk:
    """All turns, in the fleets' order; none where something that all need is unknown.

    used are the workers (ElasticVM) that idle jobs will take, rest the jobs left when all that serves or comes is
    taken; hold is why nothing may be given back, unseen names the workers that must be there and are not seen.
    """

    turns: tuple[Turn, ...] = ()
    unknown: Unknown | None = None
    used: frozenset[str] = frozenset()
    rest: tuple[JobGroup, ...] = ()
    hold: str = ""
    unseen: frozenset[str] = frozenset()

    def of(self, fleet: str) -> Turn | None:
        """Give the turn of a fleet."""
        return next((turn for turn in self.turns if turn.knobs.name.upper() == fleet.upper()), None)


def walk(settings: Settings, seen: Snapshot, pool: Pool, evaluate: Evaluate = cannot) -> Walk:
    """Let all fleets have their turn."""
    fleets, silent = in_order(settings), silence(settings.pool, seen)
    seen = known_idle(seen, silent)
    for source in (seen.vms, seen.startds, seen.idle):
        if isinstance(source, Unknown):
            return Walk(unknown=source)
    idle: tuple[JobGroup, ...] = () if isinstance(seen.idle, Unknown) else seen.idle
    doubtful = doubt(seen, pool.workers, settings.pool.stale)
    placed = place_on_supply(fleets, pool.workers, idle, seen.site, seen.now, doubtful.unseen)
    # Jobs that a silent PanDA server holds back, or a silent schedd has, are not seen here: no worker may be called
    # unneeded.
    demand = replace(placed, hold=doubtful.why or silent.hold)
    # Whatever fleet it is of, a worker that is taken back is there at once: before any fleet launches.
    books, reclaimed = accounts(settings, seen, pool), []
    for knobs in fleets:
        left = purse(settings, knobs, books, pool.workers)
        fleet, demand = reclaim(knobs, pool.of(knobs.name), demand, seen.now, evaluate, left)
        reclaimed.append(fleet)
    turns = []
    for fleet in reclaimed:
        view = replace(fleet.view, purse=purse(settings, fleet.knobs, books, pool.workers))
        halt = replace(brake(settings.pool, fleet.knobs, fleet.workers, seen.now), empty=silent.empty)
        halt = faulty(halt, seen.faults.get(fleet.knobs.name, ""))
        decided, after = plan_fleet(replace(fleet, view=view, halt=halt), demand, seen.now)
        decided = replace(decided, verdict=decided.verdict + verdict(seen.prices.get(fleet.knobs.name)))
        turn = Turn(fleet.knobs, fleet.workers, view, halt, demand, after.rest, decided, seen.now)
        books, demand = books.launched(fleet.knobs, turn.launches), after
        turns.append(turn)
    return Walk(tuple(turns), None, placed.used, placed.rest, demand.hold, doubtful.unseen)


def in_order(settings: Settings) -> tuple[FleetKnobs, ...]:
    """Give the fleets, the preferred first, as ELASTIC_FLEET_ORDER says; those that are equal as they are listed."""
    if settings.pool.fleet_order == "Price":
        return tuple(sorted(settings.fleets, key=lambda fleet: fleet.price / fleet.template.cpus))
    return settings.fleets
