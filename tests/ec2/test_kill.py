"""SIGKILL at random moments of a launch: afterwards exactly one living instance for each job, and none without a job."""

import os
import random
import signal
import time
from pathlib import Path

import pytest
from cloud import instances, tags
from live.pool import wait_for

VMS = 50
FULL = bool(os.environ.get("ELASTIC_FULL"))
KILLS = range(20 if FULL else 3)
VICTIMS = ("gahp", "gridmanager", "schedd")
SPAN = 8.0
"""Seconds in which a launch of 50 is under way, from submission to the last job seen running."""


def pids(victim):
    found = []
    for proc in Path("/proc").iterdir():
        try:
            line = (proc / "cmdline").read_bytes().split(b"\0") if proc.name.isdigit() else []
        except OSError:
            continue  # gone meanwhile
        names = {os.path.basename(word).decode() for word in line[:2]}
        if names & ({"condor_elastic_gahp"} if victim == "gahp" else {f"condor_{victim}"}):
            found.append(int(proc.name))
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", KILLS)
def test_a_kill_leaves_one_instance_a_job(cloud, proxy, number):
    victim = VICTIMS[number % 3]
    moment = random.Random(os.urandom(8)).uniform(0, SPAN)
    cloud.submit(VMS)
    end = time.monotonic() + moment
    wait_for(f"a {victim}", lambda: pids(victim))
    time.sleep(max(0.0, end - time.monotonic()))  # a moment by chance is what is tested
    before = len(cloud.jobs("EC2InstanceName isnt undefined")) if victim != "schedd" else None
    for pid in pids(victim):
        os.kill(pid, signal.SIGKILL)
    print(f"killed the {victim} {moment:.2f} s after submission, when {before} jobs had an instance")
    jobs = cloud.wait_running(VMS, 200)
    alive = instances()
    assert len(alive) == VMS
    assert {one["InstanceId"] for one in alive} == {job["EC2InstanceName"] for job in jobs}
    assert {tags(one)["ElasticToken"] for one in alive} == {job["GridJobId"].split()[2] for job in jobs}
    assert proxy.launched == VMS
