"""The commands of docs/operations.md that stop everything, and begin again, word for word."""

import os
import re
from pathlib import Path

from live.pool import run, wait_for
from real import FLEET

PAGE = Path(os.environ["ELASTIC_SOURCE"]) / "docs/operations.md"


def follow(name):
    found = re.findall(rf"^```sh {name}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    run("bash", "-e", "-c", "".join(found))


def test_stop_ends_every_vm_and_lets_none_begin_until_the_other_command(pool):
    pool.knobs(FLEET)
    pool.submit(1, job_lease_duration=20)  # a job whose machine is gone is idle again when its lease has ended
    assert pool.verdict() == "Submitting 1 VM, because 1 idle job has no room."
    wait_for("the VM", lambda: [vm for vm in pool.vms() if vm["JobStatus"] == 2], 60)
    try:
        follow("stop")
        wait_for("the end of the VM", lambda: not pool.vms(), 90)
        pool.verdict()
        assert pool.vms() == []
    finally:
        follow("begin")
    wait_for("the job's return to its queue", lambda: [job for job in pool.jobs() if job["JobStatus"] == 1], 90)
    assert pool.verdict() == "Submitting 1 VM, because 1 idle job has no room."
    assert len(pool.vms()) == 1
