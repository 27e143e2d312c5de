"""A cell of Nova's that is down: lists leave its servers out without a word, and no VM job may end by that."""

import os
import signal
import time

import pytest
from live.pool import wait_for
from live.processes import pids

from condor_elastic.gahp.driver import CloudError

DOWN = {"service": "nova", "method": "GET", "path": "/servers(/detail)?$", "cell": "down"}
POLLS = 20
"""Seconds in which the gridmanager asks several times."""


def instances(jobs):
    return {job["EC2InstanceName"] for job in jobs}


@pytest.mark.timeout(400)
def test_no_job_ends_while_a_cell_is_down_whoever_asks(nova):
    cluster = nova.submit(3)
    began = instances(nova.running(cluster, 3))

    nova.break_calls(DOWN)
    assert list(nova.demo.compute.servers(tags="ElasticToken")) == [], "Nova leaves them out"
    time.sleep(POLLS)
    assert len(nova.jobs(cluster, 2)) == 3, "they were started this minute, and listed"

    for name in ("condor_gridmanager", "condor_elastic_gahp"):
        for pid in pids(name):
            os.kill(pid, signal.SIGKILL)
    wait_for("another GAHP", lambda: pids("condor_elastic_gahp"), 60)
    with pytest.raises(CloudError, match="a cell of Nova's is down"):
        nova.driver().marked("elastic.test")
    time.sleep(POLLS)
    assert len(nova.jobs(cluster, 2)) == 3, "a GAHP that knows of none yet does not believe in an empty list"

    nova.mend()
    (off, *_) = sorted(began)
    nova.power_off(off)
    wait_for("the end of the one that powers off", lambda: len(nova.jobs(cluster)) == 2, 120, 0.5)
    assert instances(nova.jobs(cluster, 2)) == began - {off}
