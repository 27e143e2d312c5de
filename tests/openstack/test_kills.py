"""GAHP, gridmanager and schedd are killed while VMs are launched: one server for each job, and none without."""

import os
import random
import signal
import time
from collections import Counter

import pytest
from live.pool import wait_for
from live.processes import pids

from condor_elastic.gahp.openstack_server import TOKEN

VMS = 50
KILLS = 20 if os.environ.get("ELASTIC_FULL") else 3
VICTIMS = ("condor_elastic_gahp", "condor_gridmanager", "condor_schedd")


def kill(name: str) -> None:
    """Send SIGKILL as soon as there is such a process."""
    (pid, *_) = wait_for(name, lambda: pids(name), 180, 0.05)
    os.kill(pid, signal.SIGKILL)


@pytest.mark.timeout(900)
def test_one_server_for_each_job_whatever_is_killed_during_the_launch(nova):
    seed = random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    print("seed", seed)
    cluster = nova.submit(VMS)
    for number, moment in enumerate(sorted(dice.sample(range(VMS - 5), KILLS))):
        wait_for(f"{moment} servers", lambda moment=moment: nova.count() >= moment, 300, 0.2)
        time.sleep(dice.uniform(0, 1))  # the random moment is the test
        kill(VICTIMS[number % 3])
    jobs = nova.running(cluster, VMS, 500)
    wait_for("one server for each job", lambda: len(nova.servers()) == VMS, 90)
    servers = nova.servers()
    assert {job["EC2InstanceName"] for job in jobs} == {server.id for server in servers}
    assert Counter(server.metadata[TOKEN] for server in servers).most_common(1)[0][1] == 1
    nova.remove(cluster)
    wait_for("an empty queue", lambda: nova.jobs(cluster) == [] or None, 120, 0.5)
    nova.gone(90)
