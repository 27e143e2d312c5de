"""Where there is room for a job: on what serves, on what is coming, on the site's own slots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from condor_elastic.explain.answer import Reason
from condor_elastic.explain.seen import JobSeen, Sight
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import PENDING, JobGroup, Shape, Worker

SHOWN = 5


def alike(sight: Sight, job: JobSeen) -> tuple[JobGroup, ...]:
    """Give the groups of idle jobs that ask for what this one asks for and may run on the same fleets."""
    fleets = frozenset(fleet.name for fleet in sight.settings.fleets if not job.refusals.get(fleet.name))
    idle = sight.seen.idle
    return tuple(
        group for group in (idle if isinstance(idle, tuple) else ())
        if (group.seconds, group.fleets) == (job.seconds, fleets) and _asks(job.shape, group.shape)
    )  # fmt: skip


def _asks(job: Shape, group: Shape) -> bool:
    """Tell whether a job asks for what a group does; the group has 0 for what its autocluster's ad could not tell."""
    told = replace(job, memory=job.memory if group.memory else 0, disk=job.disk if group.disk else 0)
    return told == group


def left(groups: Iterable[JobGroup], of: Iterable[JobGroup]) -> int:
    """Count the jobs among groups that are of these kinds."""
    marks = {(group.shape, group.seconds, group.fleets, group.kinds) for group in of}
    return sum(g.count for g in groups if (g.shape, g.seconds, g.fleets, g.kinds) in marks)


def rooms(sight: Sight, job: JobSeen) -> tuple[Reason, ...]:
    """Tell of the room that waits for the job, or comes."""
    found = []
    wait = ("the next negotiation; NEGOTIATOR_INTERVAL says how often",)
    if job.slots:
        slots = "1 free slot" if job.slots == 1 else f"{job.slots} free slots"
        found.append(Reason("free slot", f"{slots} of the site's own can run it: the negotiator is to match it", wait))
    if job.rooms:
        said = f"{_named(job.rooms)} has room for it: the negotiator is to match it"
        found.append(Reason("free worker", said, wait, figures={"vms": list(job.rooms)}))
    coming = [worker for worker in sight.pool.workers if _comes(worker, sight, job)]
    if coming:
        said = "room comes with " + ", ".join(_told(worker, sight.seen.now) for worker in coming[:SHOWN])
        said += f" and {len(coming) - SHOWN} more" if len(coming) > SHOWN else ""
        late = [_gives_up(worker, sight) for worker in coming]
        until = min((when for when in late if when is not None), default=None)
        change = ("it joins the pool, or is given up" + (" then" if until else ""),)
        found.append(Reason("coming", said, change, until, {"vms": [worker.vm.vm for worker in coming]}))
    return tuple(found)


def _comes(worker: Worker, sight: Sight, job: JobSeen) -> bool:
    """Tell whether idle jobs will take a VM that is on its way, and this one may."""
    fleets = {fleet.name.upper() for fleet in sight.settings.fleets if not job.refusals.get(fleet.name)}
    there = worker.phase in PENDING or worker.vm.vm in sight.walk.unseen
    return there and worker.vm.vm in sight.walk.used and worker.vm.fleet.upper() in fleets


def _told(worker: Worker, now: int) -> str:
    return f"{worker.vm.vm} (VM job {worker.vm.id}, {worker.phase} for {now - worker.vm.since} s)"


def _gives_up(worker: Worker, sight: Sight) -> int | None:
    """Give when a timer ends a VM that does not come: LAUNCH_TIMEOUT or REGISTER_TIMEOUT."""
    return next((when for knob, when in timers(worker, sight) if knob.endswith(("LAUNCH_TIMEOUT", "REGISTER_TIMEOUT"))),
                None)  # fmt: skip


def timers(worker: Worker, sight: Sight) -> list[tuple[str, int]]:
    """List the timers that run for a worker: the knob, and when it ends (seconds since the epoch)."""
    knobs = next((f for f in sight.settings.fleets if f.name.upper() == worker.vm.fleet.upper()), None)
    if knobs is None:
        return []
    vm, own, found = worker.vm, f"{PREFIX}{knobs.name.upper()}_", []
    if worker.phase == "requested" and knobs.launch_timeout:
        found.append((own + "LAUNCH_TIMEOUT", vm.since + knobs.launch_timeout))
    if worker.phase == "booting" and knobs.register_timeout:
        found.append((own + "REGISTER_TIMEOUT", vm.since + knobs.register_timeout))
    if worker.startd and knobs.first_job_timeout and vm.joined and not (vm.first_job or worker.startd.starts):
        found.append((own + "FIRST_JOB_TIMEOUT", vm.joined + knobs.first_job_timeout))
    if worker.phase == "idle" and worker.startd:
        found.append((own + "IDLE_TIMEOUT", worker.startd.since + knobs.idle_timeout))
    end = worker.startd.ends if worker.startd and worker.startd.ends is not None else vm.deadline
    if end is not None:
        found.append((own + "LIFETIME", end))
    return found


def _named(vms: tuple[str, ...]) -> str:
    return ", ".join(vms[:SHOWN]) + (f" and {len(vms) - SHOWN} more" if len(vms) > SHOWN else "")
