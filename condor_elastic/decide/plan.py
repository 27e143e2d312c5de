"""The whole thought of a cycle: one plan for each pilot queue and each fleet."""

from __future__ import annotations

from condor_elastic.decide.policies import Evaluate, cannot
from condor_elastic.decide.queues import plan_queue
from condor_elastic.decide.turns import in_order, walk
from condor_elastic.knobs.table import Settings
from condor_elastic.model import Plan, Pool, QueueSeen, Snapshot, Unknown


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
    walked = walk(settings, seen, pool, evaluate)
    if walked.unknown is not None:
        return tuple(Plan("fleet", f.name, f"Doing nothing, because {walked.unknown}.") for f in in_order(settings))
    return tuple(turn.plan for turn in walked.turns)
