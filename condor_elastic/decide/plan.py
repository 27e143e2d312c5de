"""The whole thought of a cycle: one plan for each pilot queue and each fleet."""

from __future__ import annotations

from condor_elastic.decide.fleets import place_on_supply, plan_fleet
from condor_elastic.decide.policies import Evaluate, cannot
from condor_elastic.decide.queues import plan_queue
from condor_elastic.knobs.table import FleetKnobs, Settings
from condor_elastic.model import Plan, Pool, Snapshot, Unknown


def plan(settings: Settings, seen: Snapshot, pool: Pool, evaluate: Evaluate = cannot) -> tuple[Plan, ...]:
    """Decide everything, pilot queues first, then fleets in their order of preference.

    evaluate gives the value of a ClassAd expression that stands in a knob.
    """
    unasked = Unknown("PanDA", "it was not asked")
    queues = tuple(
        plan_queue(knobs, seen.queues.get(knobs.name, unasked), seen.pilots, seen.startds, seen.now, evaluate)
        for knobs in settings.queues
    )
    return queues + _plan_fleets(settings.fleets, seen, pool, evaluate)


def _plan_fleets(
    fleets: tuple[FleetKnobs, ...], seen: Snapshot, pool: Pool, evaluate: Evaluate
) -> tuple[Plan, ...]:
    for source in (seen.vms, seen.startds, seen.idle):
        if isinstance(source, Unknown):
            return tuple(Plan("fleet", f.name, f"Doing nothing, because {source}.") for f in fleets)
    assert not isinstance(seen.idle, Unknown)  # noqa: S101  narrows the type
    demand = place_on_supply(fleets, pool.workers, seen.idle)
    # Jobs that a silent PanDA server holds back are not seen as idle jobs here, so no worker may be called unneeded.
    silent = [str(stats) for stats in seen.queues.values() if isinstance(stats, Unknown)]
    if silent:
        demand = type(demand)(demand.rest, demand.used, hold=silent[0])
    plans = []
    for knobs in fleets:
        decided, demand = plan_fleet(knobs, pool.of(knobs.name), demand, seen.now, evaluate)
        plans.append(decided)
    return tuple(plans)
