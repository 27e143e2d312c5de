"""The policy that runs in production: the thought of the cycle itself, with the knobs of a pool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from condor_elastic.decide import plan
from condor_elastic.decide.policies import Evaluate
from condor_elastic.knobs.table import Settings
from condor_elastic.model import Action, Plan, Pool, Snapshot
from condor_elastic.simulate.run import Policy

Hear = Callable[[Snapshot, Sequence[Plan]], None]


def ours(settings: Settings, evaluate: Evaluate, hear: Hear | None = None) -> Policy:
    """Give decide/ as a policy; hear is told each cycle's plans, if somebody wants to know why."""

    def decide(seen: Snapshot, pool: Pool) -> Iterable[Action]:
        plans = plan(settings, seen, pool, evaluate)
        if hear is not None:
            hear(seen, plans)
        return [action for one in plans for action in one.actions]

    return decide
