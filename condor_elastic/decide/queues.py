"""Pilot queues: from PanDA's activated jobs to pilots."""

from __future__ import annotations

from collections.abc import Sequence

from condor_elastic.decide.policies import Evaluate, View, cannot, fold, lift, limit
from condor_elastic.decide.verdicts import queue_verdict
from condor_elastic.decide.words import count
from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.model import HELD, IDLE, RUNNING, PilotJob, Plan, QueueStats, Startd, SubmitPilots, Unknown


def plan_queue(
    knobs: QueueKnobs,
    stats: QueueStats | Unknown,
    pilots: Sequence[PilotJob] | Unknown,
    startds: Sequence[Startd] | Unknown,
    now: int,
    evaluate: Evaluate = cannot,
) -> Plan:
    """Decide how many pilots one queue gets; what is unknown gets none, nor does a pool whose collector is silent."""
    for source in (stats, pilots, startds):
        if isinstance(source, Unknown):
            return Plan("queue", knobs.name, f"Doing nothing, because {source}.")
    assert isinstance(stats, QueueStats)  # noqa: S101  narrows the type
    assert not isinstance(pilots, Unknown)  # noqa: S101  as above
    ours = [pilot for pilot in pilots if pilot.queue.upper() == knobs.name.upper()]
    view = queue_view(knobs, stats, ours, now, evaluate)
    steps = fold(knobs.policies, view)
    n = max(0, steps[-1].after if steps else 0)
    actions = (SubmitPilots(knobs.name, n),) if n else ()
    verdict = queue_verdict(n, view, limit(steps, view.ready), lift(steps))
    return Plan("queue", knobs.name, verdict, view.ready, actions, steps)


def queue_view(
    knobs: QueueKnobs, stats: QueueStats, pilots: Sequence[PilotJob], now: int, evaluate: Evaluate = cannot
) -> View:
    """Subtract from the activated jobs the pilots that answer for them already.

    Those are our idle pilots and, as PanDA's statistics lag, those that started within ELASTIC_<NAME>_PANDA_LAG.
    """
    idle = sum(p.status == IDLE for p in pilots)
    running = sum(p.status == RUNNING for p in pilots)
    fresh = sum(p.status == RUNNING and p.started is not None and now - p.started < knobs.panda_lag for p in pilots)
    held = sum(p.status == HELD for p in pilots)
    seen = f"{count(stats.activated, 'job')} activated, {count(idle, 'pilot')} idle, {fresh} just started"
    return View(
        knobs,
        jobs=stats.activated,
        ready=max(0, stats.activated - idle - fresh),
        pending=idle,
        running=running,
        total=idle + running + held,
        seen=seen,
        evaluate=evaluate,
    )
