"""Pilot queues: from PanDA's activated jobs to pilots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from condor_elastic.decide.needs import answering, is_fresh, needs, share, waiting
from condor_elastic.decide.policies import Evaluate, View, cannot, fold, lift, limit
from condor_elastic.decide.shapes import shape
from condor_elastic.decide.verdicts import queue_verdict
from condor_elastic.decide.words import count, sentence
from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.model import (
    HELD,
    IDLE,
    RUNNING,
    Order,
    PilotJob,
    Plan,
    QueueSeen,
    QueueSpec,
    QueueStats,
    RemovePilots,
    ResourceType,
    Startd,
    SubmitPilots,
    Unknown,
)

NO_STATUS = "of no status"
"""What is said of a queue whose data have none: PanDA's own SiteMapper takes it for offline."""


def plan_queue(
    knobs: QueueKnobs,
    seen: QueueSeen,
    pilots: Sequence[PilotJob] | Unknown,
    startds: Sequence[Startd] | Unknown,
    now: int,
    evaluate: Evaluate = cannot,
    types: Sequence[ResourceType] = (),
) -> Plan:
    """Decide how many pilots of which shape a queue gets; what is unknown gets none, nor does a silent pool.

    types are those of the site's own table, where PanDA's could not be had.
    """
    if seen.order:
        return _ordered(knobs, seen.order, () if isinstance(pilots, Unknown) else _ours(knobs, pilots))
    for source in (seen.unknown(), pilots, startds):
        if isinstance(source, Unknown):
            return Plan("queue", knobs.name, f"Doing nothing, because {source}.")
    assert isinstance(seen.stats, QueueStats)  # noqa: S101  narrows the type
    assert not isinstance(pilots, Unknown)  # noqa: S101  as above
    ours = _ours(knobs, pilots)
    jobs = waiting(seen.stats, seen.before)
    wanted = needs(jobs, answering(ours, knobs, now))
    view = queue_view(knobs, seen, jobs, ours, now, evaluate)
    steps = fold(knobs.policies, view)
    n = max(0, steps[-1].after if steps else 0)
    spec = seen.spec if isinstance(seen.spec, QueueSpec) else None
    actions = tuple(
        SubmitPilots(knobs.name, number, shape(kind, knobs, spec, seen.types or types))
        for kind, number in share(n, wanted, knobs.default_type).items()
    )
    verdict = queue_verdict(n, view, limit(steps, view.ready), lift(steps))
    return Plan("queue", knobs.name, verdict, view.ready, actions, steps)


def queue_view(
    knobs: QueueKnobs,
    seen: QueueSeen,
    jobs: Mapping[str, int],
    pilots: Sequence[PilotJob],
    now: int,
    evaluate: Evaluate = cannot,
) -> View:
    """Subtract from the activated jobs, by type, the pilots that answer for them already."""
    idle = sum(p.status == IDLE for p in pilots)
    running = sum(p.status == RUNNING for p in pilots)
    fresh = sum(is_fresh(p, knobs, now) for p in pilots)
    held = sum(p.status == HELD for p in pilots)
    activated = sum(jobs.values())
    looked_at = _last(knobs, seen, pilots, now)
    return View(
        knobs,
        jobs=activated,
        ready=sum(needs(jobs, answering(pilots, knobs, now)).values()),
        pending=idle,
        running=running,
        total=idle + running + held,
        seen=f"{count(activated, 'job')} activated, {count(idle, 'pilot')} idle, {fresh} just started",
        status=(seen.spec.status or NO_STATUS) if isinstance(seen.spec, QueueSpec) else "",
        last=len(looked_at),
        vain=sum(looked_at),
        evaluate=evaluate,
    )


def _ours(knobs: QueueKnobs, pilots: Sequence[PilotJob]) -> list[PilotJob]:
    return [pilot for pilot in pilots if pilot.queue.upper() == knobs.name.upper()]


def _last(knobs: QueueKnobs, seen: QueueSeen, pilots: Sequence[PilotJob], now: int) -> list[bool]:
    """Tell of each of the last pilots to start whether it ended at once; those that only just run tell nothing yet."""
    ended = () if isinstance(seen.ended, Unknown) else seen.ended
    starts = [(pilot.started, pilot.seconds < knobs.throttle_seconds) for pilot in ended]
    starts += [
        (p.started, False)
        for p in pilots
        if p.status == RUNNING and p.started is not None and now - p.started >= knobs.throttle_seconds
    ]
    recent = sorted(start for start in starts if now - start[0] < knobs.throttle_window)
    return [vain for _, vain in recent[-knobs.throttle_pilots :]] if knobs.throttle_pilots else []


def _ordered(knobs: QueueKnobs, order: Order, pilots: Sequence[PilotJob]) -> Plan:
    """Submit nothing while a queue is paused; a drained one gives up its idle pilots as well."""
    idle = tuple(pilot.id for pilot in pilots if pilot.status == IDLE) if order.order == "drain" else ()
    parts = [f"removing {count(len(idle), 'idle pilot')}"] if idle else []
    running = sum(pilot.status == RUNNING for pilot in pilots)
    parts.append(f"submitting nothing, because {order.said}; {count(running, 'pilot')} running")
    actions = (RemovePilots(knobs.name, idle, order.said),) if idle else ()
    return Plan("queue", knobs.name, sentence(parts), actions=actions)
