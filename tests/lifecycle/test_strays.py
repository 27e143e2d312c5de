"""A worker whose VM job was forgotten: it is retired after three cycles, finishes its job, and leaves."""

import os
import shutil
import signal

import pytest
from live.figures import VMS, processes
from live.pool import run, wait_for
from real import FLEET
from sweeping import gridmanagers, log


def strays(pool):
    return pool.ads("-any", "-constraint", 'MyType == "ElasticStray"')


@pytest.mark.timeout(400)
def test_a_startd_whose_vm_job_was_forgotten_is_retired_and_leaves(pool):
    pool.knobs(FLEET + "ELASTIC_TRY_MAX_VMS = 1\nELASTIC_TRY_IDLE_TIMEOUT = 3600\n")
    pool.submit(1, seconds=30)
    pool.verdict()
    wait_for("the worker", lambda: pool.slots(), 60)
    wait_for("a job on it", lambda: pool.jobs('Owner == "alice" && JobStatus == 2'), 60)
    pool.knobs(FLEET + "ELASTIC_TRY_MAX_VMS = 0\n")
    (vm,) = pool.vms()
    for pid in gridmanagers():  # otherwise it would end the VM
        os.kill(pid, signal.SIGSTOP)
    run("condor_rm", "-constraint", "ElasticVM isnt undefined")
    run("condor_rm", "-forcex", "-constraint", "ElasticVM isnt undefined")
    for pid in gridmanagers():
        os.kill(pid, signal.SIGKILL)
    wait_for("a queue without it", lambda: not pool.vms(), 30)
    pool.cycle()
    (stray,) = strays(pool)
    assert (stray["ElasticVM"], stray["Cycles"]) == (vm["ElasticVM"], 1)
    pool.cycle()
    assert strays(pool)[0]["Cycles"] == 2
    assert pool.slots()[0]["ElasticRetire"] is False
    # Its startd says every minute that it is there; only then is it more than an ad that was left behind.
    said = f"retired {stray['StartdName']}, because it has had no VM job for"
    wait_for("its retirement", lambda: pool.cycle() and said in log(), 100, 2)
    wait_for("its end", lambda: not processes(), 120, 1)
    (job,) = pool.jobs('Owner == "alice"', history=True)[:1]
    assert (job["JobStatus"], job["ExitCode"], job["NumJobStarts"]) == (4, 0, 1)
    wait_for("no stray", lambda: pool.cycle() and not strays(pool), 60, 1)
    for left in VMS.iterdir():  # nobody asks for this VM again
        shutil.rmtree(left)
