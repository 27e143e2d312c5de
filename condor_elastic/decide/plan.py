"""The whole thought of a cycle: one plan for each pilot queue and each fleet."""

from __future__ import annotations

from dataclasses import replace

from condor_elastic.decide.brake import brake, known_idle, silence
from condor_elastic.decide.doubt import doubt
from condor_elastic.decide.fleets import plan_fleet, reclaim
from condor_elastic.decide.money import accounts, purse
from condor_elastic.decide.policies import Evaluate, cannot
from condor_elastic.decide.queues import plan_queue
from condor_elastic.decide.rooms import place_on_supply
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import Settings
from condor_elastic.model import Plan, Pool, QueueSeen, Snapshot, SubmitVms, Unknown


def plan(settings: Settings, seen: Snapshot, pool: Pool, evaluate: Evaluate = cannot) -> tuple[Plan, ...]:
    """Decide everything, pilot queues first, then fleets in their order of preference.

    evaluate gives the value of a ClassAd expression that stands in a knob.
    """
    unasked = QueueSeen(Unknown("PanDA", "it was not asked"))
    queues = tuple(
        plan_queue(
            knobs, seen.queues.get(knobs.name, unasked), seen.pilots, seen.startds, seen.now, evaluate,
            settings.pool.panda_resource_types,
        )
        for knobs in settings.queues
    )  # fmt: skip
    return queues + _plan_fleets(settings, seen, pool, evaluate)


def _plan_fleets(settings: Settings, seen: Snapshot, pool: Pool, evaluate: Evaluate) -> tuple[Plan, ...]:
    fleets = in_order(settings)
    silent = silence(settings.pool, seen)
    seen = known_idle(seen, silent)
    for source in (seen.vms, seen.startds, seen.idle):
        if isinstance(source, Unknown):
            return tuple(Plan("fleet", f.name, f"Doing nothing, because {source}.") for f in fleets)
    assert not isinstance(seen.idle, Unknown)  # noqa: S101  narrows the type
    doubtful = doubt(seen, pool.workers, settings.pool.stale)
    demand = place_on_supply(fleets, pool.workers, seen.idle, seen.site, seen.now, doubtful.unseen)
    # Jobs that a silent PanDA server holds back, or a silent schedd has, are not seen here: no worker may be called
    # unneeded.
    demand = replace(demand, hold=doubtful.why or silent.hold)
    # Whatever fleet it is of, a worker that is taken back is there at once: before any fleet launches.
    books = accounts(settings, seen, pool)
    reclaimed = []
    for knobs in fleets:
        fleet, demand = reclaim(
            knobs, pool.of(knobs.name), demand, seen.now, evaluate, purse(settings, knobs, books, pool.workers)
        )
        reclaimed.append(fleet)
    plans = []
    for fleet in reclaimed:
        left = purse(settings, fleet.knobs, books, pool.workers)
        halt = replace(brake(settings.pool, fleet.knobs, fleet.workers, seen.now), empty=silent.empty)
        view = replace(fleet.view, purse=left)
        decided, demand = plan_fleet(replace(fleet, view=view, halt=halt), demand, seen.now)
        books = books.launched(fleet.knobs, sum(a.count for a in decided.actions if isinstance(a, SubmitVms)))
        plans.append(decided)
    return tuple(plans)


def in_order(settings: Settings) -> tuple[FleetKnobs, ...]:
    """Give the fleets, the preferred first, as ELASTIC_FLEET_ORDER says; those that are equal as they are listed."""
    if settings.pool.fleet_order == "Price":
        return tuple(sorted(settings.fleets, key=lambda fleet: fleet.price / fleet.template.cpus))
    return settings.fleets
