"""The dead-man switch: a worker that nobody answers powers itself off, when its job has finished."""

import os
import signal

import pytest
from live.figures import VMS
from live.pool import run, wait_for
from live.processes import pids
from real import FLEET

pytestmark = pytest.mark.timeout(400)
DEADMAN = 6
FULL = os.environ.get("ELASTIC_FULL")


def off(pool):
    run("condor_off", "-fast", "-daemon", "collector")
    wait_for("the collector's end", lambda: not pids("condor_collector"), 30)
    return lambda: run("condor_on", "-daemon", "collector")


def frozen(pool):
    pid = pool.pid("collector")
    os.kill(pid, signal.SIGSTOP)
    return lambda: os.kill(pid, signal.SIGCONT)


def homes(*vms):
    """List those of these VMs that are there, with their processes or without."""
    told = {vm["ElasticVM"]: vm["EC2InstanceName"] for vm in vms}
    return sorted(name for name, instance in told.items() if (VMS / str(instance) / "etc").is_dir())


@pytest.mark.parametrize("goes", [off, *([frozen] if FULL else [])], ids=lambda goes: goes.__name__)
def test_an_idle_worker_powers_off_and_a_busy_one_finishes_its_job_first(pool, goes):
    knobs = f"ELASTIC_TRY_DEADMAN = {DEADMAN}\nELASTIC_TRY_IDLE_TIMEOUT = 10000\nELASTIC_UPDATE_INTERVAL = 5\n"
    pool.knobs(FLEET + knobs)
    pool.submit(1, seconds=1, request_cpus=2)
    pool.submit(1, seconds=45 if goes is off else 100, request_cpus=2)
    pool.verdict()
    busy = wait_for("one job alone, running", lambda: _one_that_runs(pool), 120)
    wait_for("contact", lambda: len([s for s in pool.slots() if s.get("ElasticSilence") == 0]) == 2, 60)
    vms = pool.vms()
    idle = next(vm for vm in vms if vm["ElasticVM"] not in busy)
    working = next(vm for vm in vms if vm is not idle)
    back = goes(pool)
    try:
        wait_for("the idle one's end", lambda: homes(*vms) == [working["ElasticVM"]], 90)
        assert pids("condor_elastic_gahp"), "its cloud lives"
        assert [one["JobStatus"] for one in pool.jobs('Owner == "alice"')] == [2], "the busy one works on"
        wait_for("the busy one's end", lambda: not homes(*vms), 150)
        (done, _) = pool.jobs('Owner == "alice"', history=True)[:2]
        assert (done["ExitCode"], done["NumJobStarts"]) == (0, 1), "its job has finished"
    finally:
        back()
        wait_for("the collector", lambda: pool.ads("-schedd"), 60)


def _one_that_runs(pool):
    jobs = pool.jobs('Owner == "alice"')
    return str(jobs[0].get("RemoteHost", "")) if [one["JobStatus"] for one in jobs] == [2] else ""
