"""The formulas themselves; each is called once in a cycle, and looks at the clock where its system has a slower one."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from condor_elastic.model import Action, Worker
from condor_elastic.simulate.peers.sight import Sight, drain, terminate, used

Formula = Callable[[Sight], list[Action]]


def apf() -> Formula:
    """AutoPyFactory: Ready, Scale, MaxPerCycle=100, MaxToRun every 360 s; who is unclaimed is retired.

    The chain of its queue for VMs on EC2 (John Hover, OSG All Hands 2013, /etc/apf/queues.conf), with a Scale as a VM
    is many slots; plugins/queue/sched, etc/autopyfactory.conf (apfqueue.sleep).  Pending is what has no instance yet.
    "When WNs are Unclaimed, shuts them down": when nothing is waiting, as its cycle knows but numbers.
    """

    def decide(seen: Sight) -> list[Action]:
        if seen.now % 360 >= 60:  # noqa: PLR2004  one cycle in six
            return []
        ready = _ready(seen)
        return seen.grow(min(100, ceil(ready / seen.cores))) if ready else drain(seen.idle, "unclaimed")

    return decide


def apf_keep() -> Formula:
    """AutoPyFactory: Ready, Scale, KeepNRunning, MaxToRun every 360 s: as many VMs as would hold the jobs that wait.

    The chain that its successor VC3 names for a cluster that follows its queue (vc3-master).  KeepNRunning without a
    number takes what comes in for a target; running jobs are not in it.  Idle VMs retire first.
    """

    def decide(seen: Sight) -> list[Action]:
        if seen.now % 360 >= 60:  # noqa: PLR2004  one cycle in six
            return []
        n = ceil(_ready(seen) / seen.cores) - (len(seen.idle) + len(seen.busy) + len(seen.pending))
        return seen.grow(n) if n >= 0 else drain([*seen.idle, *seen.busy][:-n], "KeepNRunning")

    return decide


def _ready(seen: Sight) -> int:
    return max(0, seen.waiting - sum(w.phase in ("requested", "starting") for w in seen.pending))


def elastiq() -> Formula:
    """elastiq: idle jobs beyond what comes, at least 10 for 100 s; empty for 3,600 s: terminated.

    check_queue and check_vms of pylib/elastiq/__init__.py, with the numbers of the etc/elastiq.conf that it ships;
    n_jobs_per_vm is a VM's cores.
    """
    above: list[int] = []

    def decide(seen: Sight) -> list[Action]:
        more = seen.waiting - len(seen.pending) * seen.cores
        above[:] = [*above, seen.now] if more >= 10 else []  # noqa: PLR2004  waiting_jobs_threshold
        gone = terminate(seen.empty_for(3600), "idle_for_time_s")
        if not above or seen.now - above[0] < 100:  # noqa: PLR2004  waiting_jobs_time_s
            return gone
        above.clear()
        return [*gone, *seen.grow(seen.vms(more))]

    return decide


def cloudscheduler() -> Formula:
    """Cloudscheduler v2: what idle and running jobs ask for, less what VMs have; 5 VMs in 10 s, keep_alive 120 s.

    The view view_active_resource_shortfall and csmain: max_start_vm_cloud 5 in each cycle of 10 s, nothing while
    idle_VMs_throttle (10, or a tenth of those running) are idle or new_VMs_throttle (5) are on their way.
    """

    def decide(seen: Sight) -> list[Action]:
        gone = drain(seen.empty_for(120), "keep_alive")
        if len(seen.idle) >= max(10, len(seen.busy) / 10):
            return gone
        short = seen.waiting + seen.used - (seen.there - len(seen.retiring)) * seen.cores
        most = min(30, 5 * 6) if len(seen.pending) < 5 else 0  # noqa: PLR2004  new_VMs_throttle
        return [*gone, *seen.grow(min(most, seen.vms(max(0, short))))]

    return decide


def glideinwms() -> Formula:
    """glideinWMS: a third of the idle jobs, and a reserve; at most 1.15 times what runs and waits.

    compute_glidein_min_idle and compute_glidein_max_run of frontend/glideinFrontendElement.py, keepIdleGlideins of
    factory/glideFactoryLib.py, defaults of creation/lib/cvWParamDict.py.  Old idle are at most as many as have waited
    in each cycle of ten minutes.  A glidein leaves after GLIDEIN_Max_Idle (1,200 s) without a first job, or
    GLIDEIN_Max_Tail (400 s) without a next one.
    """
    waited: list[int] = []

    def decide(seen: Sight) -> list[Action]:
        waited[:] = [*waited, seen.vms(seen.waiting)][-11:]
        gone = [w for w in seen.empty_for(400) if w.vm.first_job is not None or w in seen.empty_for(1200)]
        acts, free = drain(gone, "GLIDEIN_Max_Idle, GLIDEIN_Max_Tail"), len(seen.idle)
        idle = max(0, waited[-1] - free)
        if not idle or free >= 100:  # noqa: PLR2004  idle_vms_per_entry max
            return acts
        old = max(0, min(waited) - free) if len(waited) > 10 else 0  # noqa: PLR2004  600 s
        least = min(100, idle // 3 + min(old // 3, 5))  # ramp_up_attenuation; idle_glideins_per_entry max, reserve
        least = max(1, least // 2 if free >= 5 else least)  # noqa: PLR2004  idle_vms_per_entry curb
        most = int((idle + len(seen.busy)) * 1.15 + 1)
        return [*acts, *seen.grow(min(least - len(seen.pending), most - len(seen.busy) - free - len(seen.pending)))]

    return decide


def harvester() -> Formula:
    """Harvester, pull: as many workers queued as jobs are activated, one at least.

    define_num_workers of pandaharvester/harvesterbody/worker_adjuster.py, maxNewWorkers 1,000, nCoreFactor a VM's
    cores; noPilotsWhenNoActiveJobs is off by default.  When a pilot gives up is not its affair: after 600 s here.
    """

    def decide(seen: Sight) -> list[Action]:
        gone = drain(seen.empty_for(600), "no job for the pilot")
        return [*gone, *seen.grow(min(1000, max(1, seen.waiting // seen.cores) - len(seen.pending)))]

    return decide


def google() -> Formula:
    """Google's autoscaler for HTCondor: need less idle nodes; what is idle beyond that is deleted at once.

    cluster-toolkit, community/modules/scripts/htcondor-install/files/autoscaler.py, every minute, min_idle 0; all that
    have not joined count as being created, and go first.
    """

    def decide(seen: Sight) -> list[Action]:
        n = seen.vms(seen.waiting) - len(seen.idle) - len(seen.pending)
        if n >= 0:
            return seen.grow(n)
        return terminate([*seen.pending, *seen.idle][:-n], "above the target")

    return decide


def gcpm() -> Formula:
    """gcpm: VMs while what is unclaimed and starting is less than what is idle.

    check_for_core of src/gcpm/core.py, machine idle 0.  It ends no worker, and its off_timer is 0: the image's own
    HTCondor is to shut down, here after 600 s without a job.
    """

    def decide(seen: Sight) -> list[Action]:
        free = sum(seen.cores - used(w) for w in (*seen.idle, *seen.busy)) + len(seen.pending) * seen.cores
        return [*drain(seen.empty_for(600), "the image shuts down"), *seen.grow(seen.vms(max(0, seen.waiting - free)))]

    return decide


def cobald() -> Formula:
    """COBalD and TARDIS: demand one core a second up or down, as drones are more or less than half used.

    LinearController (low_utilisation 0.5, high_allocation 0.5, rate 1) and FactoryPool (cobald/composite/factory.py):
    it never looks at the queue, and no drone is full use.  Who is released while it boots drains once it has joined
    (tardis/resources/dronestates.py); supply is of those that serve.
    """
    demand = [0]
    released: set[str] = set()

    def decide(seen: Sight) -> list[Action]:
        drones = [w for w in (*seen.idle, *seen.busy) if w.vm.vm not in released]
        coming = [w for w in seen.pending if w.vm.vm not in released]
        supply = len(drones) * seen.cores
        part = sum(used(w) for w in drones) / supply if supply else 1.0
        demand[0] = max(0, demand[0] + 60 * ((part > 0.5) - (part < 0.5)))  # noqa: PLR2004
        gone = [w for w in (*seen.idle, *seen.busy) if w.vm.vm in released]
        n = ceil(demand[0] / seen.cores) - len(drones) - len(coming)
        if n >= 0:
            return [*drain(gone, "demand"), *seen.grow(n)]
        least: list[Worker] = [*coming, *sorted(drones, key=used)][: -n if supply > demand[0] else 0]
        released.update(w.vm.vm for w in least)
        return drain([*gone, *(w for w in least if w.startd)], "demand")

    return decide


def annex(size: int) -> Formula:
    """condor_annex: so many VMs, once, for as long as there may be jobs."""

    def decide(seen: Sight) -> list[Action]:
        return seen.grow(size - seen.there)

    return decide
