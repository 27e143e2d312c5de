"""A cycle is killed before and after each of its side effects, then run again: nothing twice, nothing lost.

A plain run samples the moments, ``scripts/test --full`` takes them all.
"""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from live.pool import run, wait_for
from real import FLEET, QUEUE

CRASHING = Path(__file__).with_name("crashing_cycle.py")
POINTS = 18  # more moments than a cycle below has; the test says when they are fewer
FULL = bool(os.environ.get("ELASTIC_FULL"))
SAMPLE = range(1, POINTS + 1) if FULL else (*range(2, POINTS, 5), POINTS)


def crash(point: int) -> int:
    """Run a cycle as user condor that kills itself at the given point; give its exit status."""
    command = ["setpriv", "--reuid=condor", "--regid=condor", "--init-groups", "python3", "-", str(point)]
    return subprocess.run(command, input=CRASHING.read_bytes(), cwd="/tmp", capture_output=True, check=False).returncode


@pytest.mark.parametrize("point", SAMPLE)
def test_a_cycle_killed_between_two_side_effects_is_made_good_by_the_next(pool, panda, point):
    pool.knobs(FLEET + "ELASTIC_TRY_JOB_REQUIREMENTS = ElasticPilotQueue is undefined\n" + QUEUE.format(url=panda.url))
    pool.submit(3)
    panda.add_jobs("BNL", 4, 1)
    status = crash(point)
    assert status in (-signal.SIGKILL, 0)
    wait_for("the lock", lambda: "Stepping back" not in pool.cycle().stderr)
    pool.cycle()
    vms = [vm["ElasticVM"] for vm in pool.vms()]
    assert len(vms) == len(set(vms)) == 2
    assert len(pool.pilots()) == 4
    files = run("ls", "/var/lib/condor/elastic/user-data").stdout.split()
    assert sorted(files) == sorted(vms)
    if point == POINTS:
        assert status == 0, "the cycle has more side effects than this test kills at: raise POINTS"


def crash_and_repair(pool, point: int) -> int:
    """Run a cycle that is killed, then one that is not."""
    status = crash(point)
    assert status in (-signal.SIGKILL, 0)
    wait_for("the lock", lambda: "Stepping back" not in pool.cycle().stderr)
    return status


def test_a_cycle_killed_while_it_retires_or_unretires_is_made_good_by_the_next(pool):
    """One busy worker is retired and taken back again and again; each time the cycle is killed at another moment."""
    pool.knobs(FLEET)
    pool.submit(1)
    pool.cycle()
    wait_for("the job on its worker", lambda: pool.slots() and pool.slots()[0].get("NumDynamicSlots"), 60)
    pool.cycle()

    def marked(mark: bool) -> bool:
        return [slot["ElasticRetire"] for slot in pool.slots()] == [mark]

    for point in SAMPLE:
        (vm,) = pool.vms()
        run("condor_qedit", f"{vm['ClusterId']}.{vm['ProcId']}", "ElasticJoined", "undefined")
        pool.knobs(FLEET + "ELASTIC_TRY_MAX_VMS = 0\n")
        last = crash_and_repair(pool, point)
        wait_for(f"the mark after a crash at {point}", lambda: marked(mark=True), 10)
        assert pool.vms()[0]["ElasticJoined"] > 0
        pool.submit(1, request_cpus=1)
        pool.knobs(FLEET + "ELASTIC_TRY_MAX_VMS = 1\n")
        crash_and_repair(pool, point)
        wait_for(f"no mark after a crash at {point}", lambda: marked(mark=False), 10)
        newest = max(int(job["ClusterId"]) for job in pool.jobs('Owner == "alice"'))
        run("condor_rm", str(newest))
        wait_for("one job", lambda: len(pool.jobs('Owner == "alice"')) == 1)
    assert last == 0, "the cycle has more side effects than this test kills at: raise POINTS"
    (vm,) = pool.vms()
    assert vm["JobStatus"] == 2
    (job,) = pool.jobs('Owner == "alice"')
    assert (job["JobStatus"], job["NumShadowStarts"]) == (2, 1)
