"""A cycle is killed before and after each of its side effects, then run again: nothing twice, nothing lost."""

import signal
import subprocess
from pathlib import Path

import pytest
from live.pool import run, wait_for
from real import FLEET, QUEUE

CRASHING = Path(__file__).with_name("crashing_cycle.py")
POINTS = 18  # more than the side effects of the cycle below; the test says when there are fewer


def crash(point: int) -> int:
    """Run a cycle as user condor that kills itself at the given point; give its exit status."""
    command = ["setpriv", "--reuid=condor", "--regid=condor", "--init-groups", "python3", "-", str(point)]
    return subprocess.run(command, input=CRASHING.read_bytes(), cwd="/tmp", capture_output=True, check=False).returncode


@pytest.mark.parametrize("point", range(1, POINTS + 1))
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
