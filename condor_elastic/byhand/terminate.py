"""End VMs at once, out of band: their VM jobs are removed, and the gridmanager ends the instances."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from condor_elastic.act.submission import remove
from condor_elastic.byhand.find import Done, find
from condor_elastic.knobs.macros import configured
from condor_elastic.model import Worker


class Busy(Exception):
    """Jobs run on what is to be ended, or nobody knows whether any do."""


def terminate(names: Sequence[str], *, yes: bool) -> list[Done]:
    """End VMs with whatever runs on them; without yes raise Busy, and touch none, where that is anything."""
    settings = configured()
    found = find(settings)
    chosen = found.named(names, settings.pool.pool)
    if found.silent and not yes:
        raise Busy(f"which jobs run there is not known, because {found.silent}; --yes ends them all the same")
    running: dict[str, tuple[str, ...]] = {} if found.silent else jobs_on(chosen)
    busy = [f"{vm} runs {', '.join(jobs)}" for vm, jobs in running.items()]
    if busy and not yes:
        raise Busy(f"{'; '.join(busy)}: --yes ends them with their jobs, which go back to their queues")
    who = os.environ.get("SUDO_USER")  # the schedd adds for whom it does it
    why = f"condor_elastic terminate by {who}" if who else "condor_elastic terminate"
    removed = remove([worker.vm.id for worker in chosen], why)["removed"]
    if removed != len(chosen):
        raise RuntimeError(f"the schedd has removed {removed} of {len(chosen)} VM jobs; only root and condor may")
    return [_done(worker, running.get(worker.vm.vm, ())) for worker in chosen]


def _done(worker: Worker, jobs: tuple[str, ...]) -> Done:
    vm = worker.vm
    instance = f", instance {vm.instance}" if vm.instance else ""
    ended = f"{vm.vm} is being ended (VM job {vm.id}{instance})"
    return Done(vm.vm, vm.id, vm.fleet, worker.phase, f"{ended} with {', '.join(jobs)}" if jobs else ended, jobs)


def jobs_on(workers: Sequence[Worker]) -> dict[str, tuple[str, ...]]:
    """Say which jobs run on each VM: as the collector knows, of every schedd, and as the local schedd knows by now."""
    import htcondor2

    names = {worker.startd.name.lower(): worker.vm.vm for worker in workers if worker.startd}
    if not names:
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    listed = ", ".join(f'"{vm}"' for vm in names.values())
    wanted = f"member(ElasticVM, {{{listed}}}) && GlobalJobId isnt undefined"
    attributes = ["ElasticVM", "GlobalJobId", "RemoteOwner"]
    for ad in htcondor2.Collector().query(htcondor2.AdTypes.Startd, wanted, attributes):
        found[str(ad["ElasticVM"])].add(_told(str(ad["GlobalJobId"]), str(ad.get("RemoteOwner", ""))))
    for ad in htcondor2.Schedd().query(running_on(names), ["RemoteHost", "GlobalJobId", "User"]):
        vm = names.get(str(ad["RemoteHost"]).split("@", 1)[-1].lower())
        if vm:
            found[vm].add(_told(str(ad["GlobalJobId"]), str(ad.get("User", ""))))
    return {vm: tuple(sorted(jobs)) for vm, jobs in found.items()}


def running_on(names: Iterable[str]) -> str:
    """Give the constraint for jobs that run on these startds; RemoteHost is SLOT@STARTD, and STARTD may have an @."""
    hosts = "|".join(re.sub(r"[^\w@-]", lambda sign: f"[{sign.group()}]", name) for name in names)
    return f'JobStatus == 2 && regexp("^[^@]*@({hosts})$", RemoteHost, "i")'


def _told(job: str, owner: str) -> str:
    """Give SCHEDD#CLUSTER.PROC of a GlobalJobId, which ends in the time of its submission, and the owner's name."""
    return f"{job.rpartition('#')[0] or job} of {owner.split('@')[0] or 'nobody'}"
