"""Why a job does not run, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.decide.turns import Turn
from condor_elastic.decide.words import count
from condor_elastic.explain.answer import Answer, Part, Reason, at
from condor_elastic.explain.rooms import alike, left, rooms
from condor_elastic.explain.seen import JobSeen, Sight
from condor_elastic.explain.stops import stops
from condor_elastic.explain.whole import whole
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import COMPLETED, HELD, IDLE, REMOVED, RUNNING, JobGroup, Shape

STATES = {IDLE: "idle", RUNNING: "running", REMOVED: "removed", COMPLETED: "completed", HELD: "held",
          6: "transferring output", 7: "suspended"}  # fmt: skip


def explain_job(sight: Sight, job: JobSeen) -> Answer:
    """Explain a job: what state it is in, and, while it is idle, what became of it in each fleet's turn."""
    state = STATES.get(job.status, str(job.status))
    figures = {"owner": job.owner, "since": job.since, "pilot_queue": job.pilot, "cluster": _others(job)}
    said = [*_said(sight, job, state), *_queue(sight, job)]
    if job.status != IDLE:
        return Answer("job", job.id, state, tuple(said), tuple(_at_rest(sight, job)), figures=figures)
    if job.not_counted:
        said.append("No VM is started for it.")
        return Answer("job", job.id, state, tuple(said), (*job.not_counted, *whole(sight)), figures=figures)
    groups, room = alike(sight, job), rooms(sight, job)
    if all(job.refusals.get(turn.knobs.name) for turn in sight.walk.turns) and sight.walk.turns:
        said.append("It can run on no fleet: no VM is started for it.")
    elif groups and sight.walk.turns:
        said.append(_demand(sight, groups))
    reasons = (*room, *_not_seen(sight, job, groups), *_negotiator(sight, job, bool(room)), *whole(sight))
    fleets = tuple(_turn(sight, job, turn, groups) for turn in sight.walk.turns)
    return Answer("job", job.id, state, tuple(said), reasons, fleets, figures)


def _said(sight: Sight, job: JobSeen, state: str) -> Iterable[str]:
    asks = f", and asks for {_shape(job.shape)}" if job.status == IDLE else ""
    whose = f" of {job.owner}" if job.owner else ""
    yield f"Job {job.id}{whose} is {state}, since {at(job.since, sight.seen.now)}{asks}."
    if sum(job.others.values()) > 1:
        yield f"Its cluster: {', '.join(f'{number} {kind}' for kind, number in _others(job).items())}."


def _others(job: JobSeen) -> dict[str, int]:
    return {STATES.get(status, str(status)): number for status, number in sorted(job.others.items())}


def _queue(sight: Sight, job: JobSeen) -> Iterable[str]:
    if not job.pilot:
        return
    order = sight.seen.queues[job.pilot].order if job.pilot in sight.seen.queues else None
    yield f"It is a pilot of queue {job.pilot}{f' ({job.type})' if job.type else ''}."
    if order:
        yield f"That queue gets no more pilots: {order.said}; condor_elastic resume {job.pilot}."


def _at_rest(sight: Sight, job: JobSeen) -> Iterable[Reason]:
    if job.status == HELD:
        yield Reason("held", f"{job.hold}; held jobs start no VMs", (f"condor_release {job.id}, once that is mended",))
    if job.host:
        ours = [w.vm for w in sight.pool.workers if w.startd and job.host.partition("@")[2] == w.startd.name]
        on = f", a worker of fleet {ours[0].fleet} (VM job {ours[0].id})" if ours else ""
        yield Reason("running", f"on {job.host}{on}", figures={"host": job.host, "vms": [vm.vm for vm in ours]})


def _demand(sight: Sight, groups: tuple[JobGroup, ...]) -> str:
    first = sight.walk.turns[0].before
    number, placed, rest = left(groups, groups), left(sight.walk.rest, groups), left(first, groups)
    told = (("room on what is there or comes", number - placed), ("workers that are taken back", placed - rest),
            ("new VMs", rest))  # fmt: skip
    some = [f"{what} for {n}" for what, n in told if n]
    return f"Idle jobs that ask for the same and may run on the same fleets: {number}; {', '.join(some)}."


def _not_seen(sight: Sight, job: JobSeen, groups: tuple[JobGroup, ...]) -> Iterable[Reason]:
    """Tell why the cycle would not see a job that some fleet could run as demand."""
    possible = any(not job.refusals.get(fleet.name) for fleet in sight.settings.fleets)
    if groups or not possible or not isinstance(sight.seen.idle, tuple) or not sight.walk.turns:
        return
    if sight.settings.pool.whatif == "Negotiator":
        said = "the pool's negotiator has matched it with no fleet's machine: its limits, shares and quotas count"
        yield Reason("negotiator", said, ("condor_userprio, the group quotas, or ELASTIC_WHATIF = Match",))
    else:
        said = "this look did not see it among the idle jobs: it has come, or changed, while it was looked"
        yield Reason("new", said, ("ask again",))


def _negotiator(sight: Sight, job: JobSeen, room: bool) -> Iterable[Reason]:  # noqa: FBT001  whether there is any
    if job.negotiated:
        yield Reason("negotiator", f"it said last of this job: {job.negotiated}")
    fresh = sight.seen.fresh
    if room and fresh:
        said = "no negotiation has ended that the collector knows of"
        if fresh.negotiated is not None:
            said = f"the last negotiation ended at {at(fresh.negotiated, sight.seen.now)}"
        yield Reason("negotiator", said)


def _turn(sight: Sight, job: JobSeen, turn: Turn, groups: tuple[JobGroup, ...]) -> Part:
    """Tell what became of the job in one fleet's turn."""
    name, refused = turn.knobs.name, job.refusals.get(turn.knobs.name, ())
    if refused:
        return Part(name, "can never run it.", refused)
    before, after = left(turn.before, groups), left(turn.after, groups)
    if groups and not before:
        return Part(name, "could run it, and has nothing to do: there is room for all such jobs before it.")
    vms = count(turn.launches, "VM")
    if not groups:
        said = "could run it, and is not asked to."
    elif sight.settings.pool.dry_run:
        said = "could run it; in a dry run nothing is launched."
    elif not after:
        return Part(name, f"could run it, and the next cycle launches {vms} with room for it.")
    elif after < before:
        said = f"could run it; the next cycle launches {vms}, with room for {before - after} of {before} such jobs."
    else:
        return Part(name, "could run it, and launches nothing for it.", _stopped(turn, sight.seen.now))
    return Part(name, said, stops(turn, sight.seen.now))


def _stopped(turn: Turn, now: int) -> tuple[Reason, ...]:
    return stops(turn, now) or (Reason("policy", turn.plan.verdict, (f"{PREFIX}{turn.knobs.name.upper()}_POLICIES",)),)


def _shape(shape: Shape) -> str:
    disk = f", {shape.disk} KiB of disk" if shape.disk else ""
    gpus = f", {count(shape.gpus, 'GPU')}" if shape.gpus else ""
    return f"{count(shape.cpus, 'core')}, {shape.memory} MB{disk}{gpus}"
